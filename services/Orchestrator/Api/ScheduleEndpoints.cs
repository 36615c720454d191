using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>What recurs: <c>/api/v1/schedules</c>.</summary>
internal static class ScheduleEndpoints
{
    public static void Map(ApiRoutes routes, IScheduleService schedules)
    {
        routes.Get("/api/v1/schedules", async context => await ApiRoutes.WriteAsync(context, new ScheduleList(await schedules.ListAsync(context.RequestAborted))));
        routes.Post("/api/v1/schedules/{name}/run", async context => await ApiRoutes.WriteAsync(context, await schedules.RunAsync(NameOf(context), context.RequestAborted)));
    }

    // a repository's address has slashes, which are the only thing that the server leaves escaped
    private static string NameOf(HttpContext context) => ApiRoutes.Route(context, "name").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
