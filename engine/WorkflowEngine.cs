using System.Text.Json;

namespace Charterhouse.Engine;

/// <summary>The workflow engine: pure functions. No clock, no randomness, no IO; the same input gives the same output, byte for byte.</summary>
public static class WorkflowEngine
{
    /// <summary>Control of a run that starts from its input.</summary>
    public static RunControl Create(WorkflowGraph graph, string runKey, int? recursionLimit = null) => new()
    {
        RunKey = runKey,
        Phase = RunPhase.Running,
        Epoch = 1,
        StepNumber = -1,
        Used = 0,
        RecursionLimit = recursionLimit ?? graph.Limits.Recursion,
        Arrived = [],
        Tasks = [],
    };

    /// <summary>
    /// Control of a new run that goes on from another run's checkpoint, with a fresh budget and fresh attempts. Tasks whose writes are
    /// pending at that checkpoint (<paramref name="finished"/>, by step) are taken over as completed and not run again.
    /// </summary>
    public static RunControl ContinueFrom(WorkflowGraph graph, RunControl checkpoint, string runKey, IReadOnlySet<string> finished, int? recursionLimit = null)
    {
        var steps = graph.Steps.Select(step => step.Name).ToHashSet(StringComparer.Ordinal);
        var control = Create(graph, runKey, recursionLimit) with
        {
            StepNumber = checkpoint.StepNumber,
            Arrived = Planning.Ordered(checkpoint.Arrived.Where(steps.Contains)),
        };
        return control with
        {
            Tasks = [.. Planning.Due(graph, control.Arrived)
                .Where(step => finished.Contains(step.Name))
                .Select(step => Planning.NewTask(control, step, TaskPhase.Completed))
                .OrderBy(task => task.Path, StringComparer.Ordinal)],
        };
    }

    /// <summary>What follows from an event. Never throws for a late, repeated or unexpected event: that is an <see cref="RunDecision.Ignore"/>.</summary>
    public static Transition Accept(WorkflowGraph graph, RunControl control, RunEvent occurred)
    {
        if (control.Phase is RunPhase.Completed or RunPhase.Failed or RunPhase.Cancelled or RunPhase.Expired)
            return Outcomes.Ignored(control, $"the run is over ({control.Phase})");
        return occurred switch
        {
            RunEvent.Begin => Planning.Begin(graph, control),
            RunEvent.TaskCompleted e => Results.Completed(graph, control, e),
            RunEvent.TaskFailed e => Results.Failed(graph, control, e),
            RunEvent.TaskEnded e => Results.Ended(control, e),
            RunEvent.BarrierApplied => Planning.AfterBarrier(graph, control),
            RunEvent.BarrierRejected e => Planning.BarrierRejected(control, e),
            RunEvent.Steered e => Interventions.Steer(graph, control, e.AsStep),
            RunEvent.CancelRequested => Interventions.Cancel(control),
            RunEvent.QueueTimeIsUp e => Interventions.Expire(control, e.Message),
            RunEvent.TimeIsUp => Interventions.TimeIsUp(control),
            _ => Outcomes.Ignored(control, $"unknown event {occurred.GetType().Name}"),
        };
    }

    /// <summary>
    /// Applies a super-step's writes in path order. A write whose <see cref="TaskWrites.Step"/> is empty is a person's (or the input's) and
    /// may name any channel; a step may name only the channels that its kind declares.
    /// </summary>
    /// <returns>
    /// <see cref="ApplyResult.Rejected"/> with <c>invalid_concurrent_update</c> for two writes to a <see cref="Reducer.Last"/> channel or two
    /// overwrites of any channel; with <c>invalid_update</c> for an unknown or undeclared channel and for a value of the wrong kind.
    /// </returns>
    public static ApplyResult Apply(WorkflowGraph graph, IReadOnlyDictionary<string, JsonElement> state, IReadOnlyList<TaskWrites> writes) =>
        Reducers.Apply(graph, state, writes);

    /// <summary>One stored change on top of what was there (null: nothing).</summary>
    public static JsonElement Fold(JsonElement? current, ChannelChange change) => Reducers.Fold(current, change);

    /// <summary>The step in whose name an edit of these channels is made when none is named: the last arrived step that writes one of them; null when none does.</summary>
    /// <remarks>Last: the deepest in the graph, and the later one of the document among equals.</remarks>
    public static string? WriterOf(WorkflowGraph graph, RunControl control, IEnumerable<string> channels)
    {
        var wanted = channels.ToHashSet(StringComparer.Ordinal);
        var arrived = control.Arrived.ToHashSet(StringComparer.Ordinal);
        var depths = Planning.Depths(graph);
        return graph.Steps
            .Select((step, index) => (step, index))
            .Where(entry => arrived.Contains(entry.step.Name) && entry.step.Writes.Any(wanted.Contains))
            .OrderBy(entry => depths[entry.step.Name])
            .ThenBy(entry => entry.index)
            .LastOrDefault().step?.Name;
    }
}
