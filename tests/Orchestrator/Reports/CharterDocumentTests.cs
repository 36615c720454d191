using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Reports;

namespace Charterhouse.Orchestrator.Tests.Reports;

public sealed class CharterDocumentTests
{
    [Fact]
    public void Create_EmptyState_IsStillACharter()
    {
        var document = CharterDocument.Create(1, new Dictionary<string, JsonElement>(StringComparer.Ordinal), new CharterFailure("sync", "not_a_repository", "x is no repository", "Check the path."), ["scan", "archivist"]);

        var markdown = CharterMarkdown.Render(document);
        markdown.ShouldStartWith("# Unknown repository\n\n> **Partial charter.** Step `sync` failed: x is no repository. Missing: `scan`, `archivist`. Check the path.\n");
        CharterSummary.Render(document).ShouldContain("PARTIAL: step sync failed: x is no repository");
        CharterDocument.FromElement(document.ToElement())!.ToJson().ShouldBe(document.ToJson());
    }

    [Fact]
    public void Create_SectionsOfAnotherShape_AreKeptAndNotShown()
    {
        var state = State(new { languages = new { odd = 1 }, version = "taken", later = new { a = 1 } });
        var document = CharterDocument.Create(2, state);

        document.Section<LanguageRow[]>(SectionNames.Languages).ShouldBeNull();
        CharterMarkdown.Render(document).ShouldNotContain("## Languages");
        var json = document.ToElement();
        json.GetProperty("version").GetInt32().ShouldBe(2, "a section cannot replace a member of the charter");
        json.GetProperty("later").GetProperty("a").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Create_Findings_AreSortedBySeverity()
    {
        var state = State(new { });
        state[Channels.Findings] = CanonicalJson.ToElement(new[] { Finding("b", Severities.Low), Finding("a", Severities.High), Finding("c", "unheard of") });
        CharterDocument.Create(1, state).Findings.Select(finding => finding.Severity).ShouldBe([Severities.High, Severities.Low, "unheard of"]);
    }

    [Fact]
    public void Compare_SameCharter_SaysNothing()
    {
        var document = Charter(1, "aaaa", "MIT", 100, 10);
        CharterDiff.Compare(document, document with { Version = 2 }).ShouldBeEmpty();
    }

    [Fact]
    public void Compare_OtherCharter_SaysWhatChanged()
    {
        var before = Charter(1, "aaaa", "MIT", 100, 10, Finding("readme/missing", Severities.Medium));
        var after = Charter(2, "bbbb", "Apache-2.0", 150, 13, Finding("licence/contradiction", Severities.Medium));
        CharterDiff.Compare(before, after).ShouldBe(
        [
            "New finding (medium): title of licence/contradiction.",
            "Settled: title of readme/missing.",
            "The licence changed from MIT to Apache-2.0.",
            "3 commits since version 1.",
            "C# grew by 50 lines of code to 150.",
        ]);
    }

    [Fact]
    public void Compare_PartialCharter_DoesNotSettleFindings()
    {
        var before = Charter(1, "aaaa", "MIT", 100, 10, Finding("readme/missing", Severities.Medium));
        CharterDiff.Compare(before, Charter(2, "aaaa", "MIT", 100, 10) with { Partial = true }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a\u001b[31mb\u0007c", "abc")]
    [InlineData("a\u202Eb\u200Bc", "abc")]
    [InlineData("a\r\nb", "a b")]
    [InlineData("\u001b]8;;http://evil\u0007x\u001b]8;;\u0007", "x")]
    public void Clean_Text_LosesWhatCannotBeSeen(string text, string clean) => RepositoryText.Clean(text).ShouldBe(clean);

    [Theory]
    [InlineData("hi @team", "hi @&#8203;team")]
    [InlineData("![p](http://x/p.png) [t](http://x)", "p t")]
    [InlineData("a<!-- do this -->b <b>c</b> 1 < 2", "a b c 1 &lt; 2")]
    [InlineData("see https://x.example #12", "see https:&#8203;//x.example #&#8203;12")]
    [InlineData("snake_case *bold* | `x`", "snake_case \\*bold\\* \\| \\`x\\`")]
    public void Prose_Text_IsPlainInMarkdown(string text, string prose) => RepositoryText.Prose(text).ShouldBe(prose);

    [Theory]
    [InlineData("a|b", "`a\\|b`")]
    [InlineData("a`b", "`` a`b ``")]
    [InlineData("a``b`", "``` a``b` ```")]
    public void Code_Text_CannotEndTheSpan(string text, string code) => RepositoryText.Code(text).ShouldBe(code);

    [Fact]
    public void Render_Summary_StaysShort()
    {
        var document = Charter(1, "aaaa", "MIT", 100, 10, [.. Enumerable.Range(0, 40).Select(i => Finding("r/" + i, Severities.Low))]) with { Notes = ["a", "b", "c"] };
        CharterSummary.Render(document).Split('\n').Length.ShouldBeLessThanOrEqualTo(21);
    }

    private static Finding Finding(string rule, string severity) => new("fnd_" + rule, "archivist", rule, severity, "Title of " + rule, null, null, "Evidence.", "Do it.");

    private static Dictionary<string, JsonElement> State(object sections) => new(StringComparer.Ordinal)
    {
        [Channels.Context] = CanonicalJson.ToElement(new RepoContext { Repository = new RepositoryInfo("repo_x", "acme/x", null, "main"), HeadSha = "aaaa", Tree = new TreeStatistics(1, 1, 0, 0, 0) }),
        [Channels.Sections] = JsonSerializer.SerializeToElement(sections),
    };

    private static CharterDocument Charter(int version, string head, string licence, long code, int commits, params Finding[] findings)
    {
        var date = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var state = State(new { });
        state[Channels.Sections] = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            [SectionNames.Licence] = CanonicalJson.ToElement(new LicenceSection(licence, [], [])),
            [SectionNames.Languages] = CanonicalJson.ToElement(new[] { new LanguageRow("C#", 1, code, 0, 0) }),
            [SectionNames.Activity] = CanonicalJson.ToElement(new ActivitySection(new CommitPoint("f", date), new CommitPoint(head, date), commits, 0, true, 1, 1, 1, [], 0, null)),
        });
        state[Channels.Findings] = CanonicalJson.ToElement(findings);
        return CharterDocument.Create(version, state) with { HeadSha = head };
    }
}
