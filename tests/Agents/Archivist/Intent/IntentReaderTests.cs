using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Tests.Archivist.Intent;

public sealed class IntentReaderTests
{
    private static async Task<string[]> QuotedAsync(params (string Path, string Text)[] files) =>
        [.. (await Described.AsAsync(files)).Records.Select(record => $"{record.Kind} {record.Path}:{record.Line} {record.Text}{(record.Status is null ? "" : $" [{record.Status}{(record.Date is null ? "" : " " + record.Date)}]")}")];

    [Fact]
    public async Task Read_HeadingsOfGoals_QuotesTheirItems()
    {
        (await QuotedAsync(("README.md",
            """
            # Tidy

            Sorts the imports of your files.

            ## Design goals

            - Never change **what the code** does
            - Be [fast enough](https://example.org) for an editor

            ### Non-goals

            - Formatting anything but imports

            ## Goals and limits

            - Not a heading that says which of both
            """))).ShouldBe([
            "goal README.md:7 Never change what the code does",
            "goal README.md:8 Be fast enough for an editor",
            "non_goal README.md:12 Formatting anything but imports",
        ]);
    }

    [Fact]
    public async Task Read_RestructuredText_QuotesAsMarkdown()
    {
        (await QuotedAsync(("CONTRIBUTING.rst", "Contributing\n============\n\nWelcome to the project.\n\nCoding style\n------------\n\n- Follow ``black`` in all\n  Python files.\n- See `the guide <https://example.org>`_ for all names.\n\nTests\n-----\n\nEvery change must have a test. Run them by hand::\n\n    pytest\n")))
            .ShouldBe([
                "convention CONTRIBUTING.rst:9 Follow `black` in all Python files.",
                "convention CONTRIBUTING.rst:11 See the guide for all names.",
                "convention CONTRIBUTING.rst:16 Every change must have a test.",
            ]);
    }

    [Fact]
    public async Task Read_Roadmap_TellsWhatIsDone()
    {
        (await QuotedAsync(("ROADMAP.md", "# Roadmap\n\n## Next\n\n- [ ] Sort in parallel on big trees\n- [x] Read the settings from a file\n\n## Links\n\n- [The board of all issues](https://example.org)\n")))
            .ShouldBe(["roadmap ROADMAP.md:5 Sort in parallel on big trees", "roadmap ROADMAP.md:6 Read the settings from a file [done]"]);
    }

    [Fact]
    public async Task Read_Contributing_QuotesRulesAndNothingElse()
    {
        (await QuotedAsync(("CONTRIBUTING.md",
            """
            # Contribution guidelines

            - Thank you for reading this document

            You must have a machine. Patches MUST be signed off. We like tea.

            ## Commit messages

            - Use the imperative in the first line
            - [Example](https://example.org)
            """))).ShouldBe(["convention CONTRIBUTING.md:5 Patches MUST be signed off.", "convention CONTRIBUTING.md:9 Use the imperative in the first line"]);
    }

    [Fact]
    public async Task Read_DecisionRecords_LatestFirstWithStatusAndDate()
    {
        (await QuotedAsync(
            ("docs/adr/0009-use-sql.md", "# 9. Use SQL scripts\n\nDate: 2024-05-01\n\n## Status\n\nAccepted. It was a long way.\n\n## Decision\n\nScripts.\n"),
            ("docs/adr/0010-use-git.md", "---\nstatus: superseded by ADR-0011\ndate: 2024-06-01\n---\n# Use git through its command\n"),
            ("docs/adr/0011-x.md", "# ADR 11: Use a library for git\n\n**Status:** proposed\n"),
            ("docs/adr/README.md", "# Decisions of this project\n"), ("docs/adr/template.md", "# Title of the decision\n\nStatus: proposed\n")))
            .ShouldBe([
                "decision docs/adr/0011-x.md:1 Use a library for git [proposed]",
                "decision docs/adr/0010-use-git.md:5 Use git through its command [superseded by ADR-0011 2024-06-01]",
                "decision docs/adr/0009-use-sql.md:1 Use SQL scripts [Accepted 2024-05-01]",
            ]);
    }

    [Fact]
    public async Task Read_MovedLine_KeepsTheId()
    {
        var first = (await Described.AsAsync(("GOALS.md", "# Goals\n\n- Never change what the code does\n"))).Records.Single();
        var moved = (await Described.AsAsync(("GOALS.md", "# Goals\n\nThese are ours:\n\n- Never change *what the code* does\n"))).Records.Single();
        moved.Id.ShouldBe(first.Id);
        moved.Line.ShouldBe(5);
    }

    [Fact]
    public async Task Read_LayerRules_NamesBothSides()
    {
        var records = (await Described.AsAsync(("ARCHITECTURE.md", "# House\n\n`engine` must not depend on `services`.\n\nDependencies: `cli` → `services`.\n\nThe file goes `a` → `b`.\n"))).Records;
        records.Select(record => record.Layers).ShouldBe([new LayerRule("engine", "services", LayerRule.MustNotDependOn), new LayerRule("cli", "services", LayerRule.DependsOn)]);
    }

    [Fact]
    public async Task Read_HostileDocument_IsBounded()
    {
        var (records, findings) = await Described.AsAsync(
            ("README.md", string.Concat(Enumerable.Repeat("> - ", 5000)) + "deep\n"),
            ("CONTRIBUTING.md", "# Rules\n\n## Style\n\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"## Style\n\n- Rule number {i} of all [x](gone{i}.md)\n"))));
        records.Count.ShouldBeLessThanOrEqualTo(40);
        findings.Count.ShouldBeLessThanOrEqualTo(20);
    }
}
