using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Examiner;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Reports;

namespace Charterhouse.Agents.Tests.Charters;

/// <summary>
/// From a real repository to the rendered page. The approved files are what a reader gets; a change of wording shows in their diff.
/// Approve by running with <c>CHARTER_APPROVE=1</c>.
/// </summary>
public sealed class GoldenCharterTests
{
    private const string Ada = "Ada Example <ada@example.org>";
    private const string Bob = "Bob Example <bob@example.org>";

    [Theory]
    [InlineData("library")]
    [InlineData("service")]
    [InlineData("bare")]
    [InlineData("hostile")]
    public async Task Charter_OfARepository_IsAsApproved(string name)
    {
        using var repository = new ImportedRepository();
        switch (name)
        {
            case "library": Library(repository); break;
            case "service": Service(repository); break;
            case "bare": repository.Commit(Ada, "2026-03-01T12:00:00").File("main.c", "int main(void) { return 0; }\n"); break;
            case "hostile": Hostile(repository); break;
        }
        var document = await CharterOf(repository, "acme/" + name);
        var again = await CharterOf(repository, "acme/" + name, build: false);

        again.ToJson().ShouldBe(document.ToJson());
        foreach (var finding in document.Findings) RuleCatalog.Find(finding.Rule).ShouldNotBeNull(finding.Rule).Agent.ShouldBe(finding.Agent);
        document.Findings.Select(finding => finding.Id).ShouldBeUnique();
        CharterDocument.FromElement(document.ToElement())!.ToJson().ShouldBe(document.ToJson());
        Approve($"{name}.charter.approved.md", CharterMarkdown.Render(document));
        Approve($"{name}.charter.approved.json", Encoding.UTF8.GetString(document.ToJson()) + "\n");
        Approve($"{name}.sarif.approved.json", Encoding.UTF8.GetString(CharterSarif.Render(document)) + "\n");
        Approve($"{name}.summary.approved.txt", CharterSummary.Render(document));
    }

    private static async Task<CharterDocument> CharterOf(ImportedRepository repository, string name, bool build = true)
    {
        var head = build ? repository.Build() : repository.Git("rev-parse", "refs/heads/main").Trim();
        var facts = (await repository.ScanAsync(head)).Facts;
        var context = Scans.Context(head, name);
        var results = AnalysisAgents.All.Select(agent => agent.Describe(context, facts)).ToArray();
        return CharterDocument.Create(1, new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            [Channels.Context] = CanonicalJson.ToElement(context),
            [Channels.Facts] = new BlobReference("", 0).ToElement([new("notes", CanonicalJson.ToElement(facts.Notes))]),
            [Channels.Sections] = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(results.SelectMany(result => result.Sections), StringComparer.Ordinal)),
            [Channels.Findings] = CanonicalJson.ToElement(results.SelectMany(result => result.Findings)),
        });
    }

    private static void Library(ImportedRepository repository)
    {
        repository.Commit(Ada, "2024-05-01T09:00:00")
            .File("README.md", "# Tidy\n\n[![build](https://ci.example/b.svg)](https://ci.example)\n\n> **Note**: beta.\n\nTidy sorts [import lines](https://example.org) of Python files. It never changes what the code does.\n\n## Install\n")
            .File("LICENSE", Licences.Mit)
            .File("pyproject.toml", "[build-system]\nrequires = [\"flit\"]\n\n[project]\nname = \"tidy\"\ndescription = \"Sorts imports\"\nlicense = { text = \"MIT\" }\n\n[project.scripts]\ntidy = \"tidy:main\"\n")
            .File("tidy/__init__.py", "\"\"\"Tidy.\"\"\"\n\n# entry\ndef main():\n    pass\n")
            .File("docs/index.md", "# Docs\n").File("docs/adr/0001-sort.md", "# Sort\n").File("CHANGELOG.md", "# 1.0\n").Tag("v0.1");
        for (var i = 1; i <= 24; i++)
            repository.Commit(i % 4 == 0 ? Bob : Ada, $"2026-01-{i:00}T09:00:00").File("tidy/__init__.py", $"\"\"\"Tidy.\"\"\"\n\n# entry\ndef main():\n    return {i}\n");
        repository.Tag("v1.0");
    }

    private static void Service(ImportedRepository repository)
    {
        repository.Commit(Ada, "2026-02-01T09:00:00")
            .File("README.md", "# Orders\n")
            .File("LICENSE", Licences.Mit)
            .File("src/Orders/Orders.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n  <PropertyGroup>\n    <PackageLicenseExpression>Apache-2.0</PackageLicenseExpression>\n  </PropertyGroup>\n</Project>\n")
            .File("src/Orders/Program.cs", "// Starts.\nvar app = WebApplication.Create();\n\napp.Run();\n")
            .File("Dockerfile", "FROM scratch\n");
        repository.Commit("renovate[bot] <bot@example.org>", "2026-02-02T09:00:00").File("Dockerfile", "FROM scratch\n# pinned\n");
    }

    private static void Hostile(ImportedRepository repository) =>
        repository.Commit("@admin ![x](http://evil.example/x.png) <m@example.org>", "2026-02-01T09:00:00")
            .File("README.md", "# x\n\nThis \u202Eproject\u202C is <!-- hidden orders --> for @everyone, see https://evil.example and ![pic](https://evil.example/p.png) <img src=x onerror=y>.\n")
            .File("package.json", "{ \"name\": \"x\\u001b[31m\", \"private\": true, \"bin\": \"a.js\", \"license\": \"MIT\" }\n")
            .File("a|b`c\u001b[2J.js", "x\n");

    private static void Approve(string name, string actual, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "..", "approved", name);
        if (Environment.GetEnvironmentVariable("CHARTER_APPROVE") == "1") File.WriteAllText(path, actual);
        File.Exists(path).ShouldBeTrue($"{name} is not approved yet");
        actual.ShouldBe(File.ReadAllText(path), name);
    }
}
