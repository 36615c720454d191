using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>The registered repositories: <c>/api/v1/repositories</c>. A target is a URL, so it goes in the query, not in the path.</summary>
internal static class RepositoryEndpoints
{
    public static void Map(ApiRoutes routes, IRepositoryService repositories)
    {
        routes.Get("/api/v1/repositories", async context => await ApiRoutes.WriteAsync(context, new RepositoryList(await repositories.ListAsync(ApiRoutes.Query(context, "target"), context.RequestAborted))));
        routes.Post("/api/v1/repositories", async context =>
        {
            var wanted = await ApiRoutes.ReadAsync<RepositoryRequest>(context);
            await ApiRoutes.WriteAsync(context, await repositories.AddAsync(wanted.Target, wanted.Wishes, wanted.Actor, context.RequestAborted));
        });
        routes.Post("/api/v1/repositories/set", async context =>
        {
            var wanted = await ApiRoutes.ReadAsync<RepositoryRequest>(context);
            await ApiRoutes.WriteAsync(context, await repositories.SetAsync(wanted.Target, wanted.Wishes, context.RequestAborted)
                ?? throw new RequestException("repository_not_found", $"{wanted.Target} is not registered", "Register it: POST /api/v1/repositories."));
        });
        routes.Delete("/api/v1/repositories", async context =>
        {
            var target = ApiRoutes.Query(context, "target") ?? throw new RunRequestException("invalid_request", "target is missing", "Name the repository with ?target=URL.");
            await ApiRoutes.WriteAsync(context, new RepositoryRemoval(target, await repositories.RemoveAsync(target, context.RequestAborted)));
        });
    }
}
