using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Persistence;

/// <summary>A wish for a run, the owner's row of <c>StartRun</c>: re-driven until the saga removes it or refuses it.</summary>
internal sealed class RunRequestRow
{
    public required string RunId { get; init; }
    /// <summary>The <c>StartRun</c> message.</summary>
    [JsonText]
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>Why there will be no run.</summary>
    public string? Refused { get; set; }
    public required DateTimeOffset DriveAt { get; set; }
    /// <summary>The trace that the run begins in (W3C traceparent); null for none.</summary>
    public string? TraceContext { get; init; }
}

/// <summary>A person's command to a run, the owner's row of <c>CancelRun</c> and <c>SteerRun</c>; removed when it is carried out or void.</summary>
internal sealed class RunCommandRow
{
    public required Guid CommandId { get; init; }
    public required string RunId { get; init; }
    /// <summary><c>cancel</c> or <c>steer</c>.</summary>
    public required string Type { get; init; }
    /// <summary>The message.</summary>
    [JsonText]
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset DriveAt { get; set; }
}

/// <summary>A workflow's text as it was when a run started with it, once per content.</summary>
internal sealed class WorkflowTextRow
{
    public required string Hash { get; init; }
    public required string Name { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// A task of a run: the owner's row of <c>ExecuteStep</c> and <c>CancelStep</c>, and the keeper of a finished task's pending writes until
/// the barrier.
/// </summary>
internal sealed class RunTaskRow
{
    public required string TaskId { get; init; }
    public required string RunId { get; init; }
    public required int Epoch { get; init; }
    public required int StepNumber { get; init; }
    public required string Step { get; init; }
    public required string Kind { get; init; }
    public required string Status { get; set; }
    public required int Attempt { get; set; }
    /// <summary>The checkpoint whose state the task sees.</summary>
    public required long CheckpointSeq { get; set; }
    /// <summary>When to send again; null when nothing is owed.</summary>
    public DateTimeOffset? DriveAt { get; set; }
    /// <summary>When the attempt may begin, where it was put off (a retry's delay); null for at once.</summary>
    public DateTimeOffset? NotBefore { get; set; }
    /// <summary>Pending writes: set when the task finished, cleared when a checkpoint holds them.</summary>
    [JsonText]
    public string? Writes { get; set; }
    [JsonText]
    public string? Failure { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public long? DurationMs { get; set; }
}

/// <summary>The values of <see cref="RunTaskRow.Status"/>.</summary>
internal static class RunTaskStatus
{
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelling = "cancelling";
    public const string Cancelled = "cancelled";
}

/// <summary>Something that happened to a run.</summary>
internal sealed class RunEventRow
{
    public required string RunId { get; init; }
    public required long Seq { get; init; }
    public required string Type { get; init; }
    [JsonText]
    public required string Data { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
