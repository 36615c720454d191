using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Settings;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Tests.Settings;

public sealed class RepositorySettingsTests
{
    private const string Example = """
        rules:
          history/stale: off
          readme/empty: { severity: info }
        ignore:
          - { rule: "licence/*", path: "docs/**", reason: "generated" }
        """;

    [Fact]
    public void Read_NoFile_ChangesNothing()
    {
        var settings = RepositorySettings.Read(Facts());
        settings.Section.ShouldBeNull();
        settings.Problems.ShouldBeEmpty();
        settings.Apply(Finding("readme/empty")).ShouldBe(Finding("readme/empty"));
    }

    [Fact]
    public void Apply_Example_HidesAndWeighsAnew()
    {
        var settings = RepositorySettings.Read(Facts(Example));

        settings.Problems.ShouldBeEmpty();
        settings.Section!.Rules.ShouldBe([new RuleSetting("history/stale", "off"), new RuleSetting("readme/empty", "info")]);
        settings.Section.Ignore.ShouldBe([new IgnoreSetting("licence/*", "docs/**", "generated")]);
        settings.Apply(Finding("history/stale")).State.ShouldBe(FindingStates.Hidden);
        settings.Apply(Finding("readme/empty")).ShouldBe(Finding("readme/empty") with { Severity = Severities.Info });
        settings.Apply(Finding("licence/missing", "docs/a/b")).State.ShouldBe(FindingStates.Hidden);
        settings.Apply(Finding("licence/missing", "src/a")).State.ShouldBeNull();
        settings.Apply(Finding("licence/missing")).State.ShouldBeNull("a finding about the whole repository fits no path");
        settings.Apply(Finding("readme/missing", "docs/a")).State.ShouldBeNull();
    }

    [Theory]
    [InlineData("rule:\n  x: off\n", 1, "'rule' is not a part of the settings", "Did you mean 'rules'?")]
    [InlineData("rules:\n  readme/emty: off\n", 2, "'readme/emty' is not a rule", "Did you mean 'readme/empty'?")]
    [InlineData("rules:\n  readme/empty: on\n", 2, "'on' is no value of a rule", "Write 'readme/empty: off'")]
    [InlineData("rules:\n  readme/empty: { severity: hig }\n", 2, "'hig' is no severity", "Did you mean 'high'?")]
    [InlineData("rules:\n  readme/empty: { severity: off }\n", 2, "'off' is no severity", "'readme/empty: off'")]
    [InlineData("rules:\n  readme/empty:\n    sevrity: low\n", 3, "'sevrity' is not a key of a rule", "Did you mean 'severity'?")]
    [InlineData("rules:\n  readme/empty: off\n  readme/empty: off\n", 3, "readme/empty is tuned twice", "Remove")]
    [InlineData("rules: [readme/empty]\n", 1, "'rules' is not a list of keys and values", "Write it as")]
    [InlineData("ignore: all\n", 1, "'ignore' is not a list", "Write")]
    [InlineData("ignore:\n  - { rule: \"readme/*\" }\n", 2, "has no reason", "Give each entry")]
    [InlineData("ignore:\n  - { path: \"a\", reason: \"b\" }\n", 2, "has no rule", "Give each entry")]
    [InlineData("ignore:\n  - { rule: \"readmi/empty\", reason: \"b\" }\n", 2, "'readmi/empty' is no rule", "Did you mean 'readme/empty'?")]
    [InlineData("ignore:\n  - { rule: \"*\", pth: \"a\", reason: \"b\" }\n", 2, "'pth' is not a key of 'ignore'", "Did you mean 'path'?")]
    [InlineData("- a\n", 1, "The file is not a list of keys and values", "rules:")]
    [InlineData("rules: {\n", 2, "is not read: it is not valid YAML here", "none of its settings holds")]
    [InlineData("a: &x 1\nb: *x\n", 1, "anchors and aliases are not read", "none of its settings holds")]
    [InlineData("rules: !!map {}\n", 1, "tags are not read", "none of its settings holds")]
    [InlineData("rules: {}\n---\nrules: {}\n", 2, "a second document begins here", "none of its settings holds")]
    public void Read_Mistake_IsAFindingWithLineAndWayOut(string text, int line, string evidence, string fix)
    {
        var problem = RepositorySettings.Read(Facts(text)).Problems.ShouldHaveSingleItem();

        problem.Rule.ShouldBe("settings/invalid");
        problem.Path.ShouldBe(".charterhouse.yaml");
        problem.Line.ShouldBe(line);
        problem.Evidence.ShouldContain(evidence);
        problem.Recommendation.ShouldContain(fix);
    }

    [Fact]
    public void Read_MistakeBesideWhatIsRight_KeepsWhatIsRight()
    {
        var settings = RepositorySettings.Read(Facts("rules:\n  nonsense: off\n  history/stale: off\nignore:\n  - { rule: \"*\", pth: \"docs\", reason: \"x\" }\n"));

        settings.Problems.Count.ShouldBe(2);
        settings.Apply(Finding("history/stale")).State.ShouldBe(FindingStates.Hidden);
        settings.Apply(Finding("readme/empty")).State.ShouldBeNull("an entry with a misspelt path must not hide everything");
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("rules:\nignore:\n")]
    [InlineData("\uFEFFrules: {}\n")]
    public void Read_EmptyFile_IsNoMistake(string text)
    {
        var settings = RepositorySettings.Read(Facts(text));
        settings.Problems.ShouldBeEmpty();
        settings.Section.ShouldNotBeNull().Rules.ShouldBeEmpty();
    }

    [Fact]
    public void Read_HostileFiles_AreBoundedAndNeverAFailure()
    {
        string[] texts =
        [
            new string('[', 20_000),
            "rules:\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"  x{i}: off\n")),
            "ignore:\n" + string.Concat(Enumerable.Repeat("  - { rule: \"*\", reason: x }\n", 1000)),
            "rules: " + new string('x', 31_000),
            "a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
            "\0\u0001\ud800", "%YAML 9.9\n---\n", "? [a]\n: b\n", "rules:\n\treadme/empty: off\n", "\"", "'", "|", ">", "*", "&", "!", "{", "}", ",", "? ?", "- - - -", ": :",
        ];
        foreach (var text in texts)
        {
            var settings = RepositorySettings.Read(Facts(text));
            settings.Problems.Count.ShouldBeLessThanOrEqualTo(20);
            settings.Problems.ShouldAllBe(problem => problem.Line >= 1 && problem.Evidence.Length < 300);
            settings.Apply(Finding("readme/empty", "a"));
        }
        RepositorySettings.Read(Facts(new string(' ', 40_000))).Problems.ShouldHaveSingleItem().Evidence.ShouldContain("longer than 32 KB");
    }

    [Fact]
    public void Read_TwoFiles_ReadsOneAndSaysSo()
    {
        var facts = Facts("rules: { history/stale: off }");
        facts = facts with { Excerpts = [.. facts.Excerpts, new Excerpt(".charterhouse.yml", "rules: {}", false)] };

        var settings = RepositorySettings.Read(facts);

        settings.Section!.Rules.ShouldHaveSingleItem();
        settings.Problems.ShouldHaveSingleItem().Path.ShouldBe(".charterhouse.yml");
    }

    [Fact]
    public async Task Tuned_RepositoryWithSettings_SaysSoAndKeepsWhatItHides()
    {
        using var repository = new ImportedRepository();
        var head = repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("a.py", "x = 1\n")
            .File(".charterhouse.yaml", "rules:\n  readme/missing: off\n  licence/missing: { severity: info }\n  typo: off\n").Build();
        var facts = (await repository.ScanAsync(head)).Facts;

        var result = ArchivistAgent.Describe(Scans.Context(head), facts).Tuned(StepKinds.Archivist, RepositorySettings.Read(facts));

        result.Findings.Select(finding => (finding.Rule, finding.Severity, finding.State)).ShouldBe(
            [("licence/missing", "info", null), ("readme/missing", "medium", "hidden"), ("settings/invalid", "low", null)], ignoreOrder: true);
        result.Sections.Select(section => section.Key).ShouldContain(SectionNames.Settings);
        result.Sections.Select(section => section.Key).Where(name => name.StartsWith(SectionNames.AgentPrefix, StringComparison.Ordinal)).ShouldBe(["agent/archivist", "agent/settings"]);
    }

    private static Finding Finding(string rule, string? path = null) => Findings.Make("archivist", rule, Severities.Medium, "t", path, "e", "r");

    private static RepositoryFacts Facts(string? settings = null) => new()
    {
        HeadSha = new string('a', 40),
        Languages = [],
        Files = [],
        Excerpts = settings is null ? [] : [new Excerpt(".charterhouse.yaml", settings, false)],
        Details = [],
        History = new HistoryFacts
        {
            Commits = 0,
            Merges = 0,
            Shallow = false,
            Cut = false,
            First = null,
            Last = null,
            Last90Days = 0,
            Last365Days = 0,
            ActiveDays = 0,
            Months = [],
            Authors = [],
            Files = [],
            Recent = [],
            Tags = [],
            TagCount = 0,
        },
        Notes = [],
    };
}
