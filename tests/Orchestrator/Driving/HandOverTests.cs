using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Tests.Driving;

public sealed class SqliteHandOverTests() : HandOverTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlHandOverTests() : HandOverTests(DatabaseProvider.PostgreSql);

/// <summary>ARCHITECTURE.md's table of hand-overs: each message may be lost, late or doubled, and the run ends as if it had not been.</summary>
public abstract class HandOverTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartRun_Lost_IsSentAgainAfterThirtySeconds()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        host.Watch.Lose<StartRun>();
        var id = await host.StartAsync(Graphs.Single);
        await host.UntilLostAsync<StartRun>();
        (await host.Runs.FindAsync(id, Token))!.WaitsFor.ShouldHaveSingleItem().ShouldContain("accepted");

        await host.PassAsync(TimeSpan.FromSeconds(31));

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
    }

    [Fact]
    public async Task StartRun_DeliveredTwice_IsOneRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var message = new StartRun
        {
            RunId = Guid.CreateVersion7(),
            Workflow = "test",
            WorkflowText = Graphs.Single,
            Trigger = new RunTrigger { Source = "test", Target = "/x" },
            RequestedAt = host.Time.GetUtcNow(),
        };

        await host.DeliverAsync(Queues.Runs, message, times: 5);

        var id = new RunId(message.RunId);
        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("sync").ShouldBe(1);
        (await host.EventsAsync(id)).Count(entry => entry.Type == "run.queued").ShouldBe(1);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task ExecuteStep_Lost_IsSentAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        host.Watch.Lose<ExecuteStep>();
        var id = await host.StartAsync(Graphs.Usual);
        await host.UntilLostAsync<ExecuteStep>();

        await host.PassAsync(RunHost.Redrive);

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("sync").ShouldBe(1);
    }

    [Fact]
    public async Task StepCompleted_Lost_IsToldAgainWithoutWork()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        host.Watch.Lose<StepCompleted>();
        var id = await host.StartAsync(Graphs.Single);
        await host.UntilLostAsync<StepCompleted>();

        // longer than a lease: the worker may have said that it has the step
        await host.PassAsync(TimeSpan.FromSeconds(41));

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("sync").ShouldBe(1);
    }

    [Fact]
    public async Task StepFailed_Lost_IsToldAgainWithoutWork()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", (_, _) => throw Platform.Work.StepFailedException.Permanent("bad", "bad", null)));
        host.Watch.Lose<StepFailed>();
        var id = await host.StartAsync(Graphs.Single);
        await host.UntilLostAsync<StepFailed>();

        await host.PassAsync(TimeSpan.FromSeconds(41));

        (await host.EndAsync(id)).Run.Error!.Code.ShouldBe("bad");
        host.Script.CountOf("sync").ShouldBe(1);
    }

    [Fact]
    public async Task CancelRun_Lost_IsSentAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()));
        var id = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync");
        host.Watch.Lose<CancelRun>();

        await host.Runs.CancelAsync(id, "enough", null, Token);
        await host.UntilLostAsync<CancelRun>();
        await host.PassAsync(TimeSpan.FromSeconds(3));

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task CancelStepThenStepEnded_Lost_AreSentAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()));
        var id = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync");
        host.Watch.Lose<CancelStep>();
        host.Watch.Lose<StepEnded>();

        await host.Runs.CancelAsync(id, "enough", null, Token);
        await host.UntilLostAsync<CancelStep>();
        await host.PassAsync(RunHost.Redrive);
        await host.UntilLostAsync<StepEnded>();
        await host.PassAsync(RunHost.Redrive);

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task SteerRun_Lost_IsSentAgainAndSteersOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang()));
        var id = await host.StartAsync(Graphs.Chain);
        await host.UntilRunningAsync("scan");
        host.Watch.Lose<SteerRun>();

        await host.Runs.ResumeAsync(id, Script.Writes(("facts", new { notes = new[] { "by hand" } })), "scan", null, null, Token);
        await host.UntilLostAsync<SteerRun>();
        await host.PassAsync(TimeSpan.FromSeconds(3));

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        (await host.Runs.CheckpointsAsync(id, Token)).Count(checkpoint => checkpoint.Source == "update").ShouldBe(1);
    }

    [Fact]
    public async Task AdmitRun_LostOrSpurious_QueuedRunStartsWhenAPlaceIsFree()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var gate = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.After(gate.Task, StepKinds.RepositorySync)), maxConcurrentRuns: 1);
        var first = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync", first);
        var second = await host.StartAsync(Graphs.Single);
        await host.UntilStatusAsync(second, RunStatus.Queued);
        await host.DeliverAsync(Queues.Runs, new AdmitRun(second.Value));
        await host.DeliverAsync(Queues.Runs, new AdmitRun(first.Value));
        (await host.RowAsync(second))!.StartedAt.ShouldBeNull();
        host.Watch.Lose<AdmitRun>();

        gate.SetResult();

        (await host.EndAsync(second)).Run.Status.ShouldBe(RunStatus.Published);
        host.Watch.LostOf<AdmitRun>().ShouldBe(1);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunTimedOut_LostOrEarly_TakesEffectWhenTheTimeIsUp()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()));
        var id = await host.StartAsync(Graphs.WithTimeout(Graphs.Single, "15s"));
        await host.UntilRunningAsync("sync");
        await host.DeliverAsync(Queues.Runs, new RunTimedOut(id.Value));
        (await host.RowAsync(id))!.Status.ShouldBe("Running");
        host.Watch.Lose<RunTimedOut>();

        await host.PassAsync(TimeSpan.FromSeconds(16));
        await host.UntilLostAsync<RunTimedOut>();

        (await host.EndAsync(id)).Run.Error!.Code.ShouldBe("run_timeout");
    }

    [Fact]
    public async Task StepCompleted_TwiceLateOrOfAnotherAttempt_IsIgnored()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang()));
        var id = await host.StartAsync(Graphs.Usual);
        await host.UntilRunningAsync("scan");
        var tasks = await host.TasksAsync(id);
        var before = await host.RowAsync(id);

        await host.DeliverAsync(Queues.Runs, host.Completed(id, tasks.Single(task => task.Step == "sync").TaskId, 1, ("context", 1)), times: 2);
        await host.DeliverAsync(Queues.Runs, host.Completed(id, tasks.Single(task => task.Step == "scan").TaskId, 2, ("context", 1)));
        await host.DeliverAsync(Queues.Runs, host.Completed(id, new string('0', 32), 1, ("context", 1)));

        var after = await host.RowAsync(id);
        (after!.Version, after.Control).ShouldBe((before!.Version, before.Control));
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redrive_TaskSettledMeanwhile_OwesNothing()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, maxConcurrentRuns: 32);
        var ids = new List<RunId>();
        for (var i = 0; i < 10; i++) ids.Add(await host.StartAsync(Graphs.Usual));

        // every round finds every open task due, while the sagas settle them
        while ((await Task.WhenAll(ids.Select(host.RowAsync))).Any(row => row?.EndedAt is null)) await host.PassAsync(TimeSpan.FromSeconds(1));

        foreach (var id in ids)
        {
            (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
            (await host.TasksAsync(id)).ShouldAllBe(task => task.DriveAt == null);
        }
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Host_StoppedInTheMiddle_NextHostGoesOnAtOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        RunId id;
        await using (var first = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang())))
        {
            id = await first.StartAsync(Graphs.Usual);
            await first.UntilRunningAsync("scan");
        }

        await using var second = await RunHost.StartAsync(database);
        await second.Driver.MakeAllDueAsync(Token);

        (await second.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        second.Script.CountOf("sync").ShouldBe(0);
        second.Script.CountOf("scan").ShouldBe(1);
    }
}
