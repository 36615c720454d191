using System.Text.Json.Serialization;

namespace Charterhouse.Engine;

/// <summary>Where a run stands, without its state: small, serialisable, the input of every decision.</summary>
public sealed record RunControl
{
    /// <summary>Enters every task id; the run's id as text.</summary>
    public required string RunKey { get; init; }
    public required RunPhase Phase { get; init; }
    /// <summary>Raised by cancel and by steering: results of an older epoch are late.</summary>
    public required int Epoch { get; init; }
    /// <summary>Number of the last applied super-step: -1 after the input, the first task step is 1.</summary>
    public required int StepNumber { get; init; }
    /// <summary>Super-steps used since the start or the last resume; compared with <see cref="RecursionLimit"/>.</summary>
    public required int Used { get; init; }
    public required int RecursionLimit { get; init; }
    /// <summary>Tasks planned so far, by any epoch of the run.</summary>
    public int Planned { get; init; }
    /// <summary>Steps whose result has been applied, ordered by name (ordinal).</summary>
    public required IReadOnlyList<string> Arrived { get; init; }
    /// <summary>The tasks of the super-step under way, ordered by path (ordinal).</summary>
    public required IReadOnlyList<TaskControl> Tasks { get; init; }
    /// <summary>Set when the run failed.</summary>
    public RunFailure? Failure { get; init; }
}

/// <summary>The phases of a run that the engine knows.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RunPhase>))]
public enum RunPhase { Running, Cancelling, Completed, Failed, Cancelled, Expired }

/// <summary>One task of the super-step under way.</summary>
public sealed record TaskControl
{
    /// <summary>Hash of run, epoch, step number and path.</summary>
    public required string TaskId { get; init; }
    /// <summary>Decides the order in which writes are applied; the step's name.</summary>
    public required string Path { get; init; }
    public required string Step { get; init; }
    public required TaskPhase Phase { get; init; }
    /// <summary>1-based.</summary>
    public required int Attempt { get; init; }
    /// <summary>Signature of the last failure; null before the first.</summary>
    public string? Signature { get; init; }
    /// <summary>How many attempts in a row ended with <see cref="Signature"/>.</summary>
    public int SameFailures { get; init; }
    /// <summary>Set when the task failed for good.</summary>
    public TaskFailure? Failure { get; init; }
}

/// <summary>The phases of a task.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<TaskPhase>))]
public enum TaskPhase
{
    Running, Completed, Failed, Cancelling, Cancelled,
    /// <summary>Due, and kept back while as many others of the run are running as may.</summary>
    Pending,
}

/// <summary>Why an attempt failed, as far as the engine needs it.</summary>
public sealed record TaskFailure(string Code, string Message, bool Retryable, TimeSpan? RetryAfter);

/// <summary>Why a run failed.</summary>
/// <param name="Code">A task's code, or <c>recursion_limit</c>, <c>run_timeout</c>, <c>queue_expired</c>, <c>fan_out_limit</c>, <c>task_limit</c>, <c>invalid_concurrent_update</c>, <c>invalid_update</c>.</param>
/// <param name="Step">The step, where there is one.</param>
public sealed record RunFailure(string Code, string Message, string? Step);
