namespace Charterhouse.Engine.Tests;

/// <summary>Every phase meets every event.</summary>
public sealed class EventTableTests
{
    /// <summary>The outcome per phase and event: a running task, and one task that its event may concern.</summary>
    /// <remarks>Phases: the run's, or of a running run <c>AtBarrier</c> (all tasks done) and <c>New</c> (not begun).</remarks>
    [Theory]
    [InlineData("New", "Begin", "StartTask", RunPhase.Running)]
    [InlineData("New", "TaskCompleted", "Ignore", RunPhase.Running)]
    [InlineData("New", "TaskFailed", "Ignore", RunPhase.Running)]
    [InlineData("New", "TaskEnded", "Ignore", RunPhase.Running)]
    [InlineData("New", "BarrierApplied", "Ignore", RunPhase.Running)]
    [InlineData("New", "BarrierRejected", "Ignore", RunPhase.Running)]
    [InlineData("New", "Steered", "StartTask", RunPhase.Running)]
    [InlineData("New", "CancelRequested", "EndRun", RunPhase.Cancelled)]
    [InlineData("New", "TimeIsUp", "EndRun", RunPhase.Failed)]
    [InlineData("New", "QueueTimeIsUp", "EndRun", RunPhase.Expired)]
    [InlineData("Running", "Begin", "Ignore", RunPhase.Running)]
    [InlineData("Running", "TaskCompleted", "ApplyBarrier", RunPhase.Running)]
    [InlineData("Running", "TaskFailed", "EndRun", RunPhase.Failed)]
    [InlineData("Running", "TaskEnded", "Ignore", RunPhase.Running)]
    [InlineData("Running", "BarrierApplied", "Ignore", RunPhase.Running)]
    [InlineData("Running", "BarrierRejected", "Ignore", RunPhase.Running)]
    [InlineData("Running", "Steered", "CancelTask,StartTask", RunPhase.Running)]
    [InlineData("Running", "CancelRequested", "CancelTask", RunPhase.Cancelling)]
    [InlineData("Running", "TimeIsUp", "CancelTask,EndRun", RunPhase.Failed)]
    [InlineData("Running", "QueueTimeIsUp", "Ignore", RunPhase.Running)]
    [InlineData("AtBarrier", "Begin", "ApplyBarrier", RunPhase.Running)]
    [InlineData("AtBarrier", "TaskCompleted", "Ignore", RunPhase.Running)]
    [InlineData("AtBarrier", "TaskFailed", "Ignore", RunPhase.Running)]
    [InlineData("AtBarrier", "TaskEnded", "Ignore", RunPhase.Running)]
    [InlineData("AtBarrier", "BarrierApplied", "StartTask", RunPhase.Running)]
    [InlineData("AtBarrier", "BarrierRejected", "EndRun", RunPhase.Failed)]
    [InlineData("AtBarrier", "Steered", "ApplyBarrier", RunPhase.Running)]
    [InlineData("AtBarrier", "CancelRequested", "EndRun", RunPhase.Cancelled)]
    [InlineData("AtBarrier", "TimeIsUp", "EndRun", RunPhase.Failed)]
    [InlineData("AtBarrier", "QueueTimeIsUp", "EndRun", RunPhase.Expired)]
    [InlineData("Cancelling", "Begin", "Ignore", RunPhase.Cancelling)]
    [InlineData("Cancelling", "TaskCompleted", "EndRun", RunPhase.Cancelled)]
    [InlineData("Cancelling", "TaskFailed", "EndRun", RunPhase.Cancelled)]
    [InlineData("Cancelling", "TaskEnded", "EndRun", RunPhase.Cancelled)]
    [InlineData("Cancelling", "BarrierApplied", "Ignore", RunPhase.Cancelling)]
    [InlineData("Cancelling", "BarrierRejected", "Ignore", RunPhase.Cancelling)]
    [InlineData("Cancelling", "Steered", "Ignore", RunPhase.Cancelling)]
    [InlineData("Cancelling", "CancelRequested", "Ignore", RunPhase.Cancelling)]
    [InlineData("Cancelling", "TimeIsUp", "EndRun", RunPhase.Cancelled)]
    [InlineData("Cancelling", "QueueTimeIsUp", "Ignore", RunPhase.Cancelling)]
    public void Accept_PhaseAndEvent_Decides(string phase, string occurred, string decisions, RunPhase next)
    {
        var run = InPhase(phase);
        run.Accept(Event(occurred, run.Control.Tasks.FirstOrDefault()));
        string.Join(",", run.Decisions.Select(decision => decision.GetType().Name)).ShouldBe(decisions);
        run.Control.Phase.ShouldBe(next);
    }

    public static TheoryData<RunPhase, string> TerminalPairs()
    {
        var data = new TheoryData<RunPhase, string>();
        foreach (var phase in new[] { RunPhase.Completed, RunPhase.Failed, RunPhase.Cancelled, RunPhase.Expired })
        {
            foreach (var occurred in EventNames) data.Add(phase, occurred);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(TerminalPairs))]
    public void Accept_Terminal_IgnoresEverything(RunPhase phase, string occurred)
    {
        var begun = InPhase("Running").Control;
        var run = new EngineRun(Graphs.Chain(2), begun with { Phase = phase });
        var before = EngineRun.Text(run.Control);
        run.Accept(Event(occurred, begun.Tasks[0]));
        run.Only<RunDecision.Ignore>().Reason.ShouldContain("over");
        EngineRun.Text(run.Control).ShouldBe(before);
    }

    [Fact]
    public void EventNames_AllEvents_AreInTheTables() =>
        typeof(RunEvent).GetNestedTypes().Select(type => type.Name).Order(StringComparer.Ordinal)
            .ShouldBe(EventNames.Order(StringComparer.Ordinal));

    /// <summary>The task's next phase; with the attempt before, every report of it is late.</summary>
    [Theory]
    [InlineData(TaskPhase.Running, "TaskCompleted", TaskPhase.Completed)]
    [InlineData(TaskPhase.Running, "TaskFailed", TaskPhase.Failed)]
    [InlineData(TaskPhase.Running, "TaskEnded", TaskPhase.Running)]
    [InlineData(TaskPhase.Completed, "TaskCompleted", TaskPhase.Completed)]
    [InlineData(TaskPhase.Completed, "TaskFailed", TaskPhase.Completed)]
    [InlineData(TaskPhase.Completed, "TaskEnded", TaskPhase.Completed)]
    [InlineData(TaskPhase.Failed, "TaskCompleted", TaskPhase.Failed)]
    [InlineData(TaskPhase.Failed, "TaskFailed", TaskPhase.Failed)]
    [InlineData(TaskPhase.Failed, "TaskEnded", TaskPhase.Failed)]
    [InlineData(TaskPhase.Cancelling, "TaskCompleted", TaskPhase.Cancelled)]
    [InlineData(TaskPhase.Cancelling, "TaskFailed", TaskPhase.Cancelled)]
    [InlineData(TaskPhase.Cancelling, "TaskEnded", TaskPhase.Cancelled)]
    [InlineData(TaskPhase.Pending, "TaskCompleted", TaskPhase.Pending)]
    [InlineData(TaskPhase.Pending, "TaskFailed", TaskPhase.Pending)]
    [InlineData(TaskPhase.Pending, "TaskEnded", TaskPhase.Pending)]
    [InlineData(TaskPhase.Cancelled, "TaskCompleted", TaskPhase.Cancelled)]
    [InlineData(TaskPhase.Cancelled, "TaskFailed", TaskPhase.Cancelled)]
    [InlineData(TaskPhase.Cancelled, "TaskEnded", TaskPhase.Cancelled)]
    public void Accept_TaskPhaseAndReport_MovesOnlyThatTask(TaskPhase phase, string occurred, TaskPhase next)
    {
        var begun = new EngineRun(Graphs.Fan("a", "b", "c")).Begin();
        var cancels = phase is TaskPhase.Cancelling or TaskPhase.Cancelled;
        var others = cancels ? TaskPhase.Cancelling : TaskPhase.Running;
        var run = new EngineRun(begun.Graph, begun.Control with
        {
            Phase = cancels ? RunPhase.Cancelling : RunPhase.Running,
            Tasks = [.. begun.Control.Tasks.Select(task => task with { Phase = task.Step == "b" ? phase : others, Attempt = 2 })],
        });
        var before = EngineRun.Text(run.Control);
        var reported = run.Task("b");

        run.Accept(Event(occurred, reported with { Attempt = 1 })).Only<RunDecision.Ignore>();
        run.Accept(Event(occurred, reported with { Attempt = 3 })).Only<RunDecision.Ignore>();
        run.Accept(Event(occurred, reported with { TaskId = "unknown" })).Only<RunDecision.Ignore>().Reason.ShouldContain("unknown");
        EngineRun.Text(run.Control).ShouldBe(before);

        run.Accept(Event(occurred, reported));
        run.Task("b").Phase.ShouldBe(next);
        run.Task("a").Phase.ShouldBe(others);
        run.Decisions.Count.ShouldBe(phase == next ? 1 : 0, "an ignored report says why; one that is taken leads to nothing while siblings run");
    }

    [Fact]
    public void Accept_OutcomesOfTasks_EndWithTheLastOne()
    {
        var run = new EngineRun(Graphs.Fan("a", "b", "c")).Begin();
        run.Complete("c").Decisions.ShouldBeEmpty();
        run.Fail("b", "b broke").Decisions.ShouldBeEmpty();
        run.Fail("a", "a broke");
        run.Only<RunDecision.EndRun>().Failure.ShouldBe(new RunFailure("failed", "a broke", "a"));
        run.Task("c").Phase.ShouldBe(TaskPhase.Completed);
        run.Control.Failure.ShouldBe(new RunFailure("failed", "a broke", "a"));
    }

    private static readonly string[] EventNames =
        ["Begin", "TaskCompleted", "TaskFailed", "TaskEnded", "BarrierApplied", "BarrierRejected", "Steered", "CancelRequested", "TimeIsUp", "QueueTimeIsUp"];

    private static EngineRun InPhase(string phase)
    {
        var run = new EngineRun(Graphs.Chain(2));
        if (phase == "New") return run;
        run.Begin();
        if (phase == "AtBarrier") run.Complete("s1");
        if (phase == "Cancelling") run.Accept(new RunEvent.CancelRequested());
        return run;
    }

    private static RunEvent Event(string name, TaskControl? task) => name switch
    {
        "Begin" => new RunEvent.Begin(),
        "TaskCompleted" => new RunEvent.TaskCompleted(task?.TaskId ?? "none", task?.Attempt ?? 1),
        "TaskFailed" => new RunEvent.TaskFailed(task?.TaskId ?? "none", task?.Attempt ?? 1, new TaskFailure("failed", "boom", false, null)),
        "TaskEnded" => new RunEvent.TaskEnded(task?.TaskId ?? "none", task?.Attempt ?? 1),
        "BarrierApplied" => new RunEvent.BarrierApplied(),
        "BarrierRejected" => new RunEvent.BarrierRejected("invalid_update", "no", "s1"),
        "Steered" => new RunEvent.Steered(null),
        "CancelRequested" => new RunEvent.CancelRequested(),
        "QueueTimeIsUp" => new RunEvent.QueueTimeIsUp("waited 1h"),
        _ => new RunEvent.TimeIsUp(),
    };
}
