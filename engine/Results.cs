namespace Charterhouse.Engine;

/// <summary>What tasks report back.</summary>
internal static class Results
{
    public static Transition Completed(WorkflowGraph graph, RunControl control, RunEvent.TaskCompleted occurred) =>
        Find(control, occurred.TaskId, occurred.Attempt, out var ignored) is { } task
            ? task.Phase == TaskPhase.Cancelling
                ? LetGo(control, task)
                : Settle(graph, control.Replace(task with { Phase = TaskPhase.Completed }))
            : ignored!;

    public static Transition Failed(WorkflowGraph graph, RunControl control, RunEvent.TaskFailed occurred)
    {
        if (Find(control, occurred.TaskId, occurred.Attempt, out var ignored) is not { } task) return ignored!;
        if (task.Phase == TaskPhase.Cancelling) return LetGo(control, task);

        var policy = graph.Steps.FirstOrDefault(step => step.Name == task.Step)?.Retry ?? RetryPolicy.Default;
        var seen = Retries.Record(task, occurred.Failure);
        if (Retries.IsFinal(seen, policy, occurred.Failure) is { } final)
            return Settle(graph, control.Replace(seen with { Phase = TaskPhase.Failed, Failure = final }));

        var again = seen with { Attempt = seen.Attempt + 1 };
        var delay = Retries.Delay(seen.TaskId, seen.Attempt, policy, occurred.Failure.RetryAfter);
        return new Transition(control.Replace(again), [new RunDecision.StartTask(again.TaskId, again.Step, again.Attempt, delay)]);
    }

    public static Transition Ended(RunControl control, RunEvent.TaskEnded occurred) =>
        Find(control, occurred.TaskId, occurred.Attempt, out var ignored) is { } task
            ? task.Phase == TaskPhase.Cancelling
                ? LetGo(control, task)
                : Outcomes.Ignored(control, $"task {task.TaskId} ({task.Step}) was not to be cancelled")
            : ignored!;

    /// <summary>The task that may still report, or why the report is to be ignored.</summary>
    private static TaskControl? Find(RunControl control, string taskId, int attempt, out Transition? ignored)
    {
        var task = control.Tasks.FirstOrDefault(candidate => candidate.TaskId == taskId);
        var reason = task switch
        {
            { Phase: TaskPhase.Pending } => $"task {taskId} ({task.Step}) has not begun",
            null => $"task {taskId} is not part of the super-step under way",
            { Phase: TaskPhase.Completed or TaskPhase.Failed or TaskPhase.Cancelled } => $"task {taskId} ({task.Step}) is {task.Phase} already",
            _ when task.Attempt != attempt => $"task {taskId} ({task.Step}) is at attempt {task.Attempt}, not {attempt}",
            _ => null,
        };
        ignored = reason is null ? null : Outcomes.Ignored(control, reason);
        return reason is null ? task : null;
    }

    /// <summary>Siblings of a failed task go on: only when all are finished is there a barrier or an end.</summary>
    private static Transition Settle(WorkflowGraph graph, RunControl control)
    {
        List<RunDecision> next = [];
        control = Planning.StartPending(graph, control, next);
        if (control.Tasks.Any(task => task.Phase == TaskPhase.Running)) return new Transition(control, next);
        if (control.Tasks.FirstOrDefault(task => task.Phase == TaskPhase.Failed) is not { } failed)
            return new Transition(control, [Planning.Barrier(control)]);
        return Outcomes.Ended(control, RunPhase.Failed, new RunFailure(failed.Failure!.Code, failed.Failure.Message, failed.Step));
    }

    private static Transition LetGo(RunControl control, TaskControl task)
    {
        var next = control.Replace(task with { Phase = TaskPhase.Cancelled });
        return next.Tasks.Any(other => other.Phase == TaskPhase.Cancelling)
            ? new Transition(next, [])
            : Outcomes.Ended(next, RunPhase.Cancelled);
    }
}
