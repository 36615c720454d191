using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>The files that a run made: <c>/api/v1/runs/RUN/artifacts</c>.</summary>
internal static class ArtifactEndpoints
{
    public static void Map(ApiRoutes routes, IRunService runs, IArtifactReader artifacts) =>
        routes.Get("/api/v1/runs/{run}/artifacts/{file}", async context =>
        {
            var (run, type) = (await RunRoute.RunAsync(context, runs), ApiRoutes.Route(context, "file"));
            var file = await artifacts.ReadAsync(run, type, context.RequestAborted)
                ?? throw new RunRequestException("artifact_not_found", $"run {run} has made no {type}", $"See what it made: charter runs show {run}");
            context.Response.ContentType = file.MediaType;
            context.Response.ContentLength = file.Content.Length;
            // A repository's words are in it: no browser is to take it for a page.
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
        });

    /// <summary>A run as other machines see it: its files are here, not in the server's data folder.</summary>
    public static RunSummary Seen(RunSummary run) => run with { Artifacts = [.. run.Artifacts.Select(file => file.Path is null ? file : file with { Path = PathOf(run.RunId, file.Type) })] };

    private static string PathOf(string run, string type) => $"/api/v1/runs/{run}/artifacts/{type}";
}
