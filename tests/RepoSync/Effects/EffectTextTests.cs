using System.Runtime.CompilerServices;
using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.RepoSync.Effects.Text;

namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>What people see at a forge, as approved files: comments, the dashboard, the check. Approve by running with <c>CHARTER_APPROVE=1</c>.</summary>
public sealed class EffectTextTests
{
    private static readonly string Marker = Markers.PullRequestComment(17);

    [Fact]
    public void Comment_CleanChange_IsOneVisibleLine()
    {
        var text = CommentText.Render(Reports.Change([], notes: ["The clone is shallow."]), Marker);
        Approve("comment.clean.approved.md", text);
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("<!--", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    [Fact]
    public void Comment_NoisyChange_HasVerdictFirstAndFoldsTheRest()
    {
        var text = CommentText.Render(Noisy(), Marker);
        Approve("comment.noisy.approved.md", text);
        text.ShouldStartWith("**4 new findings (1 critical, 1 high, 1 medium, 1 info), 2 settled**\n");
        text.TrimEnd().ShouldEndWith(Marker);
        text.ShouldContain($"`/charter mute {Reports.Id(1)} reason`");
        text.ShouldContain("(https://github.example/acme/orders/blob/" + Reports.Sha + "/src/a%20b%28c%29/%C3%BCber.cs#L12)");
    }

    [Fact]
    public void Comment_AtGitLab_LinksItsPages() =>
        CommentText.Render(Reports.Change([Reports.Finding(1, "low", "x", "docs/README.md", 3)], links: Reports.GitLab), Marker)
            .ShouldContain("(https://gitlab.example/acme/backend/orders/-/blob/" + Reports.Sha + "/docs/README.md?plain=1#L3)");

    [Theory]
    [InlineData("Something is wrong")]
    [InlineData("\U0001f600 ünï")]
    [InlineData("@#$@#$@#$|[](<&")]
    public void Comment_HugeChange_FitsAndSaysHowManyMore(string title)
    {
        var findings = Enumerable.Range(1, 5_000).Select(i => Reports.Finding(i, Severities.All[i % 5], string.Concat(Enumerable.Repeat(title, 60)), $"src/{new string('ü', 100)}/{i}.cs", i, title, title)).ToArray();
        var report = Reports.Change(findings, findings[..200], Many(title), notes: [.. Enumerable.Repeat(string.Concat(Enumerable.Repeat(title, 60)), 50)], runUrl: Reports.RunUrl);
        var text = CommentText.Render(report, Marker);
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(CommentText.Longest);
        text.Length.ShouldBeLessThanOrEqualTo(CommentText.Longest);
        text.TrimEnd().ShouldEndWith(Marker);
        RenderedMarkdown.TableCells(text).ShouldAllBe(cells => cells == 3);
        text.ShouldMatch(@"and 4,9\d\d more in \[the run\]");
        Encoding.UTF8.GetByteCount(CheckText.Of(report).Summary).ShouldBeLessThan(65_535);
        Encoding.UTF8.GetByteCount(DashboardText.Render(report with { Change = null, Changes = report.Notes })).ShouldBeLessThanOrEqualTo(CommentText.Longest);
        if (title[0] == 'S') Approve("comment.huge.head.approved.md", string.Join('\n', text.Split('\n').Take(12)) + "\n");
    }

    [Fact]
    public void Comment_IncompleteRun_IsNotClean()
    {
        var report = Reports.Read(new { partial = true, failure = new { code = "timeout", message = "agent/architect took longer than 5 min" }, head_sha = Reports.Sha, findings = Array.Empty<object>() });
        var text = CommentText.Render(report, Marker);
        text.ShouldStartWith("**Incomplete: no findings so far**\n");
        text.ShouldContain("agent/architect took longer than 5 min");
        CheckText.Of(report).Conclusion.ShouldBe("neutral");
        StatusText.Of(report).Outcome.ShouldBe("error");
    }

    [Fact]
    public void Comment_AnotherTextAsMarker_IsRefused() => Should.Throw<ArgumentException>(() => CommentText.Render(Reports.Change([]), "<!-- x --> @admin"));

    [Fact]
    public void Read_AnythingElse_IsAnEmptyReport()
    {
        CommentText.Render(Reports.Read("no charter"), Marker).ShouldStartWith("**No findings**");
        var odd = Reports.Read(new { version = "x", repository = 7, head_sha = "main", notes = new object?[] { null }, findings = new object?[] { null, 3, new { }, new { id = 4 }, new { title = "only a title", line = -3, path = "a.cs" } }, change = new { files = (object?)null, settled = new object?[] { null } } });
        odd.Findings.Count.ShouldBe(1);
        CommentText.Render(odd, Marker).ShouldStartWith("**1 new finding (1 info)**");
        DashboardText.Render(odd).ShouldNotContain("do:mute");
    }

    [Fact]
    public void Check_Findings_IsAdvisoryUnlessToldOtherwise()
    {
        CheckText.Of(Reports.Change([])).Conclusion.ShouldBe("success");
        CheckText.Of(Noisy()).Conclusion.ShouldBe("neutral");
        CheckText.Of(Noisy(), Severities.High).Conclusion.ShouldBe("failure");
        CheckText.Of(Reports.Change([Reports.Finding(1, "low", "x")]), Severities.High).Conclusion.ShouldBe("neutral");
        StatusText.Of(Noisy()).ShouldBe(new StatusText("success", "4 new findings (1 critical, 1 high, 1 medium, 1 info), 2 settled"));
        StatusText.Of(Noisy(), Severities.Critical).Outcome.ShouldBe("failure");
    }

    [Fact]
    public void Check_Noisy_IsAsApproved()
    {
        var check = CheckText.Of(Noisy());
        var text = new StringBuilder($"{check.Conclusion}: {check.Title}\n\n{check.Summary}\n");
        foreach (var one in check.Batches.SelectMany(batch => batch)) text.Append($"{one.Level} {one.Path} {one.StartLine}-{one.EndLine}: {one.Title}\n{one.Message}\n\n");
        Approve("check.noisy.approved.md", text.ToString());
    }

    [Fact]
    public void Check_ManyFindings_AreBatchesMostSevereFirst()
    {
        var check = CheckText.Of(Reports.Change([.. Enumerable.Range(1, 1_210).Select(i => Reports.Finding(i, Severities.All[i % 5], "x", i % 11 == 0 ? null : $"a{i}.cs", i))]));
        check.Batches.Count.ShouldBe(20);
        check.Batches.ShouldAllBe(batch => batch.Count == 50);
        check.Batches[0].ShouldAllBe(one => one.Level == "failure");
        check.Batches.SelectMany(batch => batch).ShouldAllBe(one => one.StartLine == one.EndLine && one.Title.Length <= 255 && one.Message.Length < 64_000);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a\u202eb")]
    [InlineData("a\nb")]
    public void Check_PathThatIsNone_HasNoAnnotationAndNoLink(string path)
    {
        var report = Reports.Change([Reports.Finding(1, "high", "x", path, 1)]);
        CheckText.Of(report).Batches.ShouldBeEmpty();
        if (path != "a\u202eb") CommentText.Render(report, Marker).ShouldNotContain("/blob/");
    }

    [Fact]
    public void Dashboard_Charter_IsAsApproved()
    {
        var findings = Noisy().Findings.Select((finding, i) => finding with { State = i == 0 ? FindingStates.New : FindingStates.Open }).ToArray();
        var text = DashboardText.Render(Reports.Whole(findings, notes: ["The clone is shallow."]) with { Changes = ["2 findings are fixed", "The licence is MIT now"] });
        Approve("dashboard.approved.md", text);
        text.ShouldContain("- [ ] <!-- charterhouse:do:analyze --> Analyse again");
        text.ShouldContain($"- [ ] <!-- charterhouse:do:mute:{Reports.Id(1)} --> ");
        text.TrimEnd().ShouldEndWith(Markers.Dashboard);
    }

    private static Func<ChangeSection, ChangeSection> Many(string name) => change => change with
    {
        BaseRef = string.Concat(Enumerable.Repeat(name, 60)),
        Modules = [.. Enumerable.Range(0, 100).Select(i => new ChangedModule(string.Concat(Enumerable.Repeat(name, 60)) + i, "x", 1, 2, 3, 4))],
        Hotspots = [.. Enumerable.Range(0, 100).Select(_ => new ChangedHotspot(string.Concat(Enumerable.Repeat(name, 60)), 1, 2, 3, 4))],
        Owners = [.. Enumerable.Range(0, 100).Select(_ => new ChangeOwner(string.Concat(Enumerable.Repeat(name, 60)), 2))],
        Dependencies = [.. Enumerable.Range(0, 100).Select(_ => new DependencyChange("npm", string.Concat(Enumerable.Repeat(name, 60)), "x", string.Concat(Enumerable.Repeat(name, 60)), string.Concat(Enumerable.Repeat(name, 60))))],
    };

    private static EffectReport Noisy() => Reports.Change(
        [
            Reports.Finding(1, Severities.High, "A token of GitHub is in the tree", "src/a b(c)/über.cs", 12, "ghp_… at line 12, by @octocat, see https://evil.example", "Revoke it; take it out of the history (#12)."),
            Reports.Finding(2, Severities.Critical, "A private key <img src=x> is in the tree", "keys/id_rsa"),
            Reports.Finding(3, Severities.Medium, "No test for `Orders`", "src/Orders.cs", 1),
            Reports.Finding(4, Severities.Info, "No security policy"),
        ],
        [Reports.Finding(5, Severities.Low, "The licence's text is missing"), Reports.Finding(6, Severities.Low, "A lock file is stale", "package-lock.json")],
        change => change with
        {
            Modules = [new ChangedModule("Orders", "src/Orders", 2, 30, 5, 3), new ChangedModule("Keys", "keys", 1, 10, 2, 0)],
            Hotspots = [new ChangedHotspot("src/Orders.cs", 41, 900, 12, 3)],
            Owners = [new ChangeOwner("@acme/backend", 2), new ChangeOwner(null, 1)],
            Dependencies = [new DependencyChange("npm", "left-pad", "package.json", null, "^1.3.0"), new DependencyChange("npm", "lodash", "package.json", "^4.17.0", "^4.17.21"), new DependencyChange("npm", "request", "package.json", "*", null)],
        }, notes: ["The clone is shallow."], runUrl: Reports.RunUrl);

    private static void Approve(string name, string actual, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "approved", name);
        if (Environment.GetEnvironmentVariable("CHARTER_APPROVE") == "1") File.WriteAllText(path, actual);
        File.Exists(path).ShouldBeTrue($"{name} is not approved yet");
        actual.ShouldBe(File.ReadAllText(path), name);
    }
}
