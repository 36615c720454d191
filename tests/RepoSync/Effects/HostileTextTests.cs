using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.RepoSync.Effects.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>Whatever comes from outside, in whatever field: nobody is called, nothing is linked, loaded, hidden or commanded.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Built = ["https://github.example/acme/orders/blob/" + Reports.Sha + "/", "https://gitlab.example/acme/backend/orders/-/blob/" + Reports.Sha + "/"];
    private static readonly string[] Exact =
        ["https://github.example/acme/orders/commit/" + Reports.Sha, "https://gitlab.example/acme/backend/orders/-/commit/" + Reports.Sha, Reports.RunUrl.AbsoluteUri];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, HostileTexts.All.Count)];

    [Fact]
    public void Corpus_IsLarge() => HostileTexts.All.Distinct().Count().ShouldBeGreaterThan(150);

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Comment_HostileText_IsHarmless(int index)
    {
        foreach (var links in new[] { Reports.GitHub, Reports.GitLab })
            ShouldBeHarmless(CommentText.Render(Change(HostileTexts.All[index], links), Markers.PullRequestComment(17)));
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Dashboard_HostileText_IsHarmless(int index)
    {
        var text = HostileTexts.All[index];
        var report = Reports.Whole([Finding(1, text), Finding(2, text)], text, [text]) with { Changes = [text] };
        ShouldBeHarmless(DashboardText.Render(report), headings: 3);
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Check_HostileText_IsHarmless(int index)
    {
        var check = CheckText.Of(Change(HostileTexts.All[index], Reports.GitHub));
        ShouldBeHarmless(check.Summary);
        foreach (var annotation in check.Batches.SelectMany(batch => batch))
        {
            // plain text, but whoever shows it may link: what keeps references apart is a zero-width space of ours
            PlainShouldBeHarmless(annotation.Title);
            var lines = annotation.Message.Split('\n');
            lines.Length.ShouldBe(3);
            (lines[0][..6], lines[1][..7]).ShouldBe(("Seen: ", "To do: "));
            PlainShouldBeHarmless(lines[0]);
            PlainShouldBeHarmless(lines[1]);
            lines[2].ShouldMatch("^To mute it: /charter mute fnd_[0-9a-f]{20} reason$");
        }
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void Table_HostileText_KeepsItsCells(int index) =>
        RenderedMarkdown.TableCells(CommentText.Render(Change(HostileTexts.All[index], Reports.GitHub), Markers.PullRequestComment(17))).ShouldAllBe(cells => cells == 3);

    [Fact]
    public void Prose_AnyText_IsHarmless()
    {
        var pieces = Gen.OneOf(
            Gen.Elements(HostileTexts.All.Where(text => text.Length < 60).ToArray()),
            Gen.Elements("@", "#", "!", "`", "[", "](", ")", "<", ">", "|", "\\", "/", ":", "//", "www.", "a", "1", " ", "\n", "-", "$", "&", ";", "\u202e", "http", "GH", "*", "_", "~"));
        var texts = (from many in Gen.ListOf(pieces) select string.Concat(many)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(texts, text =>
        {
            var safe = new SafeText();
            RenderedMarkdown.ShouldBeHarmless($"| a | b |\n|---|---|\n| x | {safe.Prose(text)} |\n| x | {safe.Code(text)} |\n\n- {safe.Prose(text)}\n\nNote: {safe.Prose(text)} {safe.Code(text)}\n", _ => false);
        }));
    }

    [Fact]
    public void Comment_HiddenCharacters_SaysSoOnce()
    {
        var hidden = CommentText.Render(Change("safe\u202egnp.exe", Reports.GitHub), Markers.PullRequestComment(17));
        hidden.Split("Hidden characters were removed.").Length.ShouldBe(2);
        CommentText.Render(Change("plain", Reports.GitHub), Markers.PullRequestComment(17)).ShouldNotContain("Hidden characters");
    }

    [Fact]
    public void Comment_IdThatIsNone_OffersNoCommand()
    {
        var finding = Finding(1, "x") with { Id = "fnd_1` @admin\n/close" };
        CommentText.Render(Reports.Change([finding]), Markers.PullRequestComment(17)).ShouldNotContain("/charter mute");
        DashboardText.Render(Reports.Whole([finding])).ShouldNotContain("do:mute");
    }

    /// <summary>The text in every field that a repository, a model or an event fills.</summary>
    private static EffectReport Change(string text, ForgeLinks links) => Reports.Change(
        [Finding(1, text), Finding(2, text) with { Severity = Severities.Critical }, Finding(3, text) with { Severity = text }], [Finding(4, text)],
        change => change with
        {
            BaseRef = text,
            Modules = [new ChangedModule(text, text, 1, 2, 3, 4)],
            Hotspots = [new ChangedHotspot(text, 1, 2, 3, 4)],
            Owners = [new ChangeOwner(text, 1), new ChangeOwner(null, 2)],
            Dependencies = [new DependencyChange(text, text, text, text, text), new DependencyChange(text, text, text, null, text), new DependencyChange(text, text, text, text, null)],
            Tests = new ChangedTests(1, 0, [text]),
        }, links, [text, text], Reports.RunUrl) with
    { Incomplete = text };

    private static Finding Finding(int number, string text) => new(Reports.Id(number), text, text, Severities.Low, text, text, number, text, text);

    private static void ShouldBeHarmless(string markdown, int headings = 0) =>
        RenderedMarkdown.ShouldBeHarmless(markdown, url => Exact.Contains(url) || Built.Any(built => IsUnder(url, built)), headings);

    // what follows is one path, percent-encoded, with at most a line
    private static bool IsUnder(string url, string built) =>
        url.StartsWith(built, StringComparison.Ordinal) && url[built.Length..].All(c => char.IsAsciiLetterOrDigit(c) || "%/-_.~#?=".Contains(c)) && !url.Contains("/../", StringComparison.Ordinal);

    private static void PlainShouldBeHarmless(string line) =>
        RenderedMarkdown.ReferencesOf(line).ShouldBeEmpty(line);
}
