using System.Text.Json;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Historian;

public sealed class HistorianTests
{
    [Fact]
    public async Task Describe_TwoEqualPeople_NeedsBothForMoreThanHalf()
    {
        using var repository = new ImportedRepository();
        for (var i = 1; i <= 20; i++)
            repository.Commit(i % 2 == 0 ? "Ada Example <a@example.org>" : "Bob Example <b@example.org>", $"2026-01-{i:00}T10:00:00").File("a.py", $"x = {i}\n");
        var result = await DescribeAsync(repository);

        Section<BusFactorSection>(result, SectionNames.BusFactor).Factor.ShouldBe(2);
        result.Findings.ShouldBeEmpty();
        Section<ActivitySection>(result, SectionNames.Activity).Months.Count.ShouldBe(12);
    }

    [Theory]
    [InlineData(12, 8, true)]
    [InlineData(11, 9, false)]
    public async Task Describe_OnePersonWithMostCommits_IsReportedFromSixtyPercentOn(int first, int second, bool reported)
    {
        using var repository = new ImportedRepository();
        for (var i = 1; i <= first + second; i++)
            repository.Commit(i <= first ? "Ada Example <a@example.org>" : "Bob Example <b@example.org>", $"2026-01-{i:00}T10:00:00").File("a.py", $"x = {i}\n");
        var result = await DescribeAsync(repository);

        Section<BusFactorSection>(result, SectionNames.BusFactor).Factor.ShouldBe(1);
        result.Findings.Any(finding => finding.Rule == "history/bus-factor-one").ShouldBe(reported);
    }

    [Fact]
    public async Task Describe_TaggedMailboxesAndReleasers_AreNoFurtherPeople()
    {
        using var repository = new ImportedRepository();
        var day = 0;
        foreach (var author in (string[])["Ada Example <ada@example.org>", "A. E. <ada+work@example.org>", "thingreleaser <ada+release@example.org>", "acmebot <x@example.org>", "Tim Talbot <t@example.org>", "12+bob@users.noreply.github.com <12+bob@users.noreply.github.com>"])
            repository.Commit(author, $"2026-01-{++day:00}T10:00:00").File("a.py", $"x = {day}\n");
        var section = Section<ContributorsSection>(await DescribeAsync(repository), SectionNames.Contributors);

        (section.People, section.Bots).ShouldBe((3, 2));
        section.Top.Where(one => one.Bot).Select(one => one.Name).ShouldBe(["acmebot", "thingreleaser"]);
        section.Top[0].Commits.ShouldBe(2);
    }

    [Fact]
    public async Task Describe_ALoginAsNameOrMailbox_IsItsOwner()
    {
        using var repository = new ImportedRepository();
        var day = 0;
        foreach (var author in (string[])["Jane Doe <12+janedoedev@users.noreply.github.com>", "Jane Doe <12+janedoedev@users.noreply.github.com>", "JaneDoeDev <hello@jane.example>", "J. D. <jane.doe-dev@acme.example>", "Bob <5+bobby@users.noreply.github.com>", "Bobby <x@acme.example>", "hello <hello@acme.example>"])
            repository.Commit(author, $"2026-01-{++day:00}T10:00:00").File("a.py", $"x = {day}\n");
        var section = Section<ContributorsSection>(await DescribeAsync(repository), SectionNames.Contributors);

        (section.Top[0].Name, section.Top[0].Commits, section.People).ShouldBe(("Jane Doe", 4, 4));
    }

    [Theory]
    [InlineData("This repository is receiving very limited maintenance.", false)]
    [InlineData("## Unmaintained", false)]
    [InlineData("It is feature complete.", false)]
    [InlineData("We are looking for new maintainers.", false)]
    [InlineData("This project is deprecated.", false)]
    [InlineData("The option --old is gone.", true)]
    public async Task Describe_AReadmeThatStatesTheStatus_LeavesNothingToSay(string text, bool found)
    {
        using var repository = new ImportedRepository();
        for (var i = 1; i <= 25; i++) repository.Commit("Ada Example <a@example.org>", $"2018-01-{i:00}T10:00:00").File("a.py", $"x = {i}\n");
        repository.Commit("Ada Example <a@example.org>", "2026-01-01T10:00:00").File("README.md", $"# Thing\n\n{text}\n");

        (await DescribeAsync(repository)).Findings.Any(finding => finding.Rule == "history/stale").ShouldBe(found);
    }

    [Fact]
    public async Task Describe_OnlyBotsInTheWindow_HasNoBusFactor()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <a@example.org>", "2020-01-01T10:00:00").File("a.py", "x = 1\n");
        repository.Commit("renovate[bot] <r@example.org>", "2026-01-01T10:00:00").File("a.py", "x = 2\n");
        var result = await DescribeAsync(repository);

        Section<BusFactorSection>(result, SectionNames.BusFactor).Factor.ShouldBeNull();
        Section<HotspotsSection>(result, SectionNames.Hotspots).Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Describe_LongSilenceThenOneCommit_IsStale()
    {
        using var repository = new ImportedRepository();
        for (var i = 1; i <= 25; i++) repository.Commit("Ada Example <a@example.org>", $"2018-01-{i:00}T10:00:00").File("a.py", $"x = {i}\n");
        repository.Commit("Ada Example <a@example.org>", "2026-01-01T10:00:00").File("a.py", "x = 0\n");

        (await DescribeAsync(repository)).Findings.Select(finding => finding.Rule).ShouldBe(["history/stale"]);
    }

    [Fact]
    public async Task Describe_AnyAuthor_ShowsNoAddress()
    {
        using var repository = new ImportedRepository();
        repository.Commit("ada@example.org <ada@example.org>", "2026-01-01T10:00:00").File("a.py", "x = 0\n");
        var result = await DescribeAsync(repository);

        JsonSerializer.Serialize(result.Sections).ShouldNotContain("example.org");
        Section<ContributorsSection>(result, SectionNames.Contributors).Top[0].Name.ShouldBe("ada");
    }

    [Fact]
    public async Task Hotspots_LeaveTestsOut()
    {
        using var repository = new ImportedRepository();
        for (var i = 1; i <= 5; i++)
            repository.Commit("Ada Example <a@example.org>", $"2026-01-{i:00}T10:00:00").File("a.py", $"x = {i}\n").File("tests/test_a.py", $"x = {i}\ny = {i}\n");

        Section<HotspotsSection>(await DescribeAsync(repository), SectionNames.Hotspots).Files.Select(file => file.Path).ShouldBe(["a.py"]);
    }

    private static async Task<AgentResult> DescribeAsync(ImportedRepository repository)
    {
        var head = repository.Build();
        return HistorianAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);
    }

    private static T Section<T>(AgentResult result, string name) => CanonicalJson.FromElement<T>(result.Sections.Single(section => section.Key == name).Value);
}
