using System.Text.Json;

namespace Charterhouse.Contracts.Steps;

/// <summary>
/// Asks a service to execute one attempt of one task. Owned by <c>run_tasks</c>: re-driven when it is not accepted within 10 s or
/// when heartbeats stop for a lease and 10 s. The receiver stores it once per (<see cref="TaskId"/>, <see cref="Attempt"/>).
/// </summary>
public sealed record ExecuteStep
{
    public required Guid RunId { get; init; }
    public required string TaskId { get; init; }
    public required int Attempt { get; init; }
    public required int Epoch { get; init; }
    /// <summary>The step's name in the workflow.</summary>
    public required string Step { get; init; }
    /// <summary>The step kind, one of <see cref="StepKinds"/>.</summary>
    public required string Kind { get; init; }
    /// <summary>The channels that the kind reads, as of the current checkpoint; absent channels are absent.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Inputs { get; init; }
    /// <summary>The step's <c>with:</c> parameters (an object).</summary>
    public required JsonElement Parameters { get; init; }
    /// <summary>Total time for this attempt, in milliseconds.</summary>
    public required long TimeoutMs { get; init; }
    /// <summary>Longest time without a sign of life from the handler, in milliseconds; 0 for any.</summary>
    public long IdleTimeoutMs { get; init; }
}

/// <summary>Several steps of a run that begin together at the same service, in one message; each is what <see cref="ExecuteStep"/> is.</summary>
public sealed record ExecuteSteps(Guid RunId, IReadOnlyList<ExecuteStep> Steps)
{
    /// <summary>The most in one message.</summary>
    public const int Most = 16;
}

/// <summary>The worker has the task (first), or still has it (heartbeat). Stops the re-drive for a lease and 10 s.</summary>
public sealed record StepAccepted(Guid RunId, string TaskId, int Attempt);

/// <summary>An attempt ended well. <see cref="Writes"/> are the channels it changes.</summary>
public sealed record StepCompleted
{
    public required Guid RunId { get; init; }
    public required string TaskId { get; init; }
    public required int Attempt { get; init; }
    public required IReadOnlyDictionary<string, JsonElement> Writes { get; init; }
    /// <summary>When the handler started and how long it ran, for display.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    public required long DurationMs { get; init; }
}

/// <summary>An attempt failed; the Orchestrator decides whether there is another.</summary>
public sealed record StepFailed
{
    public required Guid RunId { get; init; }
    public required string TaskId { get; init; }
    public required int Attempt { get; init; }
    public required FailureInfo Failure { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public long DurationMs { get; init; }
}

/// <summary>Several attempts of a run that ended together, in one message; each is what <see cref="StepCompleted"/> or <see cref="StepFailed"/> is.</summary>
public sealed record StepsReported(Guid RunId, IReadOnlyList<StepCompleted> Completed, IReadOnlyList<StepFailed> Failed)
{
    /// <summary>The most in one message.</summary>
    public const int Most = 16;
}

/// <summary>Stop an attempt (its run was cancelled or its epoch is over). Re-driven every 10 s until <see cref="StepEnded"/>.</summary>
public sealed record CancelStep(Guid RunId, string TaskId, int Attempt);

/// <summary>The worker no longer works on the attempt, and never will.</summary>
public sealed record StepEnded(Guid RunId, string TaskId, int Attempt);

/// <summary>Nobody will ask for these runs' steps again: what is stored of them may go. Sent once, from the transaction that removes their history.</summary>
/// <param name="RunIds">As text, <c>run_…</c>.</param>
public sealed record ForgetSteps(IReadOnlyList<string> RunIds);

/// <summary>What went wrong, why, and what to do.</summary>
public sealed record FailureInfo
{
    /// <summary>Stable, lower snake case: <c>timeout</c>, <c>worker_lost</c>, <c>not_a_repository</c> …</summary>
    public required string Code { get; init; }
    /// <summary>One sentence for a person: what failed and why.</summary>
    public required string Message { get; init; }
    /// <summary>What the person can do, or null.</summary>
    public string? Remedy { get; init; }
    /// <summary>False for what another attempt cannot mend (bad input, 4xx, validation).</summary>
    public required bool Retryable { get; init; }
    /// <summary>The other side's wish for the next attempt, in milliseconds.</summary>
    public long? RetryAfterMs { get; init; }
    /// <summary>The end of a log or a stack trace, for inspection only.</summary>
    public string? Detail { get; init; }

    /// <summary>Two failures with the same signature are the same error: repeated by every attempt, there is no point in going on.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Signature => Code + ":" + Message;
}
