using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Ingest.Persistence;

/// <summary>A delivery with a good signature, and what became of it: the owner's row of <see cref="TriggerReceived"/> and its kin.</summary>
internal sealed class WebhookEventRow
{
    /// <summary><c>evt_</c> and 26 base32 characters of a UUIDv7.</summary>
    public required string EventId { get; init; }
    public required string Provider { get; init; }
    /// <summary>The forge's id of the delivery; with the provider unique.</summary>
    public required string DeliveryId { get; init; }
    public required string Event { get; init; }
    public string? Action { get; init; }
    /// <summary><c>verified</c>; what was not is no event.</summary>
    public required string SignatureStatus { get; init; }
    public string? Repository { get; init; }
    public string? Ref { get; init; }
    public string? HeadSha { get; init; }
    public string? Actor { get; init; }
    public required string ContentType { get; init; }
    /// <summary>The raw bytes that the signature is of.</summary>
#pragma warning disable CA1819 // an EF row
    public byte[]? Body { get; set; }
#pragma warning restore CA1819
    public required int Bytes { get; init; }
    /// <summary>How often it came.</summary>
    public required int Deliveries { get; set; }
    /// <summary>One of <see cref="Dispositions"/>.</summary>
    public required string Disposition { get; set; }
    public required string Reason { get; set; }
    public string? RunId { get; set; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? DisposedAt { get; set; }
    /// <summary>When the message is sent again; null when nothing is owed.</summary>
    public DateTimeOffset? DriveAt { get; set; }
    /// <summary>The message's type, by its own name; null where the event needs none.</summary>
    public string? MessageType { get; init; }
    [JsonText]
    public string? Message { get; init; }
    /// <summary>The trace that the delivery belongs to (W3C traceparent); null for none.</summary>
    public string? TraceContext { get; init; }
}
