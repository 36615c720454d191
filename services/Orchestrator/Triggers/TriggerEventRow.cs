using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>What became of an event of a forge. Its answer is sent again from here whenever the event comes again.</summary>
internal sealed class TriggerEventRow
{
    /// <summary>The row in Ingest's <c>webhook_events</c>.</summary>
    public required string EventId { get; init; }
    /// <summary>Null for what concerns no window.</summary>
    public Guid? WindowId { get; init; }
    /// <summary>What makes two reports the same happening; null where there is nothing to tell by.</summary>
    public string? Happening { get; init; }
    public string? HeadSha { get; init; }
    /// <summary>One of <c>Dispositions</c>.</summary>
    public required string Disposition { get; set; }
    /// <summary>A sentence for people.</summary>
    public required string Reason { get; set; }
    /// <summary>The run (in its written form) that the event led to; null for none.</summary>
    public string? RunId { get; set; }
    /// <summary>The <c>TriggerReceived</c>; null for what concerns no window.</summary>
    [JsonText]
    public string? Message { get; init; }
    /// <summary>The trace that the event came in (W3C traceparent); null for none.</summary>
    public string? TraceContext { get; init; }
    /// <summary>When Ingest had it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}
