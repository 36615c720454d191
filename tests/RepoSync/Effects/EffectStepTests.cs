using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Effects;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Effects;

public sealed class SqliteEffectStepTests() : EffectStepTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlEffectStepTests() : EffectStepTests(DatabaseProvider.PostgreSql);

/// <summary>What steps write at a forge, once and only once.</summary>
public abstract class EffectStepTests(DatabaseProvider provider)
{
    private static readonly Finding[] Clean = [];
    private static readonly Finding[] Noisy = [Reports.Finding(1, Severities.High, "A token is in the tree", "src/a.cs", 12), Reports.Finding(2, Severities.Low, "No licence")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Comment_SecondPush_EditsTheSameComment()
    {
        await using var house = await EffectHouse.StartAsync(provider);

        var first = await house.DoAsync(StepKinds.ForgeComment, Noisy);
        house.Repository.Pulls[17].HeadSha = EffectHouse.NewHead;
        var second = await house.DoAsync(StepKinds.ForgeComment, Clean, EffectHouse.NewHead);

        (first.State, second.State).ShouldBe((EffectStates.Done, EffectStates.Done), second.Summary);
        var comment = house.Repository.CommentsOf(17).ShouldHaveSingleItem();
        comment["body"]!.GetValue<string>().ShouldStartWith("**No new findings**");
        house.Ledger.ShouldBe(["POST /repos/acme/orders/issues/17/comments", $"PATCH /repos/acme/orders/issues/comments/{comment["id"]}"]);
    }

    [Fact]
    public async Task Comment_SameReportAgain_AsksForNothing()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        await house.DoAsync(StepKinds.ForgeComment, Noisy);

        (await house.DoAsync(StepKinds.ForgeComment, Noisy)).State.ShouldBe(EffectStates.Done);

        house.Repository.CommentsOf(17).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Comment_StepRepeated_AnswersAsBefore()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        var run = Guid.CreateVersion7();
        var first = await house.DoAsync(StepKinds.ForgeComment, Noisy, run: run);

        (await house.DoAsync(StepKinds.ForgeComment, Noisy, run: run)).ShouldBe(first);

        house.Ledger.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Comment_AnswerLost_IsFoundByItsMarker() // F59
    {
        await using var house = await EffectHouse.StartAsync(provider);
        house.Forge.On(call => call.Method == "POST" && call.Path.EndsWith("/comments", StringComparison.Ordinal), StubFault.CutAfter());
        var run = Guid.CreateVersion7();

        var failure = await house.FailAsync(StepKinds.ForgeComment, Noisy, run);
        var again = await house.DoAsync(StepKinds.ForgeComment, Noisy, run: run);

        failure.Retryable.ShouldBeTrue(failure.Message);
        (again.State, house.Repository.CommentsOf(17).Count).ShouldBe((EffectStates.Done, 1), again.Summary);
    }

    [Fact]
    public async Task Comment_SomebodyElsesMarker_IsNotOurs()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        house.Repository.CommentsOf(17).Add(new System.Text.Json.Nodes.JsonObject { ["id"] = 5, ["body"] = "mine <!-- charterhouse:comment:pull/17 -->", ["user"] = new System.Text.Json.Nodes.JsonObject { ["login"] = "mallory", ["id"] = 9, ["type"] = "User" }, ["html_url"] = "http://x/5" });

        await house.DoAsync(StepKinds.ForgeComment, Noisy);

        house.Repository.CommentsOf(17).Count.ShouldBe(2);
        house.Repository.CommentsOf(17)[0]["body"]!.GetValue<string>().ShouldStartWith("mine");
    }

    [Fact]
    public async Task Comment_DeletedByHand_ComesBackWithTheNextReport()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        await house.DoAsync(StepKinds.ForgeComment, Noisy);
        house.Repository.CommentsOf(17).Clear();
        house.Repository.Pulls[17].HeadSha = EffectHouse.NewHead;

        var result = await house.DoAsync(StepKinds.ForgeComment, Noisy, EffectHouse.NewHead);

        (result.State, house.Repository.CommentsOf(17).Count).ShouldBe((EffectStates.Done, 1), result.Summary);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("locked")]
    [InlineData("superseded")]
    public async Task Comment_NoUseInIt_IsSkippedWithTheReason(string why)
    {
        await using var house = await EffectHouse.StartAsync(provider);
        var pull = house.Repository.Pulls[17];
        if (why == "closed") pull.Open = false;
        if (why == "locked") pull.Locked = true;
        if (why == "superseded")
        {
            pull.HeadSha = EffectHouse.NewHead;
            await house.DoAsync(StepKinds.ForgeComment, Clean, EffectHouse.NewHead);
        }

        var result = await house.DoAsync(StepKinds.ForgeComment, Noisy);

        result.State.ShouldBe(EffectStates.Skipped, result.Summary);
        result.Summary.ShouldContain(why == "superseded" ? "newer commit" : why);
        house.Repository.CommentsOf(17).Count.ShouldBe(why == "superseded" ? 1 : 0);
    }

    [Fact]
    public async Task Comment_TwoRunsAtOnce_MakeOne()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        var slow = house.Forge.On(call => call.Method == "POST" && call.Path.EndsWith("/comments", StringComparison.Ordinal), StubFault.Slow());
        var first = house.DoAsync(StepKinds.ForgeComment, Noisy);
        await slow.Reached;

        var second = house.DoAsync(StepKinds.ForgeComment, Clean);
        slow.Release();
        await Task.WhenAll(first, second);

        house.Repository.CommentsOf(17).ShouldHaveSingleItem()["body"]!.GetValue<string>().ShouldStartWith("**No new findings**");
    }

    [Fact]
    public async Task Fork_OfAFinishedRun_HoldsTheCommentUntilReleased()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        var original = Guid.CreateVersion7();
        await house.DoAsync(StepKinds.ForgeComment, Noisy, run: original);

        var held = await house.DoAsync(StepKinds.ForgeComment, Clean, lineage: new RunId(original).ToString());

        (held.State, house.Ledger.Count).ShouldBe((EffectStates.Held, 1));
        held.Summary.ShouldStartWith("would write the comment of acme/orders#17 again");
        (await house.Effects.ListAsync(new EffectQuery(EffectStates.Held, null, EffectHouse.Path), 10, null, Token)).Effects.ShouldHaveSingleItem().EffectId.ShouldBe(held.EffectId);

        (await house.Effects.ReleaseAsync(held.EffectId!, "ada", Token)).State.ShouldBe(EffectStates.Released);
        var done = await house.BecomesAsync(held.EffectId!, EffectStates.Done);

        done.ReleasedBy.ShouldBe("ada");
        house.Repository.CommentsOf(17).ShouldHaveSingleItem()["body"]!.GetValue<string>().ShouldStartWith("**No new findings**");
        (await Should.ThrowAsync<RequestException>(() => house.Effects.ReleaseAsync(held.EffectId!, "ada", Token))).Code.ShouldBe("effect_not_waiting");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DryRun_WritesNothingUntilReleased(bool everywhere)
    {
        await using var house = await EffectHouse.StartAsync(provider, configure: options => options.DryRun = everywhere);

        var shown = await house.DoAsync(StepKinds.ForgeComment, Noisy, with: everywhere ? [] : [(StepKinds.DryRun, "true")]);

        (shown.State, shown.Summary, house.Forge.Calls.Count).ShouldBe((EffectStates.DryRun, "would write the comment of acme/orders#17", 0));
        (await house.Effects.FindAsync(shown.EffectId!, Token)).Request!.Value.GetProperty("text").GetString()!.ShouldContain("A token is in the tree");
        await house.Effects.ReleaseAsync(shown.EffectId!, "ada", Token);
        await house.BecomesAsync(shown.EffectId!, EffectStates.Done);
        house.Repository.CommentsOf(17).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Comment_RateLimited_WaitsForTheForgesTime() // F58
    {
        await using var house = await EffectHouse.StartAsync(provider);
        house.Forge.On(call => call.Path.EndsWith("/pulls/17", StringComparison.Ordinal), StubFault.Answer(403, "You have exceeded a secondary rate limit.", ("retry-after", "600")));

        var failure = await house.FailAsync(StepKinds.ForgeComment, Noisy);

        (failure.Code, failure.Retryable).ShouldBe(("forge_rate_limited", true));
        failure.RetryAfterMs!.Value.ShouldBeInRange(500_000, 700_000);
        house.Repository.CommentsOf(17).ShouldBeEmpty();
    }

    [Fact]
    public async Task Forget_OldEffects_TheCommentIsStillTheSame()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        await house.DoAsync(StepKinds.ForgeComment, Noisy);
        await house.DoAsync(StepKinds.ForgeComment, Clean);

        (await house.ForgetAsync(TimeProvider.System.GetUtcNow().AddMinutes(1))).ShouldBe(1, "the newest one of the comment stays");
        house.Repository.CommentsOf(17)[0]["body"] = "changed by hand, marker and all";
        await house.DoAsync(StepKinds.ForgeComment, Noisy);

        house.Repository.CommentsOf(17).ShouldHaveSingleItem()["body"]!.GetValue<string>().ShouldStartWith("**2 new findings");
    }

    [Fact]
    public async Task Comment_ForgeRefuses_FailsForGoodAndCanBeTriedAgain()
    {
        await using var house = await EffectHouse.StartAsync(provider);
        house.Forge.On(call => call.Method == "POST" && call.Path.EndsWith("/comments", StringComparison.Ordinal), StubFault.Answer(403, "Resource not accessible by integration"));
        var run = Guid.CreateVersion7();

        var failure = await house.FailAsync(StepKinds.ForgeComment, Noisy, run);

        (failure.Code, failure.Retryable).ShouldBe(("forge_forbidden", false), failure.Message);
        var listed = (await house.Effects.ListAsync(new EffectQuery(EffectStates.Failed, null, null), 10, null, Token)).Effects.ShouldHaveSingleItem();
        listed.Error!.ShouldContain("Resource not accessible");
        // charter resume: a new run of the same line
        var resumed = await house.DoAsync(StepKinds.ForgeComment, Noisy, lineage: new RunId(run).ToString());
        (resumed.State, house.Repository.CommentsOf(17).Count).ShouldBe((EffectStates.Done, 1), resumed.Summary);
    }
}
