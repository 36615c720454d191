using Charterhouse.Cli.Hosting;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Analyze;

/// <summary><c>analyze --resume-thread T</c>: the thread's latest run goes on; with <c>--checkpoint</c> a fork starts from there.</summary>
internal static class ThreadResumption
{
    /// <summary>Begins the run to watch.</summary>
    /// <exception cref="RunRequestException">There is no such thread or checkpoint.</exception>
    public static async Task<RunId> BeginAsync(IRunService runs, AnalyzeArguments arguments, CancellationToken cancellationToken)
    {
        var thread = arguments.ResumeThread!;
        var latest = await runs.LatestOfThreadAsync(thread, cancellationToken)
            ?? throw new RunRequestException("thread_not_found", $"there is no thread {thread}", "Threads stand in: charter runs list --json");
        if (arguments.Checkpoint is null)
            return await runs.ResumeAsync(latest, update: null, asStep: null, arguments.Workflow, arguments.RecursionLimit, cancellationToken);
        var seq = await RunLookup.CheckpointAsync(runs, latest, arguments.Checkpoint, cancellationToken);
        return await runs.ForkAsync(latest, seq, update: null, asStep: null, cancellationToken);
    }
}
