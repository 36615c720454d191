using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Platform.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>What recurs: <c>/api/v1/schedules</c>.</summary>
internal static class ScheduleEndpoints
{
    public static void Map(ApiRoutes routes, IScheduleService schedules)
    {
        routes.Get("/api/v1/schedules", async context => await ApiRoutes.WriteAsync(context, new ScheduleList(await schedules.ListAsync(context.RequestAborted))));
        routes.Post("/api/v1/schedules/{name}/run", async context => await ApiRoutes.WriteAsync(context, await schedules.RunAsync(ApiRoutes.Route(context, "name"), context.RequestAborted)));
    }
}
