namespace Charterhouse.Platform.Persistence;

/// <summary>A message that waits for delivery (<c>outbox_messages</c>). Deleted once it has been handed to the bus.</summary>
public sealed class OutboxMessage
{
    /// <summary>UUIDv7; also the message id on the bus.</summary>
    public required Guid Id { get; set; }
    /// <summary>The service whose dispatcher delivers it.</summary>
    public required string Service { get; set; }
    /// <summary>The receiving queue.</summary>
    public required string Destination { get; set; }
    /// <summary>See <c>MessageTypes</c>: independent of assembly and namespace.</summary>
    public required string MessageType { get; set; }
    /// <summary>The message as JSON.</summary>
    public required string Body { get; set; }
    /// <summary>Deliveries that failed.</summary>
    public int Attempts { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    /// <summary>Due then; equal to <see cref="CreatedAt"/> for an immediate message.</summary>
    public required DateTimeOffset NotBefore { get; set; }
    /// <summary>The trace that the message belongs to (W3C traceparent); null for none.</summary>
    public string? TraceContext { get; set; }
}

/// <summary>One attempt of one task in the service that executes it (<c>node_executions</c>).</summary>
public sealed class NodeExecution
{
    public required string TaskId { get; set; }
    public required int Attempt { get; set; }
    public required string Service { get; set; }
    public required string RunId { get; set; }
    public required string Step { get; set; }
    public required string Kind { get; set; }
    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>.</summary>
    public required string Status { get; set; }
    /// <summary>Fencing number: only the holder of the newest claim may store a result.</summary>
    public int Claim { get; set; }
    /// <summary>Claims whose worker vanished.</summary>
    public int LostClaims { get; set; }
    /// <summary>Who holds the claim: host, process and a random part.</summary>
    public string? Worker { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    /// <summary>The <c>ExecuteStep</c>; null once the attempt has ended.</summary>
    public string? Command { get; set; }
    /// <summary>The reply (<c>StepCompleted</c> or <c>StepFailed</c>) without the row's keys, sent again whenever it is asked for.</summary>
    public string? Result { get; set; }
    /// <summary>One line for whoever watches.</summary>
    public string? Progress { get; set; }
    /// <summary>Whether the Orchestrator has been told that this service has the step.</summary>
    public bool AcceptedSent { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>The trace that the step belongs to (W3C traceparent); null for none.</summary>
    public string? TraceContext { get; set; }
}

/// <summary>Content-addressed bytes (<c>blobs</c>), see <see cref="IBlobStore"/>.</summary>
public sealed class Blob
{
    /// <summary>Lower-case hex of the uncompressed content's SHA-256.</summary>
    public required string Sha256 { get; set; }
    /// <summary>The uncompressed size.</summary>
    public required long Bytes { get; set; }
    /// <summary><c>none</c> or <c>br</c>.</summary>
    public required string Compression { get; set; }
#pragma warning disable CA1819 // an EF row
    public required byte[] Content { get; set; }
#pragma warning restore CA1819
    public required DateTimeOffset CreatedAt { get; set; }
}
