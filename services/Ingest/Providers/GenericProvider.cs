using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Triggers;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Ingest.Providers;

/// <summary>Where a configured provider's payload, or a header, says something.</summary>
/// <param name="Header">A header's name; null for a place in the payload.</param>
/// <param name="Pointer">A JSON pointer's member names (RFC 6901).</param>
internal sealed record ValuePlace(string? Header, IReadOnlyList<string> Pointer)
{
    public string? Find(IHeaderDictionary headers, JsonElement payload) =>
        Header is not null ? headers.TryGetValue(Header, out var values) && values is [{ Length: > 0 } value] ? value : null : Find(payload);

    /// <summary>Text, or a number as text.</summary>
    public string? Find(JsonElement payload) => payload.At([.. Pointer]) is not { } found ? null
        : found.ValueKind == JsonValueKind.Number ? found.GetRawText() : found.Text();
}

/// <summary>What an event of a configured provider asks for: a run.</summary>
internal sealed record TriggerMapping(ValuePlace Repository, ValuePlace Ref, ValuePlace Head, ValuePlace? Before, ValuePlace? Actor);

/// <summary>What an event of a configured provider tells: how something stands that was made for a run.</summary>
/// <param name="Key">A run's id, or a commit.</param>
internal sealed record ArtifactMapping(ValuePlace Key, string Type, ValuePlace? Url, ValuePlace? State);

/// <summary>A system that the configuration describes: how it signs, and where its JSON says what.</summary>
public sealed class GenericProvider : WebhookProvider
{
    private readonly RotatingSecret secret;

    internal GenericProvider(string name, RotatingSecret secret) => (Name, this.secret) = (name, secret);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The header with signature or token.</summary>
    public required string SignatureHeader { get; init; }

    /// <summary>True for an HMAC-SHA256 of the body in hex, false for the token itself.</summary>
    public required bool IsHmac { get; init; }

    /// <summary>What stands before the hex digits.</summary>
    internal string Prefix { get; init; } = "";

    /// <summary>The delivery's id; null where the bytes themselves identify it.</summary>
    internal ValuePlace? Delivery { get; init; }

    internal TriggerMapping? Trigger { get; init; }

    internal ArtifactMapping? Artifact { get; init; }

    internal override bool IsSigned(IHeaderDictionary headers, ReadOnlySpan<byte> body) =>
        Only(headers, SignatureHeader) is { } sent && (IsHmac ? HexSignature.Read(sent, Prefix) is { } signature && secret.Signs(body, signature) : secret.Is(sent));

    internal override (DeliveryHead? Head, string? Problem) ReadHead(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        if (Delivery?.Header is { } header && DeliveryNames.Id(Only(headers, header)) is null) return (null, header);
        // an id in the payload is read with it
        var delivery = Delivery?.Header is { } named ? Only(headers, named)! : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(body));
        return (new DeliveryHead(delivery, Artifact is null ? "trigger" : "artifact"), null);
    }

    internal override IReadOnlyDictionary<string, string> Sign(string @event, string deliveryId, ReadOnlySpan<byte> body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [SignatureHeader] = IsHmac ? Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Newest), body)) : secret.Newest,
        };
        if (Delivery?.Header is { } header) headers[header] = deliveryId;
        return headers;
    }

    internal override string? DeliveryIdIn(JsonElement payload) => Delivery is { Header: null } place ? DeliveryNames.Id(place.Find(payload)) : null;

    internal override EventReading Read(DeliveryHead head, JsonElement payload, EventStamp stamp) => Artifact is not null ? ReadArtifact(Artifact, payload, stamp) : ReadTrigger(Trigger!, payload, stamp);

    private EventReading ReadTrigger(TriggerMapping mapping, JsonElement payload, EventStamp stamp)
    {
        if (mapping.Repository.Find(payload) is not { } address || PayloadReader.CleanUrl(address) is not { } url) return EventReading.Ignored("the payload names no repository with an https address");
        var text = mapping.Ref.Find(payload);
        var reference = PayloadReader.AsRef(text) ?? (text is null ? null : PayloadReader.AsRef("refs/heads/" + text));
        if (reference is null || !reference.StartsWith("refs/heads/", StringComparison.Ordinal)) return EventReading.Ignored("the payload names no branch that git would allow");
        if (PayloadReader.AsSha(mapping.Head.Find(payload)) is not { } sha) return EventReading.Ignored("the payload names no commit") with { Ref = reference };
        var line = TriggerLine.OfRef(reference);
        var name = new Uri(url).AbsolutePath.Trim('/');
        var repository = new TriggerRepository(url, name, null, null);
        return new EventReading
        {
            Repository = name,
            Ref = reference,
            HeadSha = sha,
            Actor = PayloadReader.Line(mapping.Actor?.Find(payload)),
            Message = NewTrigger(repository, TriggerKinds.Push, line, stamp) with
            {
                Ref = reference,
                HeadSha = sha,
                BeforeSha = PayloadReader.AsSha(mapping.Before?.Find(payload)),
                Actor = PayloadReader.Line(mapping.Actor?.Find(payload)),
            },
        };
    }

    private EventReading ReadArtifact(ArtifactMapping mapping, JsonElement payload, EventStamp stamp)
    {
        if (PayloadReader.Line(mapping.Key.Find(payload)) is not { } key) return EventReading.Ignored("the payload has no key by which a run is found");
        return new EventReading
        {
            HeadSha = PayloadReader.AsSha(key),
            Message = new ArtifactReported
            {
                EventId = stamp.EventId,
                Provider = Name,
                Key = key,
                Type = mapping.Type,
                Url = PayloadReader.Line(mapping.Url?.Find(payload)),
                State = PayloadReader.Line(mapping.State?.Find(payload)),
                ReceivedAt = stamp.ReceivedAt,
            },
        };
    }
}
