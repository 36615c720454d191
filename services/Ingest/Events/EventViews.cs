namespace Charterhouse.Ingest.Events;

/// <summary>A delivery and what became of it.</summary>
/// <param name="EventId"><c>evt_</c> and 26 characters.</param>
/// <param name="DeliveryId">The forge's id of the delivery.</param>
/// <param name="Event">The event's name, as the forge says it.</param>
/// <param name="Repository"><c>owner/name</c>, as the payload says; null where it names none.</param>
/// <param name="Bytes">The body's size.</param>
/// <param name="Deliveries">How often it came.</param>
/// <param name="Disposition">One of <c>Dispositions</c>.</param>
/// <param name="RunId">The run that it led to; null for none.</param>
public sealed record EventView(
    string EventId, string Provider, string DeliveryId, string Event, string? Action, string? Repository, string? Ref, string? HeadSha, string? Actor,
    int Bytes, int Deliveries, string Disposition, string Reason, string? RunId, DateTimeOffset ReceivedAt, DateTimeOffset? DisposedAt);

/// <summary>A page of events, the newest first.</summary>
/// <param name="NextCursor">For the next page; null at the end.</param>
public sealed record EventPage(IReadOnlyList<EventView> Events, string? NextCursor);

/// <summary>An event with its payload.</summary>
/// <param name="Payload">The body as text; null when it is no longer kept, or is no UTF-8.</param>
public sealed record EventDetails(EventView Event, string? Payload);

/// <summary>Answer to a delivery.</summary>
/// <param name="Disposition">As it stands now; the list of events tells what becomes of it.</param>
public sealed record DeliveryReply(string EventId, string Disposition, string Reason);

/// <summary>Which events to list; null for all of a kind.</summary>
public sealed record EventQuery(string? Disposition, string? Provider, string? Repository);
