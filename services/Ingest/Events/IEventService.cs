namespace Charterhouse.Ingest.Events;

/// <summary>The deliveries: in this process on its database, or of another process through its HTTP API.</summary>
public interface IEventService
{
    /// <summary>The newest first.</summary>
    /// <param name="before">The cursor of the page before; null for the first.</param>
    Task<EventPage> ListAsync(EventQuery query, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>One event with its payload.</summary>
    /// <param name="text">An event's id or the beginning of one (at least 8 characters), or a delivery's id.</param>
    /// <exception cref="Charterhouse.Platform.Http.RequestException">There is none, or there are several.</exception>
    Task<EventDetails> FindAsync(string text, CancellationToken cancellationToken);

    /// <summary>Takes an event's payload once more, as if the forge had sent it again: by the rules and the registry as they are now.</summary>
    /// <returns>The new event.</returns>
    /// <exception cref="Charterhouse.Platform.Http.RequestException">There is no such event, or its payload is no longer kept.</exception>
    Task<EventView> RedeliverAsync(string text, CancellationToken cancellationToken);
}
