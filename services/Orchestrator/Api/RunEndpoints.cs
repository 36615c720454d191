using System.Globalization;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>The run API below <c>/api/v1/runs</c>. Bodies are the contracts' JSON (snake case); errors are problem+json with a stable <c>code</c>.</summary>
internal static class RunEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 500;

    public static void Map(ApiRoutes group, IRunService runs, TimeProvider time)
    {
        group.Post("/api/v1/runs", context => StartAsync(context, runs));
        group.Get("/api/v1/runs", context => ListAsync(context, runs));
        group.Get("/api/v1/runs/{run}", async context => await ApiRoutes.WriteAsync(context, await DetailsAsync(context, runs)));
        group.Get("/api/v1/runs/{run}/id", async context => await ApiRoutes.WriteAsync(context, new RunReference((await RunRoute.RunAsync(context, runs)).ToString())));
        group.Get("/api/v1/runs/{run}/checkpoints", async context => await ApiRoutes.WriteAsync(context, await runs.CheckpointsAsync(await RunRoute.RunAsync(context, runs), context.RequestAborted)));
        group.Get("/api/v1/runs/{run}/checkpoints/{checkpoint}", async context => await ApiRoutes.WriteAsync(context, await CheckpointAsync(context, runs)));
        group.Get("/api/v1/runs/{run}/state", async context => await ApiRoutes.WriteAsync(context, await runs.StateAsync(await RunRoute.RunAsync(context, runs), await CheckpointAsync(context, runs, "checkpoint"), context.RequestAborted)));
        group.Get("/api/v1/runs/{run}/diff", async context => await ApiRoutes.WriteAsync(context, await runs.DiffAsync(
            await RunRoute.RunAsync(context, runs), await RequiredCheckpointAsync(context, runs, "from"), await RequiredCheckpointAsync(context, runs, "to"), context.RequestAborted)));
        group.Get("/api/v1/runs/{run}/events", async context => await EventStream.WriteAsync(context, runs, await RunRoute.RunAsync(context, runs), time));
        group.Post("/api/v1/runs/{run}/cancel", context => CancelAsync(context, runs));
        group.Post("/api/v1/runs/{run}/resume", context => ResumeAsync(context, runs));
        group.Post("/api/v1/runs/{run}/fork", context => ForkAsync(context, runs));
        group.Get("/api/v1/threads/{thread}/latest", async context => await ApiRoutes.WriteAsync(context, new RunReference((await runs.LatestOfThreadAsync(ApiRoutes.Route(context, "thread"), context.RequestAborted)
            ?? throw new RunRequestException("thread_not_found", $"there is no thread {ApiRoutes.Route(context, "thread")}")).ToString())));
    }

    private static async Task StartAsync(HttpContext context, IRunService runs)
    {
        var request = await ApiRoutes.ReadAsync<RunRequest>(context);
        // A path means something on the caller's machine only.
        if (!HttpsTarget.IsOne(request.Target))
            throw new RunRequestException("invalid_target", $"'{(request.Target.Contains('@', StringComparison.Ordinal) ? "***" : request.Target[..Math.Min(request.Target.Length, 200)])}' is no https:// URL without a user, and a server has no access to the caller's folders", "Push the repository and give its https:// URL, or analyse the folder without --server.");
        var run = await runs.StartAsync(request with { Source = "api" }, context.RequestAborted);
        await AcceptedAsync(context, run);
    }

    private static async Task ListAsync(HttpContext context, IRunService runs)
    {
        var query = context.Request.Query;
        var limit = ApiRoutes.Limit(context, DefaultLimit, MaxLimit);
        if (query["stuck"].FirstOrDefault() is { } quiet)
        {
            if (query.ContainsKey("status") || query.ContainsKey("cursor"))
                throw new RunRequestException("invalid_request", "stuck goes with limit only", "Leave status and cursor away.");
            if (!Durations.TryRead(quiet, out var time))
                throw new RunRequestException("invalid_request", $"stuck is '{quiet}'", "Give a time such as 10m, 90s or 1h.");
            await ApiRoutes.WriteAsync(context, Page(await runs.StuckAsync(time, limit, context.RequestAborted), null));
            return;
        }
        RunId? before = query["cursor"].FirstOrDefault() is not { } cursor ? null
            : RunId.TryParse(cursor, out var id) ? id
            : throw new RunRequestException("invalid_request", $"cursor is '{cursor}'", "Give the next_cursor of the page before.");
        var found = await runs.ListAsync(query["status"].FirstOrDefault(), limit, before, context.RequestAborted);
        await ApiRoutes.WriteAsync(context, Page(found, found.Count == limit ? found[^1].RunId : null));
    }

    private static async Task CancelAsync(HttpContext context, IRunService runs)
    {
        var request = await ApiRoutes.ReadAsync<CancelRequest>(context);
        var run = await RunRoute.RunAsync(context, runs);
        await ApiRoutes.WriteAsync(context, new CancelReply(run.ToString(), await runs.CancelAsync(run, request.Reason ?? "asked for", request.Actor, context.RequestAborted)), StatusCodes.Status202Accepted);
    }

    private static async Task ResumeAsync(HttpContext context, IRunService runs)
    {
        var request = await ApiRoutes.ReadAsync<ContinueRequest>(context);
        await AcceptedAsync(context, await runs.ResumeAsync(await RunRoute.RunAsync(context, runs), request.Update, request.AsStep, request.Workflow, request.RecursionLimit, context.RequestAborted));
    }

    private static async Task ForkAsync(HttpContext context, IRunService runs)
    {
        var request = await ApiRoutes.ReadAsync<ContinueRequest>(context);
        var run = await RunRoute.RunAsync(context, runs);
        var seq = request.Checkpoint ?? (await runs.CheckpointsAsync(run, context.RequestAborted)).LastOrDefault()?.Seq
            ?? throw new RunRequestException("checkpoint_not_found", $"run {run} has no checkpoint yet", "Wait until it has started.");
        await AcceptedAsync(context, await runs.ForkAsync(run, seq, request.Update, request.AsStep, context.RequestAborted));
    }

    private static Task AcceptedAsync(HttpContext context, RunId run)
    {
        context.Response.Headers.Location = $"/api/v1/runs/{run}";
        return ApiRoutes.WriteAsync(context, new RunReference(run.ToString()), StatusCodes.Status202Accepted);
    }

    private static async Task<RunDetails> DetailsAsync(HttpContext context, IRunService runs)
    {
        var run = await RunRoute.RunAsync(context, runs);
        var details = await runs.FindAsync(run, context.RequestAborted) ?? throw new RunRequestException("run_not_found", $"there is no run {run}", "List the runs with: charter runs list");
        return details with { Run = ArtifactEndpoints.Seen(details.Run) };
    }

    private static RunPage Page(IReadOnlyList<RunSummary> runs, string? next) => new([.. runs.Select(ArtifactEndpoints.Seen)], next);

    private static async Task<CheckpointView> CheckpointAsync(HttpContext context, IRunService runs)
    {
        var run = await RunRoute.RunAsync(context, runs);
        var seq = await runs.ResolveCheckpointAsync(run, ApiRoutes.Route(context, "checkpoint"), context.RequestAborted);
        return (await runs.CheckpointsAsync(run, context.RequestAborted)).First(one => one.Seq == seq);
    }

    private static async Task<long?> CheckpointAsync(HttpContext context, IRunService runs, string name) =>
        context.Request.Query[name].FirstOrDefault() is { } text ? await runs.ResolveCheckpointAsync(await RunRoute.RunAsync(context, runs), text, context.RequestAborted) : null;

    private static async Task<long> RequiredCheckpointAsync(HttpContext context, IRunService runs, string name) =>
        await CheckpointAsync(context, runs, name) ?? throw new RunRequestException("invalid_request", $"{name} is missing", "Give two checkpoints: ?from=2&to=4");
}
