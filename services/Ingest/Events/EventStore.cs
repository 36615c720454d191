using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Persistence;
using Charterhouse.Ingest.Providers;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Ingest.Events;

/// <summary>A delivery whose signature is good and whose payload can be read.</summary>
internal sealed record Delivery(WebhookProvider Provider, DeliveryHead Head, string ContentType, ReadOnlyMemory<byte> Body, JsonElement Payload)
{
    /// <summary>The id under which somebody lets the delivery be taken once more; null for one that came from the forge.</summary>
    public string? Again { get; init; }
}

/// <summary>Puts deliveries on record: the row and its message are one commit, and the broker has no part in it.</summary>
internal sealed class EventStore(Database<IngestDbContext> database, TimeProvider time)
{
    private sealed record Entry(WebhookEventRow Row, object? Message);

    // deliveries that come while others are on their way to the disk share the next commit
    private readonly GroupedWrites<IngestDbContext, Entry, DeliveryReply> additions = new(database, Add, static entry => entry.Row.Provider + " " + entry.Row.DeliveryId);

    /// <summary>How long the Orchestrator has to answer before the message goes again (the design's figure for every hand-over of this sort).</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>Records a delivery; one that is on record already is only counted.</summary>
    /// <returns>The event as it stands now.</returns>
    /// <exception cref="StorageException">It is not on record.</exception>
    public async Task<DeliveryReply> RecordAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var deliveryId = delivery.Again ?? delivery.Provider.DeliveryIdIn(delivery.Payload) ?? delivery.Head.DeliveryId;
        DeliveryReply reply;
        try
        {
            reply = await additions.WriteAsync(Read(delivery, deliveryId));
        }
        catch (Exception problem) when (StorageException.IsDuplicateKey(problem))
        {
            reply = await CountAsync(delivery.Provider.Name, deliveryId, cancellationToken);
        }
        Metrics.Deliveries.Add(1, Metrics.Label("provider", delivery.Provider.Name), Metrics.Label("disposition", reply.Disposition));
        return reply;
    }

    private static Task<IReadOnlyList<DeliveryReply>> Add(IngestDbContext db, IReadOnlyList<Entry> entries, CancellationToken cancellationToken)
    {
        var replies = new List<DeliveryReply>(entries.Count);
        foreach (var (row, message) in entries)
        {
            db.Append(row);
            Send(db, message, row.TraceContext);
            replies.Add(new DeliveryReply(row.EventId, row.Disposition, row.Reason));
        }
        return Task.FromResult<IReadOnlyList<DeliveryReply>>(replies);
    }

    private Task<DeliveryReply> CountAsync(string provider, string deliveryId, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        await db.WebhookEvents.Where(row => row.Provider == provider && row.DeliveryId == deliveryId).ExecuteUpdateAsync(row => row.SetProperty(x => x.Deliveries, x => x.Deliveries + 1), token);
        var id = await db.WebhookEvents.Where(row => row.Provider == provider && row.DeliveryId == deliveryId).Select(row => row.EventId).FirstAsync(token);
        return new DeliveryReply(id, Dispositions.Duplicate, "this delivery is on record already");
    }, cancellationToken);

    /// <summary>Sends an event's message to whoever takes such.</summary>
    public static void Send(IngestDbContext db, object? message, string? trace)
    {
        switch (message)
        {
            case null: break;
            case TriggerReceived trigger: db.Send(Queues.Triggers, trigger, trace: trace); break;
            case RepositoriesReported repositories: db.Send(Queues.ForgeEvents, repositories, trace: trace); break;
            case ArtifactReported artifact: db.Send(Queues.ForgeEvents, artifact, trace: trace); break;
            case CommandReceived command: db.Send(Queues.ForgeEvents, command, trace: trace); break;
            default: throw new ArgumentException($"{message.GetType().Name} is no message of an event", nameof(message));
        }
    }

    /// <summary>The message of a row, as it was when the delivery came.</summary>
    public static object? MessageOf(WebhookEventRow row) => row.MessageType switch
    {
        null => null,
        nameof(TriggerReceived) => JsonSerializer.Deserialize<TriggerReceived>(row.Message!, CanonicalJson.Options),
        nameof(RepositoriesReported) => JsonSerializer.Deserialize<RepositoriesReported>(row.Message!, CanonicalJson.Options),
        nameof(ArtifactReported) => JsonSerializer.Deserialize<ArtifactReported>(row.Message!, CanonicalJson.Options),
        nameof(CommandReceived) => JsonSerializer.Deserialize<CommandReceived>(row.Message!, CanonicalJson.Options),
        _ => null, // of another version of this program
    };

    private Entry Read(Delivery delivery, string deliveryId)
    {
        var now = time.GetUtcNow();
        var id = "evt_" + new RunId(Guid.CreateVersion7(now)).ToString()["run_".Length..];
        var reading = delivery.Provider.Read(delivery.Head, delivery.Payload, new EventStamp(id, now));
        var owed = reading.Message is not null;
        return new Entry(new WebhookEventRow
        {
            EventId = id,
            Provider = delivery.Provider.Name,
            DeliveryId = deliveryId,
            Event = delivery.Head.Event,
            Action = reading.Action,
            SignatureStatus = "verified",
            Repository = reading.Repository,
            Ref = reading.Ref,
            HeadSha = reading.HeadSha,
            Actor = reading.Actor,
            ContentType = delivery.ContentType,
            Body = delivery.Body.ToArray(),
            Bytes = delivery.Body.Length,
            Deliveries = 1,
            Disposition = owed ? Dispositions.Received : Dispositions.Ignored,
            Reason = owed ? "" : reading.Reason,
            ReceivedAt = now,
            DisposedAt = owed ? null : now,
            DriveAt = owed ? now + AnswerWithin : null,
            MessageType = reading.Message?.GetType().Name,
            TraceContext = Tracing.Current,
            Message = owed ? JsonSerializer.Serialize(reading.Message, reading.Message!.GetType(), CanonicalJson.Options) : null,
        }, reading.Message);
    }
}
