using System.Globalization;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>Versions of charters: <c>/api/v1/charters</c>.</summary>
internal static class CharterEndpoints
{
    public static void Map(ApiRoutes routes, IRunService runs, CharterComparisons charters, FindingService findings) =>
        routes.Get("/api/v1/charters/diff", async context => await ApiRoutes.WriteAsync(context,
            (ApiRoutes.Query(context, "repository"), ApiRoutes.Query(context, "from_run"), ApiRoutes.Query(context, "to_run")) switch
            {
                ({ } repository, null, null) => await charters.OfVersionsAsync(
                    await FindingEndpoints.RepositoryAsync(findings, repository, context.RequestAborted), Version(context, "from"), Version(context, "to"), context.RequestAborted),
                (null, { } from, { } to) when Version(context, "from") is null && Version(context, "to") is null => await charters.OfRunsAsync(
                    await RunRoute.RunAsync(context, runs, from), await RunRoute.RunAsync(context, runs, to), context.RequestAborted),
                _ => throw new RunRequestException("invalid_request", "neither a repository nor two runs are named, or both", "Give ?repository=…, with from and to as one likes, or ?from_run=…&to_run=…"),
            }));

    private static int? Version(HttpContext context, string name) => ApiRoutes.Query(context, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new RunRequestException("invalid_request", $"{name} is '{text}'", "Give a version's number, such as 3.");
}
