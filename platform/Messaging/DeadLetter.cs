using System.Collections;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using RabbitMQ.Client;

namespace Charterhouse.Platform.Messaging;

/// <summary>A message that the broker gave up on. Whoever may send to the broker wrote every text in it: untrusted.</summary>
public sealed record DeadLetter
{
    /// <summary>The message's id; <c>sha256-…</c> of the body where it has none.</summary>
    public required string MessageId { get; init; }
    /// <summary>The contract's name, such as <c>ExecuteStep</c>; null where the body is no envelope.</summary>
    public string? Type { get; init; }
    /// <summary>The queue that it died in and goes back to; null when the broker did not say (somebody put it among the dead letters).</summary>
    public string? Queue { get; init; }
    /// <summary>The run that it is about, where it names one.</summary>
    public string? RunId { get; init; }
    /// <summary>The broker's word: <c>delivery_limit</c>, <c>rejected</c>, <c>expired</c> or <c>maxlen</c>.</summary>
    public string? Reason { get; init; }
    /// <summary>When it died, by the broker's clock, to the second.</summary>
    public DateTimeOffset? DiedAt { get; init; }
    /// <summary>Of the body, in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>The deepest envelope that is looked into; those of the product end at 128.</summary>
    private const int Depth = 128;

    internal static DeadLetter Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var envelope = Envelope.Read(body);
        var death = properties.Headers is { } headers && headers.TryGetValue("x-death", out var deaths) && deaths is IList { Count: > 0 } list ? list[0] as IDictionary<string, object?> : null;
        return new DeadLetter
        {
            // Exactly as it stands there: it is what a person types to name it.
            MessageId = properties.MessageId is { Length: > 0 } id ? id : envelope.MessageId ?? "sha256-" + Convert.ToHexStringLower(SHA256.HashData(body.Span))[..16],
            Type = envelope.Type,
            RunId = envelope.RunId,
            Queue = Text(death, "queue"),
            Reason = Text(death, "reason"),
            DiedAt = death is not null && death.TryGetValue("time", out var died) && died is AmqpTimestamp { UnixTime: > 0 and < 253_402_300_800 } time ? DateTimeOffset.FromUnixTimeSeconds(time.UnixTime) : null,
            Size = body.Length,
        };
    }

    private static string? Text(IDictionary<string, object?>? table, string key) => table is not null && table.TryGetValue(key, out var value)
        ? value switch { byte[] bytes => Encoding.UTF8.GetString(bytes), string text => text, _ => null }
        : null;

    /// <summary>What MassTransit puts around a message, as far as it is one.</summary>
    private readonly record struct Envelope(string? MessageId, string? Type, string? RunId)
    {
        public static Envelope Read(ReadOnlyMemory<byte> body)
        {
            try
            {
                using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Depth });
                if (document.RootElement.ValueKind != JsonValueKind.Object) return default;
                var type = Member(document.RootElement, "messageType", JsonValueKind.Array) is { } types && types.GetArrayLength() > 0 && types[0].ValueKind == JsonValueKind.String ? types[0].GetString() : null;
                return new Envelope(
                    Member(document.RootElement, "messageId", JsonValueKind.String)?.GetString(),
                    type?[(type.LastIndexOf(':') + 1)..],
                    Member(document.RootElement, "message", JsonValueKind.Object) is { } message && Member(message, "runId", JsonValueKind.String) is { } run && run.TryGetGuid(out var id) ? new RunId(id).ToString() : null);
            }
            catch (Exception problem) when (problem is JsonException or InvalidOperationException) // the latter: text that is no UTF-8, half a surrogate
            {
                return default;
            }
        }

        private static JsonElement? Member(JsonElement element, string name, JsonValueKind kind) => element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
    }
}

/// <summary>A dead letter that this reader holds: nobody else sees it until it is requeued or the reader lets go.</summary>
/// <param name="Letter">What is known of it.</param>
/// <param name="Body">The message as it was sent.</param>
public sealed record HeldDeadLetter(DeadLetter Letter, ReadOnlyMemory<byte> Body)
{
    internal ulong Tag { get; init; }
    internal IReadOnlyBasicProperties Properties { get; init; } = new BasicProperties();
}
