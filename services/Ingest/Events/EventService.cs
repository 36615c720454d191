using System.Linq.Expressions;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Persistence;
using Charterhouse.Ingest.Providers;
using Charterhouse.Ingest.Webhooks;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Ingest.Events;

/// <summary>The deliveries of this process's database.</summary>
public sealed class EventService : IEventService
{
    private const int LeastOfAnId = 8;
    private readonly Database<IngestDbContext> database;
    private readonly EventStore store;
    private readonly WebhookProviders providers;

    private static readonly Expression<Func<WebhookEventRow, EventView>> View = row => new EventView(
        row.EventId, row.Provider, row.DeliveryId, row.Event, row.Action, row.Repository, row.Ref, row.HeadSha, row.Actor,
        row.Bytes, row.Deliveries, row.Disposition, row.Reason, row.RunId, row.ReceivedAt, row.DisposedAt);

    internal EventService(Database<IngestDbContext> database, EventStore store, WebhookProviders providers) => (this.database, this.store, this.providers) = (database, store, providers);

    /// <inheritdoc/>
    public async Task<EventPage> ListAsync(EventQuery query, int limit, string? before, CancellationToken cancellationToken)
    {
        if (query.Disposition is { } disposition && !Dispositions.All.Contains(disposition, StringComparer.Ordinal))
            throw new RequestException("invalid_request", $"disposition is '{disposition}'", $"Give one of {string.Join(", ", Dispositions.All)}, or leave it away for all.");
        return await database.ReadAsync(async (db, token) =>
        {
            var rows = db.WebhookEvents.AsQueryable();
            if (query.Disposition is not null) rows = rows.Where(row => row.Disposition == query.Disposition);
            if (query.Provider is not null) rows = rows.Where(row => row.Provider == query.Provider);
            if (query.Repository is not null) rows = rows.Where(row => row.Repository == query.Repository);
            if (before is not null)
            {
                if (await db.WebhookEvents.Where(row => row.EventId == before).Select(row => (DateTimeOffset?)row.ReceivedAt).FirstOrDefaultAsync(token) is not { } then)
                    throw new RequestException("invalid_request", $"cursor is '{before}'", "Give the next_cursor of the page before.");
                rows = rows.Where(row => row.ReceivedAt < then || (row.ReceivedAt == then && row.EventId.CompareTo(before) < 0));
            }
            var page = await rows.OrderByDescending(row => row.ReceivedAt).ThenByDescending(row => row.EventId).Take(limit).Select(View).ToListAsync(token);
            return new EventPage(page, page.Count == limit ? page[^1].EventId : null);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EventDetails> FindAsync(string text, CancellationToken cancellationToken)
    {
        var (view, body) = await RowAsync(text, cancellationToken);
        return new EventDetails(view, body is null ? null : StrictJson.Text(body));
    }

    /// <inheritdoc/>
    public async Task<EventView> RedeliverAsync(string text, CancellationToken cancellationToken)
    {
        var (view, body) = await RowAsync(text, cancellationToken);
        if (body is null) throw new RequestException("payload_is_gone", $"the payload of {view.EventId} is no longer kept", "Let the forge deliver it again.");
        var provider = providers.Find(view.Provider)
            ?? throw new RequestException("provider_not_found", $"webhooks of '{view.Provider}' are not configured in this process", WebhookProviders.Remedy(view.Provider));
        var type = await database.ReadAsync((db, token) => db.WebhookEvents.Where(row => row.EventId == view.EventId).Select(row => row.ContentType).SingleAsync(token), cancellationToken);
        // as when it came: only what could be read was put on record
        using var payload = (DeliveryBody.JsonOf(type, body) is { } json ? StrictJson.Parse(json).Document : null) ?? throw new RequestException("invalid_payload", $"the payload of {view.EventId} cannot be read");
        // an id of its own: it is another delivery of the same happening
        var again = $"{view.DeliveryId[..Math.Min(view.DeliveryId.Length, 60)]}.again.{Guid.NewGuid():N}";
        var reply = await store.RecordAsync(new Delivery(provider, new DeliveryHead(again, view.Event), type, body, payload.RootElement) { Again = again }, cancellationToken);
        return (await RowAsync(reply.EventId, cancellationToken)).View;
    }

    private async Task<(EventView View, byte[]? Body)> RowAsync(string text, CancellationToken cancellationToken)
    {
        var beginning = text.Length < LeastOfAnId ? "none" : text; // no id begins so
        var found = await database.ReadAsync((db, token) => db.WebhookEvents
            .Where(row => row.EventId == text || row.DeliveryId == text || row.EventId.StartsWith(beginning)).Select(View).Take(2).ToListAsync(token), cancellationToken);
        if (found.Count > 1) throw new RequestException("ambiguous_event", $"'{text}' is the beginning of several events' ids", "Give more of it.");
        if (found is not [var view]) throw new RequestException("event_not_found", $"there is no event {text}", "List them with: charter events list");
        return (view, await database.ReadAsync((db, token) => db.WebhookEvents.Where(row => row.EventId == view.EventId).Select(row => row.Body).SingleAsync(token), cancellationToken));
    }
}
