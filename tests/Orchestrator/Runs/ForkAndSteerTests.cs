using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteForkAndSteerTests() : ForkAndSteerTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlForkAndSteerTests() : ForkAndSteerTests(DatabaseProvider.PostgreSql);

/// <summary>Time travel and steering.</summary>
public abstract class ForkAndSteerTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static StepScript Breaks(string code) => (_, _) => throw StepFailedException.Permanent(code, code, null);

    /// <summary>Everything that the threads of a run consist of, as text.</summary>
    private static Task<string> DumpAsync(RunHost host, string threadId) => host.Database.ReadAsync(async (db, token) => JsonSerializer.Serialize(new
    {
        Checkpoints = await db.Checkpoints.Where(row => row.ThreadId == threadId).OrderBy(row => row.Seq).ToListAsync(token),
        Channels = await db.ChannelVersions.Where(row => row.ThreadId == threadId).OrderBy(row => row.Seq).ThenBy(row => row.Channel).ToListAsync(token),
        Tasks = await db.RunTasks.Where(row => db.Runs.Any(run => run.RunId == row.RunId && run.ThreadId == threadId)).OrderBy(row => row.TaskId).ToListAsync(token),
    }), Token);

    [Fact]
    public async Task Steer_Running_AppliesTheUpdateAndRunsDownstreamAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var stopped = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("archivist", Script.Hang(stopped)));
        var id = await host.StartAsync(Graphs.Chain);
        await host.UntilRunningAsync("archivist");
        host.Script.Usual("archivist");

        var steered = await host.Runs.ResumeAsync(id, Script.Writes(("facts", new { notes = new[] { "by hand" } })), "scan", null, null, Token);

        steered.ShouldBe(id);
        var run = await host.EndAsync(id);
        run.Run.Status.ShouldBe(RunStatus.Published);
        run.Steps.ShouldAllBe(step => step.Status == "completed");
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(5), Token);
        host.Script.CountOf("scan").ShouldBe(1);
        host.Script.Executions.Where(execution => execution.Step == "archivist").Select(execution => CanonicalJson.WriteText(execution.Inputs["facts"]))
            .ShouldBe(["""{"notes":[]}""", """{"notes":["by hand"]}"""]);
        (await host.TasksAsync(id)).Where(task => task.Step == "archivist").Select(task => task.Epoch).Order().ShouldBe([1, 2]);
        (await host.Runs.CheckpointsAsync(id, Token)).Select(checkpoint => checkpoint.Source).ShouldBe(["input", "loop", "loop", "update", "loop"]);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Steer_SameCommandTwice_SteersOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang()));
        var id = await host.StartAsync(Graphs.Chain);
        await host.UntilRunningAsync("scan");
        host.Watch.Lose<SteerRun>();
        await host.Runs.ResumeAsync(id, Script.Writes(("context", new { by = "hand" })), null, null, null, Token);
        // at once: it is sent again after two seconds, and then the row goes
        var row = await host.Database.ReadAsync((db, token) => db.RunCommands.SingleAsync(token), Token);
        await Eventually.Holds("the message is lost", () => host.Watch.LostOf<SteerRun>() == 1, cancellationToken: Token);
        var message = JsonSerializer.Deserialize<SteerRun>(row.Body, CanonicalJson.Options)!;

        await host.DeliverAsync(Queues.Runs, message, times: 3);

        (await host.Runs.CheckpointsAsync(id, Token)).Count(checkpoint => checkpoint.Source == "update").ShouldBe(1);
        ControlRecord.Read((await host.RowAsync(id))!.Control!).Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task Fork_MiddleCheckpointWithEdit_IsANewRunAndLeavesTheOriginal()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (original, run) = await host.RunAsync(Graphs.Usual);
        var before = await DumpAsync(host, run.Run.ThreadId);

        var fork = await host.Runs.ForkAsync(IdOf(run), 3, Script.Writes(("facts", new { notes = new[] { "forked" } })), null, Token);
        var forked = await host.EndAsync(fork);

        forked.Run.Status.ShouldBe(RunStatus.Published);
        (forked.Run.ThreadId == run.Run.ThreadId).ShouldBeFalse();
        (await DumpAsync(host, run.Run.ThreadId)).ShouldBe(before);
        host.Script.CountOf("sync").ShouldBe(1);
        CanonicalJson.WriteText(host.Script.Executions.Last(execution => execution.Step == "historian").Inputs["facts"]).ShouldBe("""{"notes":["forked"]}""");
        var checkpoints = await host.Runs.CheckpointsAsync(fork, Token);
        checkpoints.Select(checkpoint => checkpoint.Source).ShouldBe(["input", "loop", "loop", "fork", "loop", "loop"]);
        checkpoints[3].Parent.ShouldBe($"{run.Run.ThreadId}:3");
        CanonicalJson.WriteText((await host.Runs.StateAsync(original, null, Token))["facts"]).ShouldBe("""{"notes":[]}""");
    }

    [Fact]
    public async Task Fork_OfAFork_ReadsAllItsAncestors()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (_, run) = await host.RunAsync(Graphs.Usual);
        var first = await host.EndAsync(await host.Runs.ForkAsync(IdOf(run), 3, null, null, Token));
        var second = await host.Runs.ForkAsync(IdOf(first), 2, null, null, Token);

        (await host.EndAsync(second)).Run.Status.ShouldBe(RunStatus.Published);

        host.Script.CountOf("sync").ShouldBe(1);
        host.Script.CountOf("archivist").ShouldBe(2);
        (await host.Runs.StateAsync(second, null, Token)).Keys.Order(StringComparer.Ordinal).ShouldBe(["charter", "context", "facts", "sections", "trigger"]);
        (await host.Runs.CheckpointsAsync(second, Token)).Count.ShouldBe(3 + 2 + 2);
    }

    [Fact]
    public async Task Fork_FinishedRunWithoutEdit_IsPublishedWithoutWork()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (_, run) = await host.RunAsync(Graphs.Chain);
        var executions = host.Script.Executions.Count;

        var forked = await host.EndAsync(await host.Runs.ForkAsync(IdOf(run), 4, null, null, Token));

        forked.Run.Status.ShouldBe(RunStatus.Published);
        forked.Steps.ShouldAllBe(step => step.Status == "completed");
        host.Script.Executions.Count.ShouldBe(executions);
    }

    [Fact]
    public async Task Fork_RunningRun_TakesFinishedSiblingsAndLeavesItRunning()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("historian", Script.Hang()));
        var id = await host.StartAsync(Graphs.Usual);
        await host.UntilRunningAsync("historian");
        await Eventually.Holds("archivist is done", async () => (await host.TasksAsync(id)).Exists(task => task is { Step: "archivist", Status: "completed" }), cancellationToken: Token);
        host.Script.Usual("historian");

        var forked = await host.EndAsync(await host.Runs.ForkAsync(id, 3, null, null, Token));

        forked.Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("archivist").ShouldBe(1);
        (await host.RowAsync(id))!.Status.ShouldBe("Running");
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fork_EditInTheFailedStepsPlace_GoesStraightToTheBarrier()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("historian", Breaks("broken")));
        var (_, run) = await host.RunAsync(Graphs.Usual);
        run.Run.Status.ShouldBe(RunStatus.Failed);

        var fork = await host.Runs.ForkAsync(IdOf(run), 3, Script.Writes(("sections", new { historian = "by hand" })), "historian", Token);

        (await host.EndAsync(fork)).Run.Status.ShouldBe(RunStatus.Published);
        host.Script.CountOf("archivist").ShouldBe(1);
        CanonicalJson.WriteText((await host.Runs.StateAsync(fork, null, Token))["sections"]).ShouldBe("""{"archivist":"done","historian":"by hand"}""");
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Resume_EditVoidsAFinishedSibling_ItsResultDoesNotComeBack()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("historian", Breaks("broken")));
        var (id, run) = await host.RunAsync(Graphs.Usual);

        // facts by hand: archivist's result was made of the old ones
        var second = await host.Runs.ResumeAsync(id, Script.Writes(("facts", new { notes = new[] { "new" } })), "scan", null, null, Token);
        (await host.EndAsync(second)).Run.Status.ShouldBe(RunStatus.Failed);
        host.Script.CountOf("archivist").ShouldBe(2);
        (await host.TasksAsync(second)).Count(task => task.Writes is not null).ShouldBe(1);
        host.Script.Usual("historian");
        var third = await host.EndAsync(await host.Runs.ResumeAsync(second, null, null, null, null, Token));

        third.Run.Status.ShouldBe(RunStatus.Published);
        third.Run.ThreadId.ShouldBe(run.Run.ThreadId);
        host.Script.CountOf("archivist").ShouldBe(2);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Resume_ThreadIsLive_IsRefused()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Breaks("broken")));
        var (id, _) = await host.RunAsync(Graphs.Chain);
        host.Script.On("scan", Script.Hang());
        var live = await host.Runs.ResumeAsync(id, null, null, null, null, Token);
        await host.UntilStatusAsync(live, RunStatus.Running);

        var refused = await Should.ThrowAsync<RunRequestException>(host.Runs.ResumeAsync(id, null, null, null, null, Token));

        refused.Code.ShouldBe("thread_is_live");
    }

    [Fact]
    public async Task Resume_SeveralAtOnce_OneGoesOnAndTheOthersAreRefused()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Breaks("broken")));
        var (id, _) = await host.RunAsync(Graphs.Chain);
        host.Script.Usual("scan");
        host.Watch.Lose<StartRun>(3);
        var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.Runs.ResumeAsync(id, null, null, null, null, Token)));
        await Eventually.Holds("none has arrived", () => host.Watch.LostOf<StartRun>() == 3, cancellationToken: Token);

        await host.PassAsync(TimeSpan.FromSeconds(31));

        await Eventually.Holds("each is decided", async () => (await Task.WhenAll(all.Select(run => host.Runs.FindAsync(run, Token))))
            .All(details => details!.Run.Status is RunStatus.Published or RunStatus.Failed), cancellationToken: Token);
        var found = await Task.WhenAll(all.Select(run => host.Runs.FindAsync(run, Token)));
        found.Count(details => details!.Run.Status == RunStatus.Published).ShouldBe(1);
        found.Count(details => details!.Run.Error?.Code == "run_refused").ShouldBe(2);
        host.Script.CountOf("scan").ShouldBe(2);
    }

    [Fact]
    public async Task Resume_WorkflowExchanged_GoesOnWithTheNewOne()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Breaks("broken")));
        var (id, _) = await host.RunAsync(Graphs.Chain);
        var mended = Graphs.Chain.Replace("scan:  ", "rescan:", StringComparison.Ordinal).Replace("[scan]", "[rescan]", StringComparison.Ordinal);

        var run = await host.EndAsync(await host.Runs.ResumeAsync(id, null, null, new WorkflowSource("mended", mended), null, Token));

        run.Run.Status.ShouldBe(RunStatus.Published);
        run.Steps.Select(step => step.Name).ShouldBe(["sync", "rescan", "archivist"]);
        host.Script.CountOf("sync").ShouldBe(1);
    }

    [Fact]
    public async Task Requests_ThatCannotBeMet_AreRefusedWithACode()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (id, run) = await host.RunAsync(Graphs.Chain);
        async Task<string> CodeAsync(Func<Task> act) => (await Should.ThrowAsync<RunRequestException>(act)).Code;

        (await CodeAsync(() => host.Runs.ForkAsync(IdOf(run), 99, null, null, Token))).ShouldBe("checkpoint_not_found");
        (await CodeAsync(() => host.Runs.ForkAsync(new RunId(Guid.NewGuid()), 1, null, null, Token))).ShouldBe("run_not_found");
        (await CodeAsync(() => host.Runs.ForkAsync(IdOf(run), 2, Script.Writes(("nonsense", 1)), null, Token))).ShouldBe("invalid_update");
        (await CodeAsync(() => host.Runs.ForkAsync(IdOf(run), 2, Script.Writes(("sections", 1)), null, Token))).ShouldBe("invalid_update");
        (await CodeAsync(() => host.Runs.ForkAsync(IdOf(run), 2, Script.Writes(("facts", 1)), "nobody", Token))).ShouldBe("unknown_step");
        (await CodeAsync(() => host.Runs.ResumeAsync(new RunId(Guid.NewGuid()), null, null, null, null, Token))).ShouldBe("run_not_found");
        (await CodeAsync(() => host.Runs.CancelAsync(new RunId(Guid.NewGuid()), "no", null, Token))).ShouldBe("run_not_found");
        id.ShouldNotBe(default);
    }

    private static RunId IdOf(RunDetails details) => RunId.TryParse(details.Run.RunId, out var id) ? id : throw new FormatException(details.Run.RunId);
}
