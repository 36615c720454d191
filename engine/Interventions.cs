namespace Charterhouse.Engine;

/// <summary>What people and the clock do to a run.</summary>
internal static class Interventions
{
    /// <summary>
    /// The state was edited: what runs saw the old one and starts again; finished siblings are kept, except those that the edit stands in for
    /// or that follow from it. Nothing failed is kept: the edit may be what mends it.
    /// </summary>
    public static Transition Steer(WorkflowGraph graph, RunControl control, string? asStep)
    {
        if (control.Phase != RunPhase.Running) return Outcomes.Ignored(control, "only a running run can be steered");
        if (asStep is not null && graph.Steps.All(step => step.Name != asStep))
            return Outcomes.Ignored(control, $"the workflow has no step '{asStep}'");

        var dependents = asStep is null ? new HashSet<string>(StringComparer.Ordinal) : Planning.Dependents(graph, asStep);
        var arrived = control.Arrived.Where(step => !dependents.Contains(step));
        var steered = control with
        {
            Epoch = control.Epoch + 1,
            Arrived = asStep is null ? control.Arrived : Planning.Ordered(arrived.Append(asStep)),
            Tasks = [.. control.Tasks.Where(task => task.Phase == TaskPhase.Completed && task.Step != asStep && !dependents.Contains(task.Step))],
        };
        return Planning.Plan(graph, steered, CancelRunning(control));
    }

    public static Transition Cancel(RunControl control)
    {
        if (control.Phase == RunPhase.Cancelling) return Outcomes.Ignored(control, "the run is being cancelled already");
        if (!control.Tasks.Any(IsRunning)) return Outcomes.Ended(control, RunPhase.Cancelled);
        var next = WithRunningAs(control, TaskPhase.Cancelling) with { Epoch = control.Epoch + 1, Phase = RunPhase.Cancelling };
        return new Transition(next, [.. CancelRunning(control)]);
    }

    /// <summary>Only what has not begun can expire: a run with tasks under way has its own time.</summary>
    public static Transition Expire(RunControl control, string message) => control.Phase != RunPhase.Running || control.Tasks.Any(IsRunning)
        ? Outcomes.Ignored(control, "the run has begun")
        : Outcomes.Ended(control, RunPhase.Expired, new RunFailure("queue_expired", message, null));

    public static Transition TimeIsUp(RunControl control)
    {
        // Whoever was asked to stop stays asked: the host repeats a cancel until the worker answers, whether or not the run waits for it.
        var next = WithRunningAs(control, TaskPhase.Cancelled);
        if (control.Phase == RunPhase.Cancelling) return Outcomes.Ended(next, RunPhase.Cancelled);
        var running = string.Join(", ", control.Tasks.Where(IsRunning).Select(task => $"'{task.Step}'"));
        var message = "The run's total time is up"
            + (running.Length > 0 ? $" while still running: {running}" : "")
            + ". Raise 'limits.timeout' in the workflow, or resume: what is finished is kept.";
        return Outcomes.Ended(next, RunPhase.Failed, new RunFailure("run_timeout", message, null), CancelRunning(control));
    }

    private static bool IsRunning(TaskControl task) => task.Phase == TaskPhase.Running;

    private static IEnumerable<RunDecision> CancelRunning(RunControl control) =>
        control.Tasks.Where(IsRunning).Select(task => new RunDecision.CancelTask(task.TaskId, task.Attempt));

    private static RunControl WithRunningAs(RunControl control, TaskPhase phase) => control with
    {
        Tasks = [.. control.Tasks.Select(task => task.Phase switch
        {
            TaskPhase.Running or TaskPhase.Cancelling => task with { Phase = phase },
            TaskPhase.Pending => task with { Phase = TaskPhase.Cancelled },
            _ => task,
        })],
    };
}
