using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteCancelTests() : CancelTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCancelTests() : CancelTests(DatabaseProvider.PostgreSql);

/// <summary>F52: whenever and however often somebody cancels, the run has one terminal state.</summary>
public abstract class CancelTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancel_Running_StopsTheHandlerAndEndsOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var stopped = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang(stopped)));
        var id = await host.StartAsync(Graphs.Usual);
        await host.UntilRunningAsync("scan");

        (await host.Runs.CancelAsync(id, "enough", "me", Token)).ShouldBeTrue();
        (await host.Runs.CancelAsync(id, "enough", "me", Token)).ShouldBeTrue();

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Cancelled);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(5), Token);
        (await host.Runs.CancelAsync(id, "again", null, Token)).ShouldBeFalse();
        var events = await host.EventsAsync(id);
        events.Count(entry => entry.Type == "run.cancelled").ShouldBe(1);
        events.Count(entry => entry.Type == "step.failed").ShouldBe(0);
        await host.PassAsync(TimeSpan.FromSeconds(11));
        (await host.Database.ReadAsync((db, token) => db.RunCommands.CountAsync(token), Token)).ShouldBe(0);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_StepsRunPrograms_AllOfTheirTreesAreGoneWithinTenSeconds()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await database.BusAsync(Token);
        var children = new[] { new ChildProcess(), new ChildProcess(), new ChildProcess(), new ChildProcess() };
        var next = 0;
        var script = new Script().On("sync", (context, token) => children[Interlocked.Increment(ref next) - 1].Run(context, token));
        // On PostgreSQL with replicas: a cancel reaches one, the program may run in another.
        var hosts = new List<RunHost>();
        for (var i = 0; i < (provider == DatabaseProvider.PostgreSql ? 3 : 1); i++)
            hosts.Add(await RunHost.StartAsync(provider == DatabaseProvider.PostgreSql ? database.Shared() : database, script));
        var ids = await Task.WhenAll(children.Select((_, i) => hosts[i % hosts.Count].StartAsync(Graphs.Single)));
        await Eventually.Holds("the programs run", () => children.All(child => child.IsAlive), cancellationToken: Token);

        foreach (var id in ids) await hosts[0].Runs.CancelAsync(id, "enough", "me", Token);

        await Eventually.Holds("the programs are gone", () => children.All(child => !child.IsAlive), TimeSpan.FromSeconds(10), Token);
        foreach (var id in ids) (await hosts[0].EndAsync(id)).Run.Status.ShouldBe(RunStatus.Cancelled);
        foreach (var host in hosts) host.Watch.Faults.ShouldBeEmpty();
        foreach (var host in hosts) await host.DisposeAsync();
    }

    [Fact]
    public async Task Cancel_Queued_EndsWithoutHavingRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()), maxConcurrentRuns: 1);
        var first = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync");
        var second = await host.StartAsync(Graphs.Single);
        await host.UntilStatusAsync(second, RunStatus.Queued);

        await host.Runs.CancelAsync(second, "not needed", null, Token);

        (await host.EndAsync(second)).Run.Status.ShouldBe(RunStatus.Cancelled);
        (await host.RowAsync(second))!.StartedAt.ShouldBeNull();
        (await host.RowAsync(first))!.EndedAt.ShouldBeNull();
        host.Script.CountOf("sync").ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_BeforeTheRunIsAccepted_IsCarriedOutLater()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()));
        host.Watch.Lose<StartRun>();
        var id = await host.StartAsync(Graphs.Single);
        await Eventually.Holds("StartRun is lost", () => host.Watch.LostOf<StartRun>() == 1, cancellationToken: Token);

        await host.Runs.CancelAsync(id, "too early", null, Token);
        await Eventually.Holds("CancelRun found no run", () => host.Watch.CountOf<CancelRun>() == 1, cancellationToken: Token);
        await host.PassAsync(TimeSpan.FromSeconds(31));
        await Eventually.Holds("the run is accepted", async () => await host.RowAsync(id) is not null, cancellationToken: Token);
        await host.PassAsync(TimeSpan.FromSeconds(11));

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task Cancel_AtTheSameTimeAsTheLastResult_EndsOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, maxConcurrentRuns: 16);

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var id = await host.StartAsync(Graphs.Single);
            await host.Runs.CancelAsync(id, "race", null, Token);
            return id;
        }));

        foreach (var id in ids)
        {
            await host.PassAsync(TimeSpan.FromSeconds(3));
            var run = await host.EndAsync(id);
            run.Run.Status.ShouldBeOneOf(RunStatus.Cancelled, RunStatus.Published);
            (await host.EventsAsync(id)).Count(entry => entry.Type is "run.cancelled" or "run.published" or "run.failed").ShouldBe(1);
        }
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_WorkerIsSilent_EndsWhenTheRunsTimeIsUp()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()));
        var id = await host.StartAsync(Graphs.WithTimeout(Graphs.Single, "20s"));
        await host.UntilRunningAsync("sync");
        host.Watch.Lose<CancelStep>(100);

        await host.Runs.CancelAsync(id, "enough", null, Token);
        await host.UntilStatusAsync(id, RunStatus.Cancelling);
        (await host.Runs.FindAsync(id, Token))!.WaitsFor.ShouldHaveSingleItem().ShouldContain("sync");
        await host.PassAsync(TimeSpan.FromSeconds(21));

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task TerminalState_AnyMessage_StaysAsItIs()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (id, _) = await host.RunAsync(Graphs.Usual);
        var before = await host.RowAsync(id);
        var events = (await host.EventsAsync(id)).Count;
        var task = (await host.TasksAsync(id))[0];

        await host.DeliverAsync(Queues.Runs, new AdmitRun(id.Value));
        await host.DeliverAsync(Queues.Runs, new CancelRun(id.Value, Guid.NewGuid(), "late", null));
        await host.DeliverAsync(Queues.Runs, new SteerRun { RunId = id.Value, CommandId = Guid.NewGuid(), Update = Script.Writes(("facts", 1)) });
        await host.DeliverAsync(Queues.Runs, new RunTimedOut(id.Value));
        await host.DeliverAsync(Queues.Runs, new StepEnded(id.Value, task.TaskId, 1));
        await host.DeliverAsync(Queues.Runs, new StepFailed { RunId = id.Value, TaskId = task.TaskId, Attempt = 1, Failure = new FailureInfo { Code = "late", Message = "late", Retryable = true } });
        await host.DeliverAsync(Queues.Runs, new StepCompleted { RunId = id.Value, TaskId = task.TaskId, Attempt = 1, Writes = Script.Writes(), StartedAt = host.Time.GetUtcNow(), DurationMs = 1 });

        var after = await host.RowAsync(id);
        (after!.Status, after.Version, after.Control, after.EndedAt).ShouldBe((before!.Status, before.Version, before.Control, before.EndedAt));
        (await host.EventsAsync(id)).Count.ShouldBe(events);
        host.Watch.Faults.ShouldBeEmpty();
    }
}
