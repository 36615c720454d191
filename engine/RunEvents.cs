namespace Charterhouse.Engine;

/// <summary>What can happen to a run.</summary>
public abstract record RunEvent
{
    private RunEvent() { }

    /// <summary>The run may start (or go on from a checkpoint): plan the first super-step.</summary>
    public sealed record Begin : RunEvent;
    /// <summary>An attempt ended well; its writes are stored.</summary>
    public sealed record TaskCompleted(string TaskId, int Attempt) : RunEvent;
    /// <summary>An attempt failed.</summary>
    public sealed record TaskFailed(string TaskId, int Attempt, TaskFailure Failure) : RunEvent;
    /// <summary>The worker has let go of a task that was to be cancelled.</summary>
    public sealed record TaskEnded(string TaskId, int Attempt) : RunEvent;
    /// <summary>The barrier's writes are applied and stored as a checkpoint.</summary>
    public sealed record BarrierApplied : RunEvent;
    /// <summary>The barrier's writes cannot be applied.</summary>
    public sealed record BarrierRejected(string Code, string Message, string? Step) : RunEvent;
    /// <summary>A person steers: an update was applied in the name of a step (null: of none) and stored as a checkpoint.</summary>
    public sealed record Steered(string? AsStep) : RunEvent;
    /// <summary>A person cancels.</summary>
    public sealed record CancelRequested : RunEvent;
    /// <summary>The run waited too long for its place and never began.</summary>
    public sealed record QueueTimeIsUp(string Message) : RunEvent;
    /// <summary>The run's total time is up.</summary>
    public sealed record TimeIsUp : RunEvent;
}

/// <summary>What the host must do, in this order.</summary>
public abstract record RunDecision
{
    private RunDecision() { }

    /// <summary>Send this attempt, now or after a delay.</summary>
    public sealed record StartTask(string TaskId, string Step, int Attempt, TimeSpan Delay) : RunDecision;
    /// <summary>Stop this attempt until the worker says that it ended.</summary>
    public sealed record CancelTask(string TaskId, int Attempt) : RunDecision;
    /// <summary>All tasks are done: apply their writes in this order, store a checkpoint with this step number, then tell <see cref="RunEvent.BarrierApplied"/>.</summary>
    public sealed record ApplyBarrier(int StepNumber, IReadOnlyList<string> TaskIds) : RunDecision;
    /// <summary>The run is over.</summary>
    public sealed record EndRun(RunPhase Phase, RunFailure? Failure) : RunDecision;
    /// <summary>Nothing to do; why, for the log (late, repeated, terminal …).</summary>
    public sealed record Ignore(string Reason) : RunDecision;
}

/// <summary>The next control record and what follows from it.</summary>
public sealed record Transition(RunControl Control, IReadOnlyList<RunDecision> Decisions);
