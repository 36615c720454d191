namespace Charterhouse.Engine.Tests;

public sealed class InterventionsTests
{
    [Fact]
    public void Steered_NoStep_ReplacesWhatRunsAndKeepsWhatIsDone()
    {
        var run = AtAgents().Complete("archivist");
        var (kept, old) = (run.Task("archivist").TaskId, run.Task("historian").TaskId);
        run.Accept(new RunEvent.Steered(null));

        run.Decisions.Count.ShouldBe(2);
        run.Decisions[0].ShouldBe(new RunDecision.CancelTask(old, 1));
        run.Decisions[1].ShouldBe(new RunDecision.StartTask(run.Task("historian").TaskId, "historian", 1, TimeSpan.Zero));
        run.Task("archivist").TaskId.ShouldBe(kept);
        run.Task("historian").TaskId.ShouldNotBe(old, StringComparer.Ordinal);
        (run.Control.Epoch, run.Control.StepNumber).ShouldBe((2, 2));
        run.Accept(new RunEvent.TaskCompleted(old, 1)).Only<RunDecision.Ignore>();
        run.Complete("historian").Only<RunDecision.ApplyBarrier>().StepNumber.ShouldBe(3);
    }

    [Fact]
    public void Steered_AsEarlierStep_RunsItsDependentsAgain()
    {
        var run = AtAgents().Complete("archivist").Accept(new RunEvent.Steered("sync"));
        run.Control.Arrived.ShouldBe(["sync"]);
        run.Control.Tasks.Select(task => task.Step).ShouldBe(["scan"]);
        run.Decisions.Select(decision => decision.GetType().Name).ShouldBe(["CancelTask", "StartTask"]);
        run.Control.StepNumber.ShouldBe(2);
    }

    [Fact]
    public void Steered_AsRunningStep_CountsItAsArrived()
    {
        var run = AtAgents().Accept(new RunEvent.Steered("historian"));
        run.Control.Arrived.ShouldBe(["historian", "scan", "sync"]);
        run.Started.ShouldBe(["archivist"]);
        run.Decisions.OfType<RunDecision.CancelTask>().Count().ShouldBe(2);
        run.Step("archivist").Started.ShouldBe(["publish"]);
    }

    [Fact]
    public void Steered_AsLastStep_Completes() =>
        AtAgents().Step("archivist", "historian").Accept(new RunEvent.Steered("publish"))
            .Decisions[^1].ShouldBe(new RunDecision.EndRun(RunPhase.Completed, null));

    [Fact]
    public void Steered_AsTheOnlyUnfinishedSibling_AppliesTheBarrier() =>
        AtAgents().Complete("archivist").Accept(new RunEvent.Steered("historian"))
            .Decisions.Select(decision => decision.GetType().Name).ShouldBe(["CancelTask", "ApplyBarrier"]);

    [Fact]
    public void Steered_AsACompletedSibling_TakesItsPlace()
    {
        var run = AtAgents().Complete("archivist").Accept(new RunEvent.Steered("archivist"));
        run.Control.Tasks.Select(task => task.Step).ShouldBe(["historian"]);
        run.Complete("historian").Only<RunDecision.ApplyBarrier>().TaskIds.ShouldBe([run.Task("historian").TaskId]);
    }

    [Fact]
    public void Steered_WithAFailedSibling_TriesItAgain()
    {
        var run = AtAgents().Fail("archivist").Accept(new RunEvent.Steered(null));
        run.Started.ShouldBe(["archivist", "historian"]);
        run.Task("archivist").Failure.ShouldBeNull();
    }

    [Fact]
    public void Steered_UnknownStep_IsIgnored() =>
        AtAgents().Accept(new RunEvent.Steered("nobody")).Only<RunDecision.Ignore>().Reason.ShouldContain("'nobody'");

    [Fact]
    public void CancelRequested_WhileTasksRun_WaitsForEachOfThem()
    {
        var run = AtAgents();
        var ids = run.Control.Tasks.Select(task => task.TaskId).ToList();
        run.Accept(new RunEvent.CancelRequested());
        run.Decisions.ShouldBe([new RunDecision.CancelTask(ids[0], 1), new RunDecision.CancelTask(ids[1], 1)]);
        (run.Control.Phase, run.Control.Epoch).ShouldBe((RunPhase.Cancelling, 2));
        run.Control.Tasks.Select(task => task.TaskId).ShouldBe(ids);
        run.Accept(new RunEvent.CancelRequested()).Only<RunDecision.Ignore>();
        run.Complete("historian").Decisions.ShouldBeEmpty();
        run.End("archivist").Only<RunDecision.EndRun>().ShouldBe(new RunDecision.EndRun(RunPhase.Cancelled, null));
    }

    [Fact]
    public void CancelRequested_WithFinishedTasks_KeepsThem()
    {
        var run = AtAgents().Complete("archivist").Accept(new RunEvent.CancelRequested());
        run.Decisions.ShouldHaveSingleItem();
        run.End("historian");
        run.Task("archivist").Phase.ShouldBe(TaskPhase.Completed);
        run.Task("historian").Phase.ShouldBe(TaskPhase.Cancelled);
    }

    [Fact]
    public void CancelRequested_DuringARetryDelay_NamesTheNextAttempt()
    {
        var run = new EngineRun(Graphs.Chain(1)).Begin().Fail("s1", retryable: true).Accept(new RunEvent.CancelRequested());
        run.Only<RunDecision.CancelTask>().Attempt.ShouldBe(2);
    }

    [Fact]
    public void TimeIsUp_WhileTasksRun_CancelsAndFails()
    {
        var run = AtAgents().Complete("archivist").Accept(new RunEvent.TimeIsUp());
        run.Decisions.Select(decision => decision.GetType().Name).ShouldBe(["CancelTask", "EndRun"]);
        run.Control.Failure!.Code.ShouldBe("run_timeout");
        run.Control.Failure.Message.ShouldContain("'historian'");
        run.Control.Tasks.Select(task => task.Phase).ShouldBe([TaskPhase.Completed, TaskPhase.Cancelled]);
    }

    [Fact]
    public void ContinueFrom_FinishedSiblings_AreNotRunAgain()
    {
        var failed = AtAgents().Complete("archivist").Fail("historian");
        var control = WorkflowEngine.ContinueFrom(failed.Graph, failed.Control, "run_next", Finished("archivist", "publish", "sync"));
        (control.Phase, control.Epoch, control.StepNumber, control.Used).ShouldBe((RunPhase.Running, 1, 2, 0));
        control.Failure.ShouldBeNull();
        var kept = control.Tasks.ShouldHaveSingleItem();
        (kept.Step, kept.Phase, kept.Attempt).ShouldBe(("archivist", TaskPhase.Completed, 1));
        kept.TaskId.ShouldNotBe(failed.Task("archivist").TaskId, StringComparer.Ordinal);

        var run = new EngineRun(failed.Graph, control).Begin();
        run.Only<RunDecision.StartTask>().Step.ShouldBe("historian");
        run.Complete("historian").Only<RunDecision.ApplyBarrier>().ShouldSatisfyAllConditions(
            barrier => barrier.StepNumber.ShouldBe(3),
            barrier => barrier.TaskIds.ShouldBe([kept.TaskId, run.Task("historian").TaskId]));
    }

    [Fact]
    public void ContinueFrom_EverythingFinished_GoesStraightToTheBarrier()
    {
        var failed = AtAgents();
        var control = WorkflowEngine.ContinueFrom(failed.Graph, failed.Control, "run_next", Finished("archivist", "historian"));
        new EngineRun(failed.Graph, control).Begin().Only<RunDecision.ApplyBarrier>().TaskIds.Count.ShouldBe(2);
    }

    [Fact]
    public void ContinueFrom_ACompletedRun_CompletesAtOnce()
    {
        var done = AtAgents().Step("archivist", "historian").Step("publish");
        var control = WorkflowEngine.ContinueFrom(done.Graph, done.Control, "run_next", Finished());
        new EngineRun(done.Graph, control).Begin().Only<RunDecision.EndRun>().Phase.ShouldBe(RunPhase.Completed);
    }

    [Fact]
    public void ContinueFrom_RecursionLimit_IsAFreshBudget()
    {
        var run = new EngineRun(Graphs.Chain(4), recursionLimit: 2).Begin().Step("s1").Step("s2");
        run.Control.Failure!.Code.ShouldBe("recursion_limit");
        var next = new EngineRun(run.Graph, WorkflowEngine.ContinueFrom(run.Graph, run.Control, "run_next", Finished(), 2)).Begin();
        next.Step("s3").Step("s4").Only<RunDecision.EndRun>().Phase.ShouldBe(RunPhase.Completed);
    }

    [Fact]
    public void ContinueFrom_StepsThatAreGone_AreForgotten()
    {
        var run = new EngineRun(Graphs.Chain(3)).Begin().Step("s1").Step("s2");
        WorkflowEngine.ContinueFrom(Graphs.Chain(1), run.Control, "run_next", Finished()).Arrived.ShouldBe(["s1"]);
    }

    private static HashSet<string> Finished(params string[] steps) => new(steps, StringComparer.Ordinal);

    private static EngineRun AtAgents() => new EngineRun(Graphs.RepoAnalysis).Begin().Step("sync").Step("scan");
}
