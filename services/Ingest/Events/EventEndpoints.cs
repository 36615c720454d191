using Charterhouse.Platform.Http;

namespace Charterhouse.Ingest.Events;

/// <summary>What was delivered: <c>/api/v1/events</c>.</summary>
internal static class EventEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    public static void Map(ApiRoutes routes, IEventService events)
    {
        routes.Get("/api/v1/events", async context => await ApiRoutes.WriteAsync(context, await events.ListAsync(
            new EventQuery(ApiRoutes.Query(context, "disposition"), ApiRoutes.Query(context, "provider"), ApiRoutes.Query(context, "repository")),
            ApiRoutes.Limit(context, DefaultLimit, MaxLimit), ApiRoutes.Query(context, "cursor"), context.RequestAborted)));
        routes.Get("/api/v1/events/{event}", async context => await ApiRoutes.WriteAsync(context, await events.FindAsync(ApiRoutes.Route(context, "event"), context.RequestAborted)));
        routes.Post("/api/v1/events/{event}/redeliver", async context => await ApiRoutes.WriteAsync(context, await events.RedeliverAsync(ApiRoutes.Route(context, "event"), context.RequestAborted), 202));
    }
}
