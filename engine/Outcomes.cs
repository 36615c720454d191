namespace Charterhouse.Engine;

/// <summary>The transitions that several events lead to.</summary>
internal static class Outcomes
{
    public static Transition Ignored(RunControl control, string reason) => new(control, [new RunDecision.Ignore(reason)]);

    /// <summary>The run is over; what the caller already decided comes first.</summary>
    public static Transition Ended(RunControl control, RunPhase phase, RunFailure? failure = null, IEnumerable<RunDecision>? before = null) =>
        new(control with { Phase = phase, Failure = failure }, [.. before ?? [], new RunDecision.EndRun(phase, failure)]);

    public static RunControl Replace(this RunControl control, TaskControl task) =>
        control with { Tasks = [.. control.Tasks.Select(other => other.TaskId == task.TaskId ? task : other)] };
}
