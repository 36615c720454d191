using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Tests.Scan;

public sealed class ProjectReaderTests
{
    [Theory]
    [InlineData("cargo.toml", "[package]\nname = \"a\"\n[lib]\npath = \"l.rs\"\n[[bin]]\nname = \"b\"\npath = \"b.rs\"\n[[bin]]\nname = \"c\"\n", "name a@2; entry l.rs@4; makes command-line tool b b.rs@5; makes command-line tool c@8")]
    [InlineData("cargo.toml", "bin = [{ name = \"b\", path = \"b.rs\" }]\n[package]\nname = \"a\"\n", "makes command-line tool b b.rs@1; name a@3")]
    [InlineData("pyproject.toml", "[project]\nname = \"a\"\nscripts.x = \"a:x\"\n[project.gui-scripts]\ny = \"a:y\"\n", "name a@2; makes command-line tool x a:x@3; makes command-line tool y a:y@5")]
    [InlineData("pyproject.toml", "[tool.poetry]\nname = \"a\"\nbroken = \n[tool.poetry.scripts]\nx = \"a:x\"\n", "name a@2; makes command-line tool x a:x@5")]
    public void Read_Toml_GivesNamesAndPrograms(string name, string text, string rows)
    {
        var writer = new DetailWriter();
        ProjectReader.Read(DetailRoles.File + name, null, text, writer);
        string.Join("; ", DetailRows.Parse(writer.Rows ?? "").Select(row => string.Join(' ', row.Fields).TrimEnd() + "@" + row.Line)).ShouldBe(rows);
    }
}
