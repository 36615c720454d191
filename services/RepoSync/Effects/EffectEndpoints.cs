using Charterhouse.Platform.Http;

namespace Charterhouse.RepoSync.Effects;

/// <summary>The effect ledger: <c>/api/v1/effects</c>.</summary>
internal static class EffectEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    private sealed record Release(string? By);

    public static void Map(ApiRoutes routes, IEffectService effects)
    {
        routes.Get("/api/v1/effects", async context => await ApiRoutes.WriteAsync(context, await effects.ListAsync(
            new EffectQuery(ApiRoutes.Query(context, "state"), ApiRoutes.Query(context, "run"), ApiRoutes.Query(context, "repository")),
            ApiRoutes.Limit(context, DefaultLimit, MaxLimit), ApiRoutes.Query(context, "cursor"), context.RequestAborted)));
        routes.Get("/api/v1/effects/{effect}", async context => await ApiRoutes.WriteAsync(context, await effects.FindAsync(ApiRoutes.Route(context, "effect"), context.RequestAborted)));
        routes.Post("/api/v1/effects/{effect}/release", async context =>
        {
            var by = (await ApiRoutes.ReadAsync<Release>(context)).By ?? "api";
            await ApiRoutes.WriteAsync(context, await effects.ReleaseAsync(ApiRoutes.Route(context, "effect"), by, context.RequestAborted), 202);
        });
    }
}
