using System.Text.Json;

namespace Charterhouse.Engine.Tests;

/// <summary>Drives a run and remembers where it stands.</summary>
internal sealed class EngineRun(WorkflowGraph graph, RunControl? control = null, int? recursionLimit = null)
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public WorkflowGraph Graph { get; } = graph;
    public RunControl Control { get; private set; } = control ?? WorkflowEngine.Create(graph, "run_test", recursionLimit);
    public IReadOnlyList<RunDecision> Decisions { get; private set; } = [];

    public EngineRun Accept(RunEvent occurred)
    {
        var transition = WorkflowEngine.Accept(Graph, Control, occurred);
        Control = transition.Control;
        Decisions = transition.Decisions;
        return this;
    }

    public EngineRun Begin() => Accept(new RunEvent.Begin());
    public EngineRun Complete(string step) => Accept(new RunEvent.TaskCompleted(Task(step).TaskId, Task(step).Attempt));
    public EngineRun Fail(string step, string message = "boom", bool retryable = false, TimeSpan? retryAfter = null) =>
        Accept(new RunEvent.TaskFailed(Task(step).TaskId, Task(step).Attempt, new TaskFailure("failed", message, retryable, retryAfter)));
    public EngineRun End(string step) => Accept(new RunEvent.TaskEnded(Task(step).TaskId, Task(step).Attempt));
    public EngineRun Barrier() => Accept(new RunEvent.BarrierApplied());

    /// <summary>Completes a whole super-step.</summary>
    public EngineRun Step(params string[] steps)
    {
        foreach (var step in steps) Complete(step);
        Decisions.ShouldHaveSingleItem().ShouldBeOfType<RunDecision.ApplyBarrier>();
        return Barrier();
    }

    public TaskControl Task(string step) => Control.Tasks.Single(task => task.Step == step);

    public T Only<T>() where T : RunDecision => Decisions.ShouldHaveSingleItem().ShouldBeOfType<T>();

    public IEnumerable<string> Started => Decisions.OfType<RunDecision.StartTask>().Select(start => start.Step);

    public static string Text(RunControl control) => JsonSerializer.Serialize(control, Options);
}
