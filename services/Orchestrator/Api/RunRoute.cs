using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>Runs that a request names.</summary>
internal static class RunRoute
{
    /// <summary>The run that the path names.</summary>
    /// <exception cref="RunRequestException">There is none, or there are several.</exception>
    public static Task<RunId> RunAsync(HttpContext context, IRunService runs) => RunAsync(context, runs, ApiRoutes.Route(context, "run"));

    /// <summary>The run of an id or an unambiguous beginning of one.</summary>
    /// <inheritdoc cref="RunAsync(HttpContext, IRunService)"/>
    public static async Task<RunId> RunAsync(HttpContext context, IRunService runs, string text) =>
        await runs.ResolveAsync(text, context.RequestAborted) ?? throw new RunRequestException("run_not_found", $"there is no run {text}", "List the runs with: charter runs list");
}
