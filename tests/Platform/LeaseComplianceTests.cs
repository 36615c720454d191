using System.Collections.Concurrent;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteLeaseTests() : LeaseComplianceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlLeaseTests() : LeaseComplianceTests(DatabaseProvider.PostgreSql);

/// <summary>What every database must hold to: a claim has one holder, a lost one is taken over, a zombie cannot store its result.</summary>
public abstract class LeaseComplianceTests(DatabaseProvider provider)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);
    private readonly StepBench bench = new();
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A row as a worker that is gone has left it, or one that nobody has taken yet.</summary>
    private static Task InsertAsync(PlatformHost host, ExecuteStep step, string status, int lostClaims = 0) =>
        host.Database.WriteAsync((db, _) =>
        {
            db.Add(new NodeExecution
            {
                TaskId = step.TaskId,
                Attempt = step.Attempt,
                Service = "test",
                RunId = new RunId(step.RunId).ToString(),
                Step = step.Step,
                Kind = step.Kind,
                Status = status,
                Claim = lostClaims + 1,
                LostClaims = lostClaims,
                LeaseUntil = status == "pending" ? null : host.Database.Clock.UtcNow - TimeSpan.FromMinutes(1),
                Command = System.Text.Json.JsonSerializer.Serialize(step, CanonicalJson.Options),
                CreatedAt = host.Database.Clock.UtcNow,
            });
            return Task.CompletedTask;
        }, Token);

    [Fact]
    public async Task Claim_TwoWorkersManySteps_EachRunsOnce()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var calls = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        Task<IReadOnlyDictionary<string, System.Text.Json.JsonElement>> Run(Work.StepContext context, CancellationToken _)
        {
            calls.AddOrUpdate(context.TaskId, 1, static (_, count) => count + 1);
            return Task.FromResult(StepBench.Out(context.TaskId));
        }
        await using var first = await bench.StartAsync(database, Run, cancellationToken: Token);
        await using var second = await bench.StartAsync(database, Run, cancellationToken: Token);

        foreach (var i in Enumerable.Range(0, 60)) await InsertAsync(first, StepBench.Step($"t{i}"), "pending");

        await Eventually.Holds("sixty results", () => bench.Completed.Received.Select(entry => entry.Message.TaskId).Distinct(StringComparer.Ordinal).Count() == 60, cancellationToken: Token);
        calls.Count.ShouldBe(60);
        calls.Values.ShouldAllBe(count => count == 1);
    }

    [Fact]
    public async Task Claim_LeaseExpired_TakenOverAndZombieFencedOff()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var zombie = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var zombieEnded = new TaskCompletionSource();
        await using var first = await bench.StartAsync(database, async (_, _) =>
        {
            entered.TrySetResult();
            await zombie.Task;
            zombieEnded.SetResult();
            return StepBench.Out("zombie");
        }, options => (options.Lease, options.Renew, options.Concurrency) = (Short, TimeSpan.FromHours(1), 1), Token);
        await StepBench.SendAsync(first, StepBench.Step("t"), Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        await using var second = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out("heir")), cancellationToken: Token);
        await Eventually.Holds("the heir's result", () => bench.Completed.Received.Count > 0, cancellationToken: Token);
        zombie.SetResult();
        await zombieEnded.Task;
        await first.DisposeAsync(); // waits for the zombie's attempt to store its result

        var row = (await StepBench.RowAsync(second, "t", Token))!;
        row.Claim.ShouldBe(2);
        row.LostClaims.ShouldBe(1);
        row.Command.ShouldBeNull();
        row.Result!.ShouldContain("heir");
        bench.Completed.Received.ShouldAllBe(entry => entry.Message.Writes["out"].GetString() == "heir");
    }

    [Fact]
    public async Task Claim_OwnLeaseExpired_FirstExecutionEndsThenTheStepRunsAgain()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var (calls, side) = (0, 0);
        await using var host = await bench.StartAsync(database, async (_, token) =>
        {
            if (Interlocked.Increment(ref calls) > 1) return StepBench.Out(Volatile.Read(ref side));
            try
            {
                await Hang.UntilCancelledAsync(token);
            }
            finally
            {
                Volatile.Write(ref side, 1);
            }
            return StepBench.Out("never");
        }, options => (options.Lease, options.Renew) = (Short, TimeSpan.FromHours(1)), Token);

        await StepBench.SendAsync(host, StepBench.Step("t"), Token);

        await Eventually.Holds("the result", () => bench.Completed.Received.Count == 1, cancellationToken: Token);
        bench.Completed.Received.Single().Message.Writes["out"].GetInt32().ShouldBe(1);
        (await StepBench.RowAsync(host, "t", Token))!.Claim.ShouldBe(2);
    }

    [Fact]
    public async Task Claim_LostThreeTimes_FailsAsWorkerLost()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var calls = 0;
        await using var host = await bench.StartAsync(database, (_, _) =>
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(StepBench.Out("ran"));
        }, cancellationToken: Token);

        await InsertAsync(host, StepBench.Step("poison"), "running", lostClaims: 2);
        await InsertAsync(host, StepBench.Step("unlucky"), "running", lostClaims: 1);

        await Eventually.Holds("one fails, one is done", () => bench.Failed.Received.Count == 1 && bench.Completed.Received.Count == 1, cancellationToken: Token);
        var failure = bench.Failed.Received.Single().Message;
        (failure.TaskId, failure.Failure.Code, failure.Failure.Retryable).ShouldBe(("poison", "worker_lost", true));
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task Stop_StepRunning_ReleasedUncountedAndRunAgain()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var entered = new TaskCompletionSource();
        var first = await bench.StartAsync(database, async (_, token) =>
        {
            entered.SetResult();
            await Hang.UntilCancelledAsync(token);
            return StepBench.Out("never");
        }, cancellationToken: Token);
        await StepBench.SendAsync(first, StepBench.Step("t"), Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await first.DisposeAsync();

        await using var second = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out("done")), cancellationToken: Token);
        await Eventually.Holds("the result", () => bench.Completed.Received.Count > 0, cancellationToken: Token);

        (await StepBench.RowAsync(second, "t", Token))!.LostClaims.ShouldBe(0);
        bench.Failed.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_Exclusive_TakesOverAtOnce()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var stuck = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using var first = await bench.StartAsync(database, async (_, _) =>
        {
            entered.SetResult();
            await stuck.Task;
            return StepBench.Out("dead");
        }, options => (options.Lease, options.Concurrency) = (TimeSpan.FromHours(1), 1), Token); // no place left to take its own step up again
        await StepBench.SendAsync(first, StepBench.Step("t"), Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);

        using var alone = database.Exclusively();
        await using var second = await bench.StartAsync(alone, (_, _) => Task.FromResult(StepBench.Out("alive")), cancellationToken: Token);

        await Eventually.Holds("the result", () => bench.Completed.Received.Count > 0, cancellationToken: Token);
        stuck.SetResult();
        bench.Completed.Received.First().Message.Writes["out"].GetString().ShouldBe("alive");
    }

    [Fact]
    public async Task Renew_LongStep_KeepsClaimAndSendsHeartbeats()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var go = new TaskCompletionSource();
        await using var host = await bench.StartAsync(database, async (context, token) =>
        {
            context.Progress("half way");
            await go.Task.WaitAsync(token);
            return StepBench.Out("slow");
        }, options => (options.Lease, options.Renew, options.AcceptAfter) = (TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(50)), Token);
        await StepBench.SendAsync(host, StepBench.Step("t"), Token);

        await Eventually.Holds("heartbeats", () => bench.Accepted.Received.Count >= 3, cancellationToken: Token);
        await Eventually.Holds("progress", async () => (await StepBench.RowAsync(host, "t", Token))!.Progress == "half way", cancellationToken: Token);
        go.SetResult();

        await Eventually.Holds("the result", () => bench.Completed.Received.Count == 1, cancellationToken: Token);
        (await StepBench.RowAsync(host, "t", Token))!.Claim.ShouldBe(1);
    }
}
