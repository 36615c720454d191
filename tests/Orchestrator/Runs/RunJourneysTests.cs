using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteRunJourneysTests() : RunJourneysTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRunJourneysTests() : RunJourneysTests(DatabaseProvider.PostgreSql);

/// <summary>Runs from request to end: success, retries, failure.</summary>
public abstract class RunJourneysTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_EveryStepWorks_IsPublishedWithACheckpointPerSuperStep()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var (id, run) = await host.RunAsync(Graphs.Usual);

        run.Run.Status.ShouldBe(RunStatus.Published);
        run.Run.Error.ShouldBeNull();
        run.Steps.ShouldAllBe(step => step.Status == "completed" && step.Attempts == 1);
        run.WaitsFor.ShouldBeEmpty();
        var checkpoints = await host.Runs.CheckpointsAsync(id, Token);
        checkpoints.Select(checkpoint => (checkpoint.Seq, checkpoint.Step, checkpoint.Source)).ShouldBe([(1, -1, "input"), (2, 1, "loop"), (3, 2, "loop"), (4, 3, "loop"), (5, 4, "loop")]);
        checkpoints[0].Next.ShouldBe(["sync"]);
        checkpoints[2].Next.ShouldBe(["archivist", "historian"]);
        checkpoints[4].Next.ShouldBeEmpty();
        var events = await host.EventsAsync(id);
        events[0].Type.ShouldBe("run.queued");
        events[1].Type.ShouldBe("checkpoint.saved");
        events[^1].Type.ShouldBe("run.published");
        host.Watch.Faults.ShouldBeEmpty();
        (await host.TasksAsync(id)).ShouldAllBe(task => task.DriveAt == null && task.Writes == null);
    }

    [Fact]
    public async Task Run_SiblingSteps_RunAtTheSameTime()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var both = new TaskCompletionSource();
        var here = 0;
        StepScript meet = async (context, token) =>
        {
            if (Interlocked.Increment(ref here) == 2) both.SetResult();
            await both.Task.WaitAsync(token);
            return Script.Usual(StepKinds.Archivist, context.Step);
        };
        await using var host = await RunHost.StartAsync(database, new Script().On("archivist", meet).On("historian", meet));

        var (id, run) = await host.RunAsync(Graphs.Usual);

        run.Run.Status.ShouldBe(RunStatus.Published);
        CanonicalJson.WriteText((await host.Runs.StateAsync(id, null, Token))["sections"]).ShouldBe("""{"archivist":"done","historian":"done"}""");
    }

    [Fact]
    public async Task Run_StepFailsTwice_IsTriedAThirdTime()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("scan", (context, _) => context.Attempt < 3
            ? throw StepFailedException.Transient("flaky", $"attempt {context.Attempt} failed", null)
            : Task.FromResult(Script.Usual(StepKinds.AnalysisScan, "scan")));
        await using var host = await RunHost.StartAsync(database, script);

        var (id, run) = await host.RunAsync(Graphs.Usual);

        run.Run.Status.ShouldBe(RunStatus.Published);
        run.Steps.Single(step => step.Name == "scan").ShouldSatisfyAllConditions(step => step.Attempts.ShouldBe(3), step => step.Failure.ShouldBeNull());
        var events = await host.EventsAsync(id);
        events.Count(entry => entry.Type == "step.failed").ShouldBe(2);
        events.Where(entry => entry.Type == "step.retrying").Select(entry => entry.Data.GetProperty("attempt").GetInt32()).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Run_StepFailsForGood_KeepsItsSiblingAndSaysWhy()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var broken = true;
        var script = new Script().On("historian", (context, _) => broken
            ? throw StepFailedException.Permanent("no_history", "there is no history", "Fetch it.")
            : Task.FromResult(Script.Usual(StepKinds.Historian, context.Step)));
        await using var host = await RunHost.StartAsync(database, script);

        var (failedId, failed) = await host.RunAsync(Graphs.Usual);

        failed.Run.Status.ShouldBe(RunStatus.Failed);
        failed.Run.Error.ShouldNotBeNull().ShouldSatisfyAllConditions(
            error => error.Code.ShouldBe("no_history"), error => error.Step.ShouldBe("historian"), error => error.Remedy.ShouldBe("Fetch it."));
        failed.Steps.Single(step => step.Name == "archivist").Status.ShouldBe("completed");
        failed.Steps.Single(step => step.Name == "publish").Status.ShouldBe("pending");
        (await host.EventsAsync(failedId)).Count(entry => entry.Type == "step.failed").ShouldBe(1);

        broken = false;
        var resumedId = await host.Runs.ResumeAsync(failedId, null, null, null, null, Token);
        var resumed = await host.EndAsync(resumedId);

        resumedId.ShouldNotBe(failedId);
        resumed.Run.ThreadId.ShouldBe(failed.Run.ThreadId);
        resumed.Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("sync").ShouldBe(1);
        host.Script.CountOf("archivist").ShouldBe(1);
        host.Script.CountOf("historian").ShouldBe(2);
        resumed.Steps.ShouldAllBe(step => step.Status == "completed");
        (await host.Runs.StateAsync(resumedId, null, Token))["sections"].EnumerateObject().Count().ShouldBe(2);
        (await host.RowAsync(failedId))!.Status.ShouldBe("Failed");
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_RecursionLimitTooSmall_FailsAndResumeHasAFreshBudget()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var (exactly, enough) = await host.RunAsync(Graphs.Chain, recursionLimit: 3);
        enough.Run.Status.ShouldBe(RunStatus.Published);
        exactly.ShouldNotBe(default);
        var (id, failed) = await host.RunAsync(Graphs.Chain, recursionLimit: 2);

        failed.Run.Error!.Code.ShouldBe("recursion_limit");
        (await host.Runs.CheckpointsAsync(id, Token))[^1].Next.ShouldBe(["archivist"]);
        var resumed = await host.EndAsync(await host.Runs.ResumeAsync(id, null, null, null, 1, Token));
        resumed.Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("sync").ShouldBe(2);
    }

    [Fact]
    public async Task Run_TwoPlainWritesInOneSuperStep_FailsAndTheMendedWorkflowGoesOn()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var (id, failed) = await host.RunAsync(Graphs.Clash(inOrder: false));

        failed.Run.Error!.Code.ShouldBe("invalid_concurrent_update");
        failed.Run.Error.Message.ShouldContain("context");
        var again = await host.EndAsync(await host.Runs.ResumeAsync(id, null, null, null, null, Token));
        again.Run.Error!.Code.ShouldBe("invalid_concurrent_update");
        var mended = await host.Runs.ResumeAsync(id, null, null, new WorkflowSource("mended", Graphs.Clash(inOrder: true)), null, Token);
        (await host.EndAsync(mended)).Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("left").ShouldBe(1);
        host.Script.CountOf("right").ShouldBe(2);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_StepWritesAnUndeclaredChannel_Fails()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("sync", Script.Hang());
        await using var host = await RunHost.StartAsync(database, script);
        var id = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync");
        var task = (await host.TasksAsync(id)).Single();

        await host.DeliverAsync(Queues.Runs, new StepCompleted
        {
            RunId = id.Value,
            TaskId = task.TaskId,
            Attempt = 1,
            Writes = Script.Writes(("findings", Array.Empty<int>())),
            StartedAt = host.Time.GetUtcNow(),
            DurationMs = 1,
        });

        var run = await host.EndAsync(id);
        run.Run.Error!.Code.ShouldBe("invalid_update");
        run.Run.Error.Message.ShouldContain("findings");
    }

    [Fact]
    public async Task Run_HandlerWritesAnUndeclaredChannel_FailsWithoutRetry()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", (_, _) => Task.FromResult(Script.Writes(("findings", Array.Empty<int>())))));

        var (_, run) = await host.RunAsync(Graphs.Single);

        run.Run.Error!.Code.ShouldBe("undeclared_write");
        host.Script.CountOf("sync").ShouldBe(1);
    }

    [Fact]
    public async Task Run_BigValues_TravelAsBlobsAndAreMergedWhole()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var big = new string('x', 200_000);
        StepScript large = (context, _) => Task.FromResult(Script.Writes(("sections", new Dictionary<string, string>(StringComparer.Ordinal) { [context.Step] = big })));
        await using var host = await RunHost.StartAsync(database, new Script().On("archivist", large).On("historian", large));

        var (id, run) = await host.RunAsync(Graphs.Usual);

        run.Run.Status.ShouldBe(RunStatus.Published);
        var sections = (await host.Runs.StateAsync(id, null, Token))["sections"];
        sections.GetProperty("archivist").GetString()!.Length.ShouldBe(big.Length);
        sections.GetProperty("historian").GetString()!.Length.ShouldBe(big.Length);
    }
}
