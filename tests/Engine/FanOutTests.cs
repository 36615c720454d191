namespace Charterhouse.Engine.Tests;

/// <summary>How wide a super-step may be, and how much of it runs at the same time.</summary>
public sealed class FanOutTests
{
    private static WorkflowGraph Fan(Func<WorkflowLimits, WorkflowLimits> limits, params string[] names)
    {
        var graph = Graphs.Fan(names);
        return graph with { Limits = limits(graph.Limits) };
    }

    [Fact]
    public void Begin_MoreThanMayRun_KeepsTheOthersBackInPathOrder()
    {
        var run = new EngineRun(Fan(limits => limits with { Parallel = 2 }, "d", "b", "c", "a")).Begin();
        run.Started.ShouldBe(["a", "b"]);

        run.Complete("b").Started.ShouldBe(["c"]);
        run.Fail("a", retryable: true).Started.ShouldBe(["a"]); // a retry keeps its place
        run.Complete("a").Started.ShouldBe(["d"]);
        run.Complete("d").Decisions.ShouldBeEmpty();
        run.Complete("c").Only<RunDecision.ApplyBarrier>().TaskIds.ShouldBe(run.Control.Tasks.Select(task => task.TaskId));
        run.Control.Tasks.Select(task => task.Step).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public void Fail_OthersKeptBack_TheyStillRunAndTheRunFailsAfterThem()
    {
        var run = new EngineRun(Fan(limits => limits with { Parallel = 1 }, "a", "b")).Begin();
        run.Fail("a", "broke").Started.ShouldBe(["b"]);
        run.Complete("b").Only<RunDecision.EndRun>().Failure.ShouldBe(new RunFailure("failed", "broke", "a"));
    }

    [Fact]
    public void CancelAndTimeIsUp_OthersKeptBack_NeverBegin()
    {
        var cancelled = new EngineRun(Fan(limits => limits with { Parallel = 1 }, "a", "b")).Begin().Accept(new RunEvent.CancelRequested());
        cancelled.Only<RunDecision.CancelTask>().TaskId.ShouldBe(cancelled.Task("a").TaskId);
        cancelled.End("a").Only<RunDecision.EndRun>().Phase.ShouldBe(RunPhase.Cancelled);

        var late = new EngineRun(Fan(limits => limits with { Parallel = 1 }, "a", "b")).Begin().Accept(new RunEvent.TimeIsUp());
        late.Decisions.Select(decision => decision.GetType().Name).ShouldBe(["CancelTask", "EndRun"]);
        late.Task("b").Phase.ShouldBe(TaskPhase.Cancelled);
    }

    [Fact]
    public void Steer_OthersKeptBack_PlansThemAgain()
    {
        var run = new EngineRun(Fan(limits => limits with { Parallel = 2 }, "a", "b", "c")).Begin().Complete("a");
        run.Accept(new RunEvent.Steered(null)).Started.ShouldBe(["b", "c"]);
        run.Task("a").Phase.ShouldBe(TaskPhase.Completed);
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(2, "fan_out_limit")]
    public void Begin_FanOut_EndsWithAClearErrorPastTheCap(int most, string? code)
    {
        var run = new EngineRun(Fan(limits => limits with { FanOut = most }, "a", "b", "c")).Begin();
        if (code is null)
        {
            run.Started.Count().ShouldBe(3);
            return;
        }
        run.Only<RunDecision.EndRun>().Failure!.Code.ShouldBe(code);
        run.Control.Failure!.Message.ShouldBe("3 steps are due at once; at most 2 may be. Raise 'limits.fan_out' in the workflow, or let some need others.");
        run.Control.Tasks.ShouldBeEmpty();
    }

    [Fact]
    public void Steer_AgainAndAgain_EndsAtTheTasksOfARun()
    {
        var run = new EngineRun(Fan(limits => limits with { Tasks = 5 }, "a", "b")).Begin();
        run.Accept(new RunEvent.Steered(null)).Started.ShouldBe(["a", "b"]);
        run.Accept(new RunEvent.Steered(null)).Decisions.OfType<RunDecision.EndRun>().Single().Failure!.Code.ShouldBe("task_limit");
    }
}
