using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Historian;

public sealed class OwnershipTests
{
    [Theory]
    [InlineData("*", "a/b.cs", true)]
    [InlineData("*.js", "a/b.js", true)]
    [InlineData("/build/logs/", "build/logs/x/y", true)]
    [InlineData("/build/logs/", "a/build/logs/x", false)]
    [InlineData("docs/*", "docs/a.md", true)]
    [InlineData("docs/*", "docs/a/b.md", false)]
    [InlineData("apps/", "x/apps/a.cs", true)]
    [InlineData("apps/", "apps", false)]
    [InlineData("**/logs", "a/b/logs/c", true)]
    [InlineData("/src/**/x.cs", "src/x.cs", true)]
    [InlineData("/apps/github", "apps/github/a", true)]
    [InlineData("/*", "a/b", false)]
    public void Matches_Pattern_AsGitHubDoes(string pattern, string path, bool expected) => new OwnerPattern(pattern).Matches(path).ShouldBe(expected);

    [Fact]
    public void Parse_SectionsAndComments_KeepTheirPatterns() =>
        CodeOwners.Parse("# x\n*  @all # everyone\n[Docs][2] @writers\ndocs/\n!no @x\n").Select(rule => $"{rule.Line} {rule.Pattern} {string.Join(' ', rule.Owners)}").ShouldBe(["2 * @all", "4 docs/ @writers"]);

    [Fact]
    public async Task Describe_CodeOwners_SaysWhoOwnsWhatAndWhichPatternIsDead()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("api/a.py", "x = 1\ny = 2\nz = 3\n").File("web/b.py", "x = 1\n").File("CODEOWNERS", "/api/ @ada\n/gone/ @bob\n");
        var head = repository.Build();
        var result = HistorianAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);

        var section = CanonicalJson.FromElement<OwnershipSection>(result.Sections.Single(one => one.Key == SectionNames.Ownership).Value);
        (section.SourceLines, section.OwnedLines).ShouldBe((4, 3));
        section.Unowned.ShouldBe(["web"]);
        var finding = result.Findings.Single(one => one.Rule == "ownership/pattern-dead");
        (finding.Path, finding.Line).ShouldBe(("CODEOWNERS", 2));
    }

    [Theory]
    [InlineData("", "", "api/a.py web/b.py 8 of 8")]
    [InlineData("import web.b\n", "", "")]
    [InlineData("", "from api import a\n", "")]
    public async Task Describe_FilesOfTwoModulesChangedTogether_AreAPairUnlessOneImportsTheOther(string api, string web, string expected)
    {
        var pairs = await CoChangesAsync((repository, i) => repository.File("api/a.py", $"{api}x = {i}\n").File("web/b.py", $"{web}x = {i}\n").File("web/test_b.py", $"x = {i}\n"));

        pairs.Select(pair => $"{pair.First} {pair.Second} {pair.Together} of {pair.SecondChanges}").ShouldBe(expected.Length == 0 ? [] : [expected]);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("<ProjectReference Include=\"../Core/Core.csproj\" />", 0)]
    public async Task Describe_FilesOfProjectsThatReferenceEachOther_AreNoPair(string reference, int expected) =>
        (await CoChangesAsync((repository, i) => repository
            .File("App/App.csproj", $"<Project><ItemGroup>{reference}</ItemGroup></Project>").File("App/A.cs", $"class A {{ int x = {i}; }}\n")
            .File("Core/Core.csproj", "<Project />").File("Core/C.cs", $"class C {{ int x = {i}; }}\n"))).Count.ShouldBe(expected);

    private static async Task<IReadOnlyList<CoChange>> CoChangesAsync(Action<ImportedRepository, int> write)
    {
        using var repository = new ImportedRepository();
        for (var i = 1; i <= 8; i++)
        {
            repository.Commit("Ada Example <ada@example.org>", $"2026-01-{i:00}T10:00:00");
            write(repository, i);
        }
        var head = repository.Build();
        var result = HistorianAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);
        return CanonicalJson.FromElement<CoChangeSection>(result.Sections.Single(one => one.Key == SectionNames.CoChange).Value).Pairs;
    }
}
