using Charterhouse.Ingest.Events;

namespace Charterhouse.Cli.Remote;

/// <summary>The deliveries of a server that takes webhooks.</summary>
internal sealed class RemoteEvents(ApiClient api) : IEventService
{
    public Task<EventPage> ListAsync(EventQuery query, int limit, string? before, CancellationToken cancellationToken) => api.GetAsync<EventPage>(ApiClient.Path("events",
        ("disposition", query.Disposition), ("provider", query.Provider), ("repository", query.Repository), ("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("cursor", before)), cancellationToken);

    public Task<EventDetails> FindAsync(string text, CancellationToken cancellationToken) => api.GetAsync<EventDetails>("events/" + Uri.EscapeDataString(text), cancellationToken);

    public Task<EventView> RedeliverAsync(string text, CancellationToken cancellationToken) => api.SendAsync<EventView>(HttpMethod.Post, $"events/{Uri.EscapeDataString(text)}/redeliver", null, cancellationToken);
}
