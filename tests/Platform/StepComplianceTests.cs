using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteStepTests() : StepComplianceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlStepTests() : StepComplianceTests(DatabaseProvider.PostgreSql);

/// <summary>One step from its message to its reply.</summary>
public abstract class StepComplianceTests(DatabaseProvider provider)
{
    private readonly StepBench bench = new();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_SentTwice_RunsOnceAndAnswersTwice()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var calls = 0;
        await using var host = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out(Interlocked.Increment(ref calls))), cancellationToken: Token);
        var step = StepBench.Step("t");

        await StepBench.SendAsync(host, step, Token);
        await Eventually.Holds("the result", () => bench.Completed.Received.Count == 1, cancellationToken: Token);
        await StepBench.SendAsync(host, step, Token);
        await Eventually.Holds("the result again", () => bench.Completed.Received.Count == 2, cancellationToken: Token);

        calls.ShouldBe(1);
        var replies = bench.Completed.Received.Select(entry => JsonSerializer.Serialize(entry.Message, CanonicalJson.Options)).ToList();
        replies[1].ShouldBe(replies[0]);
        (await StepBench.RowAsync(host, "t", Token))!.Command.ShouldBeNull();
        bench.Accepted.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_Running_StopsHandlerAndReportsTheEnd()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var entered = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var host = await bench.StartAsync(database, async (_, token) =>
        {
            entered.SetResult();
            try
            {
                await Hang.UntilCancelledAsync(token);
            }
            finally
            {
                stopped.SetResult();
            }
            return StepBench.Out("never");
        }, cancellationToken: Token);
        var step = StepBench.Step("t");
        await StepBench.SendAsync(host, step, Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        await StepBench.SendAsync(host, new CancelStep(step.RunId, "t", 1), Token);

        await Eventually.Holds("the end", () => bench.Ended.Received.Count == 1, cancellationToken: Token);
        stopped.Task.IsCompleted.ShouldBeTrue();
        var row = (await StepBench.RowAsync(host, "t", Token))!;
        (row.Status, row.LeaseUntil).ShouldBe(("cancelled", null));
        (bench.Completed.Received.Count + bench.Failed.Received.Count).ShouldBe(0);
    }

    [Fact]
    public async Task Cancel_MessageReachesAnotherReplica_StopsTheHandlerBeforeTheClaimIsRenewed()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var entered = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var holder = await bench.StartAsync(database, async (_, token) =>
        {
            entered.SetResult();
            await using var told = token.Register(stopped.SetResult);
            await stopped.Task;
            return StepBench.Out("never");
        }, options => (options.Lease, options.Renew) = (TimeSpan.FromHours(2), TimeSpan.FromHours(1)), Token);
        var step = StepBench.Step("t");
        await StepBench.SendAsync(holder, step, Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await using var other = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out("other")), cancellationToken: Token);

        await other.Services.GetRequiredService<StepWorker<TestDbContext>>().CancelAsync(new CancelStep(step.RunId, "t", 1), Token);

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await Eventually.Holds("the end", () => bench.Ended.Received.Count == 1, cancellationToken: Token);
        (await StepBench.RowAsync(holder, "t", Token))!.Worker.ShouldBeNull();
    }

    [Fact]
    public async Task Cancel_HandlerDoesNotNotice_IsLeftBehindAndReported()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var entered = new TaskCompletionSource();
        var deaf = new TaskCompletionSource();
        await using var host = await bench.StartAsync(database, async (_, _) =>
        {
            entered.SetResult();
            await deaf.Task;
            return StepBench.Out("never");
        }, cancellationToken: Token);
        var step = StepBench.Step("t");
        await StepBench.SendAsync(host, step, Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        await StepBench.SendAsync(host, new CancelStep(step.RunId, "t", 1), Token);

        await Eventually.Holds("the end", () => bench.Ended.Received.Count == 1, TimeSpan.FromSeconds(10), Token);
        deaf.SetResult();
        (bench.Completed.Received.Count + bench.Failed.Received.Count).ShouldBe(0);
    }

    [Fact]
    public async Task Execute_NoSignOfLife_FailsRetryable()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await bench.StartAsync(database, async (_, token) =>
        {
            await Hang.UntilCancelledAsync(token);
            return StepBench.Out("never");
        }, cancellationToken: Token);

        await StepBench.SendAsync(host, StepBench.Step("t") with { IdleTimeoutMs = 50 }, Token);

        await Eventually.Holds("the failure", () => bench.Failed.Received.Count == 1, cancellationToken: Token);
        var failure = bench.Failed.Received.Single().Message.Failure;
        (failure.Code, failure.Retryable).ShouldBe(("idle_timeout", true));
        failure.Message.ShouldContain("no sign of life");
    }

    [Fact]
    public async Task Cancel_BeforeTheStepCame_NeverRuns()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var calls = 0;
        await using var host = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out(Interlocked.Increment(ref calls))), cancellationToken: Token);
        var step = StepBench.Step("t");

        await StepBench.SendAsync(host, new CancelStep(step.RunId, "t", 1), Token);
        await Eventually.Holds("the end", () => bench.Ended.Received.Count == 1, cancellationToken: Token);
        await StepBench.SendAsync(host, step, Token);
        await Eventually.Holds("the end again", () => bench.Ended.Received.Count == 2, cancellationToken: Token);

        calls.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_TimeIsUp_FailsRetryable()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await bench.StartAsync(database, async (_, token) =>
        {
            await Hang.UntilCancelledAsync(token);
            return StepBench.Out("never");
        }, cancellationToken: Token);

        await StepBench.SendAsync(host, StepBench.Step("t", timeoutMs: 50), Token);

        await Eventually.Holds("the failure", () => bench.Failed.Received.Count == 1, cancellationToken: Token);
        var failure = bench.Failed.Received.Single().Message.Failure;
        (failure.Code, failure.Retryable).ShouldBe(("timeout", true));
    }

    [Fact]
    public async Task Execute_HandlerThrows_SaysWhy()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await bench.StartAsync(database, (context, _) => context.TaskId == "known"
            ? throw StepFailedException.Permanent("no_such_thing", "there is no such thing", "Make one.")
            : throw new InvalidOperationException("a \0 bug \ud800"), cancellationToken: Token);

        await StepBench.SendAsync(host, StepBench.Step("known"), Token);
        await StepBench.SendAsync(host, StepBench.Step("bug"), Token);

        await Eventually.Holds("both failures", () => bench.Failed.Received.Count == 2, cancellationToken: Token);
        var known = bench.Failed.Received.Single(entry => entry.Message.TaskId == "known").Message.Failure;
        (known.Code, known.Remedy, known.Retryable).ShouldBe(("no_such_thing", "Make one.", false));
        var bug = bench.Failed.Received.Single(entry => entry.Message.TaskId == "bug").Message.Failure;
        (bug.Code, bug.Retryable).ShouldBe(("unexpected", true));
        bug.Message.ShouldBe("The step work failed: a  bug ");
        bug.Detail!.ShouldContain(nameof(InvalidOperationException));
    }

    [Fact]
    public async Task Execute_LargeOrDirtyResult_IsMadeFit()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var large = new string('x', 70_000);
        await using var host = await bench.StartAsync(database, (context, _) => Task.FromResult(context.TaskId switch
        {
            "large" => StepBench.Out(large),
            "dirty" => new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["out"] = JsonDocument.Parse("""{"a\u0000":"x\ud800y\\u0000\ud83d\ude00"}""").RootElement },
            "huge" => StepBench.Out(new string('y', 9 * 1024 * 1024)),
            _ => new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["charter"] = CanonicalJson.ToElement(1) },
        }), cancellationToken: Token);

        foreach (var task in (string[])["large", "dirty", "huge", "stray"]) await StepBench.SendAsync(host, StepBench.Step(task), Token);
        await Eventually.Holds("two results and two failures", () => bench.Completed.Received.Count == 2 && bench.Failed.Received.Count == 2, cancellationToken: Token);

        var reference = BlobReference.TryRead(Result("large")).ShouldNotBeNull();
        var content = await host.Services.GetRequiredService<IBlobStore>().GetAsync(reference, Token);
        JsonSerializer.Deserialize<string>(content).ShouldBe(large);
        Result("dirty").GetProperty("a").GetString().ShouldBe("xy\\u0000\U0001F600");
        bench.Failed.Received.Select(entry => entry.Message.Failure.Code).Order(StringComparer.Ordinal).ShouldBe(["result_too_large", "undeclared_write"]);
        bench.Failed.Received.ShouldAllBe(entry => !entry.Message.Failure.Retryable);

        JsonElement Result(string task) => bench.Completed.Received.Single(entry => entry.Message.TaskId == task).Message.Writes["out"];
    }

    [Fact]
    public async Task Start_KindWithoutHandler_Refuses()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var problem = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await using var host = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out(1)),
                options => options.Kinds = [StepBench.Kind, StepBench.Kind with { Name = "test/other" }], Token);
        });
        problem.Message.ShouldContain("'test/other' has no handler");
    }
}
