using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Modules;

public sealed class WorkspacesTests
{
    private const string Ada = "Ada Example <ada@example.org>";
    private const string Lib = "<Project Sdk=\"Microsoft.NET.Sdk\" />\n";

    [Theory]
    [InlineData("Acme.sln", "\nMicrosoft Visual Studio Solution File, Format Version 12.00\nProject(\"{1}\") = \"Web\", \"src\\Web\\Web.csproj\", \"{2}\"\nEndProject\nProject(\"{1}\") = \"Mail\", \"src\\Mail\\Mail.csproj\", \"{3}\"\nEndProject\nProject(\"{9}\") = \"src\", \"src\", \"{4}\"\nEndProject\n")]
    [InlineData("build/Acme.slnx", "<Solution>\n  <Folder Name=\"/src/\">\n    <Project Path=\"../src/Web/Web.csproj\" />\n    <Project Path=\"..\\src\\Mail\\Mail.csproj\" />\n  </Folder>\n</Solution>\n")]
    public async Task Describe_Solution_NamesTheProductsProjectsAndWhatTheyAreBuiltWith(string path, string text)
    {
        var modules = await ModulesAsync(repository => repository.File(path, text)
            .File("src/Web/Web.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\">\n<ItemGroup><ProjectReference Include=\"..\\Core\\Core.csproj\" /></ItemGroup>\n</Project>\n").File("src/Web/W.cs", "class W { }\n")
            .File("src/Mail/Mail.csproj", Lib).File("src/Mail/M.cs", "class M { }\n")
            .File("src/Core/Core.csproj", Lib).File("src/Core/C.cs", "class C { }\n")
            .File("src/Trial/Trial.csproj", Lib).File("src/Trial/T.cs", "class T { }\n"));

        // A solution outside the folder of its projects says nothing of others there.
        modules.ShouldBe(path.StartsWith("build/", StringComparison.Ordinal) ? ["Core", "Mail", "Trial", "Web"] : ["Core", "Mail", "Web"]);
    }

    [Fact]
    public async Task Describe_SolutionOfTheLesserPart_DecidesNothing() =>
        (await ModulesAsync(repository => repository.File("Tools.sln", "Microsoft Visual Studio Solution File\nProject(\"{1}\") = \"A\", \"src\\A\\A.csproj\", \"{2}\"\nEndProject\n")
            .File("src/A/A.csproj", Lib).File("src/A/A.cs", "class A { }\n").File("src/B/B.csproj", Lib).File("src/B/B.cs", "class B { }\n").File("src/C/C.csproj", Lib).File("src/C/C.cs", "class C { }\n"))).ShouldBe(["A", "B", "C"]);

    [Theory]
    [InlineData("package.json", "{ \"private\": true, \"workspaces\": [\"packages/*\", \"!packages/old\"] }")]
    [InlineData("package.json", "{ \"private\": true, \"workspaces\": { \"packages\": [\"./packages/{a,b}/\"] } }")]
    [InlineData("pnpm-workspace.yaml", "packages:\n  - 'packages/**'\n  - '!**/old'\ncatalog:\n  x: 1.0.0\n")]
    public async Task Describe_NpmWorkspace_NamesItsPackagesAndNoOthers(string path, string text)
    {
        var modules = await ModulesAsync(repository => repository.File(path, text)
            .File("packages/a/package.json", "{ \"name\": \"a\" }").File("packages/a/src/index.ts", "export const a = 1;\n")
            .File("packages/a/esm/package.json", "{ \"name\": \"a-esm\" }").File("packages/a/esm/index.ts", "export const e = 1;\n")
            .File("packages/b/package.json", "{ \"name\": \"b\" }").File("packages/b/src/index.ts", "export const b = 1;\nexport const c = 2;\n")
            .File("packages/old/package.json", "{ \"name\": \"old\" }").File("packages/old/index.ts", "export const o = 1;\n"));

        modules.Where(module => module != "a-esm").ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Describe_CargoWorkspace_TakesWhatItsMembersAreBuiltWithAndLeavesOutWhatItExcludes() =>
        (await ModulesAsync(repository => repository
            .File("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/wild\"]\n")
            .File("crates/a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nshared = { path = \"../../shared\" }\n").File("crates/a/src/lib.rs", "pub fn a() {}\n")
            .File("crates/b/Cargo.toml", "[package]\nname = \"b\"\n").File("crates/b/src/lib.rs", "pub fn b() {}\n")
            .File("crates/wild/Cargo.toml", "[package]\nname = \"wild\"\n").File("crates/wild/src/lib.rs", "pub fn w() {}\n")
            .File("shared/Cargo.toml", "[package]\nname = \"shared\"\n").File("shared/src/lib.rs", "pub fn s() {}\n")
            .File("own/Cargo.toml", "[package]\nname = \"own\"\n[workspace]\n").File("own/src/lib.rs", "pub fn o() {}\n"))).ShouldBe(["a", "b", "own", "shared"]);

    [Fact]
    public async Task Describe_PackageWithALockFileOfItsOwn_IsAModuleOutsideTheWorkspaceToo() =>
        (await ModulesAsync(repository => repository.File("package.json", "{ \"private\": true, \"workspaces\": [\"new\"] }").File("package-lock.json", "{ }")
            .File("new/package.json", "{ \"name\": \"new-ui\" }").File("new/index.ts", "export const n = 1;\n")
            .File("old/package.json", "{ \"name\": \"old-ui\" }").File("old/package-lock.json", "{ }").File("old/index.ts", "export const o = 1;\n"))).ShouldBe(["new-ui", "old-ui"]);

    [Fact]
    public async Task Describe_GoWork_NamesItsModules() =>
        (await ModulesAsync(repository => repository
            .File("go.work", "go 1.22\n\nuse (\n\t./api // the API\n\t./server\n)\nuse ./cli\n")
            .File("api/go.mod", "module example.org/api\n").File("api/a.go", "package api\n").File("server/go.mod", "module example.org/server\n").File("server/s.go", "package server\n")
            .File("cli/go.mod", "module example.org/cli\n").File("cli/c.go", "package cli\n")
            .File("spike/go.mod", "module example.org/spike\n").File("spike/s.go", "package spike\n"))).ShouldBe(["example.org/api", "example.org/cli", "example.org/server"]);

    [Theory]
    [InlineData("Acme.sln", "Microsoft Visual Studio Solution File\nProject(\nProject(\"\") = \"\", \"..\\..\\..\\x.csproj\"\n")]
    [InlineData("Acme.slnx", "<Solution><Project Path=\"a.csproj\"")]
    [InlineData("package.json", "{ \"workspaces\": [\"{a,\", \"}{\", \"**\", 7, \"../../*\"] }")]
    [InlineData("pnpm-workspace.yaml", "packages: [\n")]
    [InlineData("Cargo.toml", "[workspace]\nmembers = [\"[\", \"(((\"\n")]
    [InlineData("go.work", "use (\nuse (((\n../../x\n")]
    public async Task Describe_BrokenList_SaysNothing(string path, string text) =>
        (await ModulesAsync(repository => repository.File(path, text).File("one/a.c", "int a;\n").File("two/b.c", "int b;\n"))).Length.ShouldBe(2);

    [Fact]
    public async Task Describe_PackageAmongTemplates_IsNoModule() =>
        (await ModulesAsync(repository => repository.File("package.json", "{ \"name\": \"make\" }").File("src/cli/index.ts", "export const c = 1;\n").File("src/write/index.ts", "export const w = 1;\n")
            .File("src/templates/app/package.json", "{ \"name\": \"app\" }").File("src/templates/app/main.ts", "export const m = 1;\n"))).ShouldNotContain("app");

    private static async Task<string[]> ModulesAsync(Action<ImportedRepository> write)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00");
        write(repository);
        var facts = (await repository.ScanAsync(repository.Build())).Facts;
        var section = CanonicalJson.FromElement<StructureSection>(ArchitectAgent.Describe(Scans.Context(facts.HeadSha), facts).Sections.Single(section => section.Key == SectionNames.Structure).Value);
        return section.Modules.Select(module => module.Name).Order(StringComparer.Ordinal).ToArray();
    }
}
