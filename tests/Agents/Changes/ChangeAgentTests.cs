using System.Text.Json;
using Charterhouse.Agents.Changes;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Tests.Changes;

public sealed class ChangeAgentTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Fact]
    public async Task Describe_FindingOnlyAtHead_IsIntroduced()
    {
        using var repository = new ImportedRepository();
        var from = repository.Commit(Ada, "2026-01-02T10:00:00").File("README.md", Words).File("LICENSE", Licences.Mit).File("src/a.py", "x = 1\n").Build();
        var head = repository.Commit(Ada, "2026-01-03T10:00:00").Delete("LICENSE").File("src/a.py", "x = 1\ny = 2\n").Build();

        var change = await DescribeAsync(repository, from, head, [new("LICENSE", "deleted", null, 0, 20), new("src/a.py", "modified", null, 1, 0)]);

        change.Introduced.Count.ShouldBe(1);
        change.Settled.ShouldBeEmpty();
        change.Files.ShouldBe(new ChangedFiles(0, 1, 1, 0, 1, 20));
        change.Tests.ShouldBe(new ChangedTests(1, 0, []), new TestsComparer());
    }

    [Fact]
    public async Task Describe_FindingInARenamedFile_IsTheSameFinding()
    {
        using var repository = new ImportedRepository();
        var from = repository.Commit(Ada, "2026-01-02T10:00:00").File("docs/README.md", "# a\n").File("LICENSE", Licences.Mit).Build();
        var head = repository.Commit(Ada, "2026-01-03T10:00:00").Rename("docs/README.md", "README.md").Build();

        var change = await DescribeAsync(repository, from, head, [new("README.md", "renamed", "docs/README.md", 0, 0)]);

        change.Introduced.ShouldBeEmpty();
        change.Settled.ShouldBeEmpty();
        change.Known.ShouldBeGreaterThan(0);
    }

    private const string Words = "# Sample\n\nA library that adds numbers for people who have many numbers and little time to add them up by hand.\n";

    private static async Task<ChangeSection> DescribeAsync(ImportedRepository repository, string from, string head, ChangedFile[] files)
    {
        var (atBase, atHead) = ((await repository.ScanAsync(from)).Facts, (await repository.ScanAsync(head)).Facts);
        var context = Scans.Context(head) with { BaseSha = from, BaseRef = "main", FilesChanged = files, CommitCount = 1 };
        var results = AnalysisAgents.All.Select(agent => agent.Describe(context, atHead)).ToArray();
        return ChangeAgent.Describe(context, atHead, atBase, new Dictionary<string, JsonElement>(results.SelectMany(result => result.Sections), StringComparer.Ordinal), results.SelectMany(result => result.Findings).ToArray());
    }

    private sealed class TestsComparer : IEqualityComparer<ChangedTests>
    {
        public bool Equals(ChangedTests? one, ChangedTests? other) =>
            one!.SourceFiles == other!.SourceFiles && one.TestFiles == other.TestFiles && one.ModulesWithoutTests.SequenceEqual(other.ModulesWithoutTests, StringComparer.Ordinal);

        public int GetHashCode(ChangedTests tests) => tests.SourceFiles;
    }
}
