using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Triggers;

namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>The rules of a repository, one by one.</summary>
public sealed class TriggerFilterTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public void Refuse_NotRegistered_IsIgnoredWithTheRemedy()
    {
        var outcome = TriggerFilter.Refuse(Forge.Push('a', 'b'), null, Now).ShouldNotBeNull();

        outcome.Disposition.ShouldBe(Dispositions.Ignored);
        outcome.Reason.ShouldContain("charter repos add " + Forge.Shop);
    }

    [Fact]
    public void Refuse_PausedOrOld_SaysWhy()
    {
        TriggerFilter.Refuse(Forge.Push('a', 'b'), Subject(new()) with { Paused = "it is archived" }, Now).ShouldBe(new Outcome(Dispositions.Ignored, $"nothing is started for {Forge.Shop}: it is archived"));
        TriggerFilter.Refuse(Forge.Push('a', 'b') with { ReceivedAt = Now.AddDays(-8) }, Subject(new()), Now).ShouldBe(new Outcome(Dispositions.Expired, "it came 8 days ago"));
        TriggerFilter.Refuse(Forge.Push('a', 'b') with { ReceivedAt = Now.AddDays(-6) }, Subject(new()), Now).ShouldBeNull();
    }

    [Theory]
    [InlineData(TriggerKinds.Push, true)]
    [InlineData(TriggerKinds.PullRequest, true)]
    [InlineData(TriggerKinds.Issues, false)]
    public void Rule_Kinds_PushesAndPullRequestsCountUnlessSomebodyWantsMore(string kind, bool counts)
    {
        var e = Forge.Push('a', 'b') with { Kind = kind };

        Counts(e, new()).ShouldBe(counts);
        Counts(e, new() { Events = TriggerKinds.All }).ShouldBeTrue();
        Counts(e, new() { Events = [] }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("main", "", true)]
    [InlineData("topic", "", false)]
    [InlineData("topic", "*", true)]
    [InlineData("main", "release/*", false)]
    [InlineData("release/1", "main release/*", true)]
    public void Rule_PushedBranch_IsTheDefaultOneOrNamed(string branch, string branches, bool counts) =>
        Counts(Forge.Push('a', 'b', branch), new() { Branches = branches.Split(' ', StringSplitOptions.RemoveEmptyEntries) }).ShouldBe(counts);

    [Theory]
    [InlineData("main", "", true)]
    [InlineData("topic", "", true)]
    [InlineData("topic", "main", false)]
    [InlineData("main", "main", true)]
    public void Rule_PullRequest_GoesByTheBranchThatItIsMergedInto(string into, string branches, bool counts) =>
        Counts(Forge.Pull("opened", 'b') with { BaseBranch = into }, new() { Branches = branches.Split(' ', StringSplitOptions.RemoveEmptyEntries) }).ShouldBe(counts);

    [Fact]
    public void Rule_Tag_IsIgnored() => Counts(Forge.Push('a', 'b') with { Ref = "refs/tags/v1" }, new() { Branches = ["*"] }).ShouldBeFalse();

    [Fact]
    public void Rule_DefaultBranchUnknown_AnyPushCounts() =>
        TriggerFilter.Rule(Forge.Push('a', 'b', "topic"), Subject(new()) with { DefaultBranch = null }).ShouldBeNull();

    [Fact]
    public void Rule_NothingToMeasureFrom_Failed() =>
        TriggerFilter.Rule(Forge.Pull("opened", 'b') with { BaseBranch = null }, Subject(new()) with { DefaultBranch = null })!.Disposition.ShouldBe(Dispositions.Failed);

    [Fact]
    public void Rule_DraftsForksBots_AsTheRulesSay()
    {
        var (draft, fork, bot) = (Forge.Pull("opened", 'b', draft: true), Forge.Pull("opened", 'b', fork: true), Forge.Push('a', 'b') with { Bot = true });

        Counts(draft, new()).ShouldBeFalse();
        Counts(draft, new() { Drafts = true }).ShouldBeTrue();
        Counts(fork, new()).ShouldBeFalse();
        Counts(fork, new() { Forks = true }).ShouldBeTrue();
        Counts(bot, new()).ShouldBeTrue();
        Counts(bot, new() { Bots = false }).ShouldBeFalse();
    }

    [Fact]
    public void Rule_Paths_OneMatchIsEnoughAndNotKnowingCounts()
    {
        var rules = new TriggerRules { Paths = ["src/**", "*.md"] };

        Counts(Forge.Push('a', 'b') with { Paths = ["docs/a.txt", "src/deep/b.cs"] }, rules).ShouldBeTrue();
        Counts(Forge.Push('a', 'b') with { Paths = ["docs/a.md"] }, rules).ShouldBeFalse();
        Counts(Forge.Push('a', 'b'), rules).ShouldBeTrue();
    }

    [Fact]
    public void With_Overrides_TakeTheirPlaceOnly()
    {
        var rules = new TriggerRules { Branches = ["main"], Bots = false }.With(new TriggerRuleOverrides { WindowSeconds = 5, Drafts = true });

        (rules.Window, rules.Drafts, rules.Bots, rules.Edge).ShouldBe((TimeSpan.FromSeconds(5), true, false, WindowEdges.Trailing));
        rules.Branches.ShouldBe(["main"]);
    }

    private static bool Counts(TriggerReceived e, TriggerRules rules) => TriggerFilter.Rule(e, Subject(rules)) is null;

    private static TriggerSubject Subject(TriggerRules rules) => new(Forge.Shop, null, "main", null, rules);
}
