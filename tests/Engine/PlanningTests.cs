namespace Charterhouse.Engine.Tests;

public sealed class PlanningTests
{
    [Fact]
    public void Create_NoArguments_StartsAtTheInput()
    {
        var control = WorkflowEngine.Create(Graphs.RepoAnalysis, "run_x");
        (control.Phase, control.Epoch, control.StepNumber, control.Used, control.RecursionLimit).ShouldBe((RunPhase.Running, 1, -1, 0, 25));
        WorkflowEngine.Create(Graphs.RepoAnalysis, "run_x", 3).RecursionLimit.ShouldBe(3);
    }

    [Fact]
    public void Accept_WholeRun_FollowsTheGraph()
    {
        var run = new EngineRun(Graphs.RepoAnalysis).Begin();
        run.Started.ShouldBe(["sync"]);
        run.Complete("sync").Only<RunDecision.ApplyBarrier>().StepNumber.ShouldBe(1);
        run.Barrier().Started.ShouldBe(["scan"]);
        run.Step("scan").Started.ShouldBe(["archivist", "historian"]);
        run.Complete("historian").Complete("archivist");
        run.Only<RunDecision.ApplyBarrier>().TaskIds.ShouldBe([run.Task("archivist").TaskId, run.Task("historian").TaskId]);
        run.Barrier().Step("publish").Only<RunDecision.EndRun>().ShouldBe(new RunDecision.EndRun(RunPhase.Completed, null));
        (run.Control.StepNumber, run.Control.Used, run.Control.Tasks.Count).ShouldBe((4, 4, 0));
        run.Control.Arrived.ShouldBe(["archivist", "historian", "publish", "scan", "sync"]);
    }

    [Fact]
    public void Begin_NothingDue_Completes() =>
        new EngineRun(Graphs.Chain(0)).Begin().Only<RunDecision.EndRun>().Phase.ShouldBe(RunPhase.Completed);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Accept_LimitIsExactlyEnough_Completes(int length)
    {
        var run = Drive(length, length);
        run.Only<RunDecision.EndRun>().Phase.ShouldBe(RunPhase.Completed);
        run.Control.Used.ShouldBe(length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Accept_OneStepMoreThanTheLimit_Fails(int limit)
    {
        var run = Drive(limit + 1, limit);
        var failure = run.Only<RunDecision.EndRun>().Failure.ShouldNotBeNull();
        failure.Code.ShouldBe("recursion_limit");
        failure.Message.ShouldContain($"limit of {limit} ");
        failure.Message.ShouldContain($"'s{limit + 1}'");
        failure.Message.ShouldContain("limits.recursion");
        run.Control.Arrived.Count.ShouldBe(limit, "what was done is kept");
    }

    [Fact]
    public void TaskId_DifferentParts_NeverCollide()
    {
        var ids = from key in new[] { "run_1", "run_11", "run_1:1", "1:run_1" }
                  from graph in new[] { Graphs.Fan("a", "1:a", ":a") }
                  from task in new EngineRun(graph, WorkflowEngine.Create(graph, key)).Begin().Control.Tasks
                  select task.TaskId;
        var all = ids.ToList();
        all.Distinct(StringComparer.Ordinal).Count().ShouldBe(all.Count);
        all.ShouldAllBe(id => id.Length == 32 && id.All(char.IsAsciiHexDigitLower));
    }

    [Fact]
    public void TaskId_SameInput_IsAlwaysTheSame() =>
        new EngineRun(Graphs.RepoAnalysis).Begin().Task("sync").TaskId
            .ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("8:run_test:1:1:sync"u8))[..32]);

    [Fact]
    public void BarrierRejected_AtTheBarrier_Fails()
    {
        var run = new EngineRun(Graphs.RepoAnalysis).Begin().Complete("sync").Accept(new RunEvent.BarrierRejected("invalid_update", "why", "sync"));
        run.Only<RunDecision.EndRun>().Failure.ShouldBe(new RunFailure("invalid_update", "why", "sync"));
        run.Control.Arrived.ShouldBeEmpty();
    }

    [Fact]
    public void WriterOf_ArrivedSteps_IsTheLastOne()
    {
        var run = new EngineRun(Graphs.RepoAnalysis).Begin().Step("sync");
        WorkflowEngine.WriterOf(run.Graph, run.Control, ["context"]).ShouldBe("sync");
        WorkflowEngine.WriterOf(run.Graph, run.Control, ["sections"]).ShouldBeNull("no arrived step writes it");
        run.Step("scan").Step("archivist", "historian");
        WorkflowEngine.WriterOf(run.Graph, run.Control, ["sections"]).ShouldBe("historian");
        WorkflowEngine.WriterOf(run.Graph, run.Control, ["context", "facts"]).ShouldBe("scan");
        WorkflowEngine.WriterOf(run.Graph, run.Control, ["trigger"]).ShouldBeNull();
    }

    [Fact]
    public void WriterOf_DocumentInAnotherOrder_GoesByDepth()
    {
        var graph = Graphs.RepoAnalysis with
        {
            Steps = [Graphs.Step("late", ["early"], "repository/sync"), Graphs.Step("early", [], "repository/sync")],
        };
        var control = WorkflowEngine.Create(graph, "run_x") with { Arrived = ["early", "late"] };
        WorkflowEngine.WriterOf(graph, control, ["context"]).ShouldBe("late");
    }

    private static EngineRun Drive(int length, int limit)
    {
        var run = new EngineRun(Graphs.Chain(length), recursionLimit: limit).Begin();
        for (var i = 1; i <= Math.Min(length, limit); i++) run.Step($"s{i}");
        return run;
    }
}
