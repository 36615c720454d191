using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Triggers;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Ingest.Providers;

/// <summary>Who sends events: how they are signed, and what they say.</summary>
public abstract class WebhookProvider
{
    /// <summary>As in <c>/webhooks/NAME</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True when the request comes from who knows the secret. Looks at headers and raw bytes only.</summary>
    internal abstract bool IsSigned(IHeaderDictionary headers, ReadOnlySpan<byte> body);

    /// <summary>What the headers say, or which one is missing.</summary>
    internal abstract (DeliveryHead? Head, string? Problem) ReadHead(IHeaderDictionary headers, ReadOnlySpan<byte> body);

    /// <summary>The delivery's id, where the payload has it and not a header; null otherwise.</summary>
    internal virtual string? DeliveryIdIn(JsonElement payload) => null;

    /// <summary>What the payload means. Never throws, whatever it holds.</summary>
    /// <param name="payload">An object.</param>
    internal abstract EventReading Read(DeliveryHead head, JsonElement payload, EventStamp stamp);

    /// <summary>The headers of a request that this provider would take, for a body that is sent by hand.</summary>
    internal abstract IReadOnlyDictionary<string, string> Sign(string @event, string deliveryId, ReadOnlySpan<byte> body);

    /// <summary>What every trigger has; a provider adds what its payload says besides.</summary>
    private protected TriggerReceived NewTrigger(TriggerRepository repository, string kind, string line, EventStamp stamp) => new()
    {
        WindowId = TriggerLine.WindowOf(repository, line),
        EventId = stamp.EventId,
        Provider = Name,
        Kind = kind,
        Repository = repository,
        Line = line,
        ReceivedAt = stamp.ReceivedAt,
    };

    /// <summary>The trigger of an issue: it is about the default branch, and names no commit.</summary>
    private protected TriggerReceived IssueTrigger(TriggerRepository repository, string action, EventStamp stamp) =>
        NewTrigger(repository, TriggerKinds.Issues, TriggerLine.OfRef(repository.DefaultBranch is { } branch ? "refs/heads/" + branch : "HEAD"), stamp) with { Action = action };

    /// <summary>A forge's number for a repository, as registries keep it; null for none.</summary>
    private protected static string? ForgeIdOf(string host, long? number) => number is { } id ? string.Create(CultureInfo.InvariantCulture, $"{host}/{id}") : null;

    /// <summary>The only value of a header, or null.</summary>
    private protected static string? Only(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;
}

/// <summary>What a delivery's headers say.</summary>
/// <param name="DeliveryId">The forge's id of the delivery.</param>
/// <param name="Event">The event's name.</param>
internal sealed record DeliveryHead(string DeliveryId, string Event);

/// <summary>Ids and times that the message of an event carries.</summary>
internal sealed record EventStamp(string EventId, DateTimeOffset ReceivedAt);

/// <summary>What an event means.</summary>
internal sealed record EventReading
{
    public string? Action { get; init; }
    public string? Repository { get; init; }
    public string? Ref { get; init; }
    public string? HeadSha { get; init; }
    public string? Actor { get; init; }
    /// <summary>What to send to the Orchestrator; null when the event calls for nothing.</summary>
    public object? Message { get; init; }
    /// <summary>Why it calls for nothing.</summary>
    public string Reason { get; init; } = "";

    /// <summary>An event that calls for nothing.</summary>
    public static EventReading Ignored(string reason) => new() { Reason = reason };
}
