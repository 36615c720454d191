using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteRunLimitsTests() : RunLimitsTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRunLimitsTests() : RunLimitsTests(DatabaseProvider.PostgreSql);

/// <summary>What a run and its steps may take: time, silence, places.</summary>
public abstract class RunLimitsTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_StepTimeIsUp_FailsAsTimeout()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var stopped = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang(stopped)));

        var (_, run) = await host.RunAsync(Graphs.Hasty);

        run.Run.Error!.Code.ShouldBe("timeout");
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    [Fact]
    public async Task Run_TotalTimeIsUp_FailsAndStopsWhatRuns()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var stopped = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang(stopped)));
        var id = await host.StartAsync(Graphs.WithTimeout(Graphs.Usual, "15s"));
        await host.UntilRunningAsync("scan");

        await host.PassAsync(TimeSpan.FromSeconds(16));

        var run = await host.EndAsync(id);
        run.Run.Error!.Code.ShouldBe("run_timeout");
        run.Run.Error.Message.ShouldContain("'scan'");
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await Testing.Eventually.Holds("the stopped step's row is let go", async () => (await host.TasksAsync(id)).TrueForAll(task => task.DriveAt is null), cancellationToken: Token);
        (await host.RowAsync(id))!.Status.ShouldBe("Failed");
    }

    [Fact]
    public async Task Run_StepGivesNoSignOfLife_IsTriedAgainByItsPolicy()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("sync", async (context, token) =>
        {
            if (context.Attempt == 1) await Hang.UntilCancelledAsync(token);
            return Script.Usual(StepKinds.RepositorySync, context.Step);
        });
        await using var host = await RunHost.StartAsync(database, script);

        var (id, run) = await host.RunAsync(Graphs.Watched);

        run.Run.Status.ShouldBe(RunStatus.Published);
        run.Steps.Single().Attempts.ShouldBe(2);
        (await host.EventsAsync(id)).Single(entry => entry.Type == "step.failed").Data.GetProperty("code").GetString().ShouldBe("idle_timeout");
    }

    [Fact]
    public async Task Run_StepIsToBeTriedLater_NewHostWaitsAsLong()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("sync", (context, _) => context.Attempt == 1
            ? throw StepFailedException.Transient("busy", "the forge is busy", null, TimeSpan.FromMinutes(5))
            : Task.FromResult(Script.Usual(StepKinds.RepositorySync, context.Step)));
        RunId id;
        await using (var first = await RunHost.StartAsync(database, script))
        {
            id = await first.StartAsync(Graphs.Single);
            await Eventually.Holds("sync waits", async () => (await first.EventsAsync(id)).Exists(entry => entry.Type == "step.retrying"), cancellationToken: Token);
        }
        await using var second = await RunHost.StartAsync(database, script);

        await second.Driver.MakeAllDueAsync(Token); // as a host that has the database for itself does
        await second.PassAsync(TimeSpan.FromMinutes(4));

        var task = (await second.TasksAsync(id)).Single();
        task.NotBefore.ShouldNotBeNull().ShouldBeGreaterThan(second.Time.GetUtcNow());
        task.DriveAt.ShouldNotBeNull().ShouldBeGreaterThan(task.NotBefore.Value);
        second.Script.Executions.Count(execution => execution.Attempt == 2).ShouldBe(0);
        await second.PassAsync(TimeSpan.FromMinutes(2));
        (await second.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
    }

    [Fact]
    public async Task Run_LimitedParallelism_RunsNoMoreAtATimeAndAll()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var (running, most) = (0, 0);
        var script = new Script();
        var both = new TaskCompletionSource();
        foreach (var i in Enumerable.Range(1, 6))
        {
            script.On($"side{i}", async (context, token) =>
            {
                var now = Interlocked.Increment(ref running);
                lock (both) most = Math.Max(most, now);
                // the first two wait for each other, so that two are certain to run at the same time
                if (now == 2) both.TrySetResult();
                await both.Task.WaitAsync(token);
                Interlocked.Decrement(ref running);
                return Script.Usual(StepKinds.Archivist, context.Step);
            });
        }
        await using var host = await RunHost.StartAsync(database, script);

        var (id, run) = await host.RunAsync(Graphs.WithLimit(Graphs.FanOut(6), "parallel: 2"));

        run.Run.Status.ShouldBe(RunStatus.Published);
        most.ShouldBe(2);
        (await host.TasksAsync(id)).Count(task => task.Status == "completed" && task.StepNumber == 2).ShouldBe(6);
    }

    [Fact]
    public async Task Run_WiderThanTheCap_FailsClearlyAndOthersGoOn()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var (id, wide) = await host.RunAsync(Graphs.FanOut(300));
        var (_, other) = await host.RunAsync(Graphs.FanOut(3));

        (wide.Run.Status, wide.Run.Error!.Code).ShouldBe((RunStatus.Failed, "fan_out_limit"));
        wide.Run.Error.Message.ShouldContain("300 steps are due at once; at most 256 may be");
        (await host.TasksAsync(id)).Select(task => task.Step).ShouldBe(["sync"]);
        other.Run.Status.ShouldBe(RunStatus.Published);
    }
}
