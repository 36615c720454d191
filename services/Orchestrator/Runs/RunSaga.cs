using Charterhouse.Platform.Persistence;
using Charterhouse.Engine;
using MassTransit;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>A run's row in <c>runs</c>: the saga's state.</summary>
internal sealed class RunSaga : SagaStateMachineInstance, ISagaVersion
{
    /// <summary>The UUIDv7 that <see cref="RunId"/> spells.</summary>
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }
    /// <summary>The state's name; stored in lower case.</summary>
    public string Status { get; set; } = "";
    public string RunId { get; set; } = "";
    public string ThreadId { get; set; } = "";
    public string Workflow { get; set; } = "";
    public string WorkflowHash { get; set; } = "";
    /// <summary>For people: the target, then the repository's name.</summary>
    public string Project { get; set; } = "";
    /// <summary>The engine's control record (JSON).</summary>
    [JsonText]
    public string? Control { get; set; }
    /// <summary>The thread's checkpoint that the run stands on.</summary>
    public long CheckpointSeq { get; set; }
    /// <summary>Number of the last event.</summary>
    public long EventSeq { get; set; }
    /// <summary>A <see cref="RunPayload"/>.</summary>
    [JsonText]
    public string Payload { get; set; } = "";
    /// <summary>A <see cref="RunRepository"/>, once it is known.</summary>
    [JsonText]
    public string? Repository { get; set; }
    /// <summary>The commit that it analyses, once it is known.</summary>
    public string? HeadSha { get; set; }
    /// <summary>A <see cref="RunResult"/> of a terminal run.</summary>
    [JsonText]
    public string? Result { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>When the run's total time is up; null while it is not running.</summary>
    public DateTimeOffset? DeadlineAt { get; set; }
    /// <summary>Whose runs take turns with each other's for a place: see <see cref="RunQueue.LaneOf(Contracts.Runs.RunTrigger)"/>.</summary>
    public string Lane { get; set; } = "";
    /// <summary>Runs get places by turn, then by age; the runs of one lane have different turns.</summary>
    public long Turn { get; set; }
    /// <summary>When a queued run has waited long enough; null once it has a place, and for none.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
    /// <summary>The trace that the run began in (W3C traceparent): what is sent for it by itself joins there. Null for none.</summary>
    public string? TraceContext { get; set; }
    /// <summary>The engine's phase after the event at hand; not stored (the control record holds it).</summary>
    public RunPhase? Phase { get; set; }
}
