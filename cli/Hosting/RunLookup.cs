using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Hosting;

/// <summary>Finds what a person means by RUN, THREAD or <c>--checkpoint</c>.</summary>
internal static class RunLookup
{
    /// <summary>The run of an id or an unambiguous beginning of one.</summary>
    /// <exception cref="RunRequestException">There is none, or there are several.</exception>
    public static async Task<RunId> RunAsync(IRunService runs, string text, CancellationToken cancellationToken) =>
        await runs.ResolveAsync(text, cancellationToken) ?? throw NotFound(text);

    /// <summary>Everything about a run that exists.</summary>
    public static async Task<RunDetails> DetailsAsync(IRunService runs, RunId run, CancellationToken cancellationToken) =>
        await runs.FindAsync(run, cancellationToken) ?? throw NotFound(run.ToString());

    /// <summary>The checkpoint that was named, else the last one of the run's thread.</summary>
    /// <exception cref="RunRequestException">There is none.</exception>
    public static async Task<long> CheckpointAsync(IRunService runs, RunId run, string? text, CancellationToken cancellationToken)
    {
        if (text is not null) return await runs.ResolveCheckpointAsync(run, text, cancellationToken);
        var all = await runs.CheckpointsAsync(run, cancellationToken);
        return all.Count > 0 ? all[^1].Seq : throw new RunRequestException("checkpoint_not_found", $"run {run} has no checkpoint yet", "Wait until it has started.");
    }

    public static RunRequestException NotFound(string text) =>
        new("run_not_found", $"there is no run {text}", "List the runs with: charter runs list");
}
