using System.CommandLine;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Runs;

/// <summary>What <c>analyze</c>, <c>resume</c> and <c>fork</c> share: a host of one's own, runs to begin, to watch and to report.</summary>
internal sealed class FollowedRuns(CliContext context, ParseResult parsed, CharterOptions options)
{
    /// <summary>Carries it all out and returns the exit code.</summary>
    /// <param name="command">For whoever has to wait for the data folder.</param>
    /// <param name="beginAsync">Begins the runs and adds each to the list at once, so that an interruption can name it.</param>
    public async Task<int> ExecuteAsync(string command, bool noWait, Func<IRunService, List<RunId>, CancellationToken, Task> beginAsync, RunResults results)
    {
        var begun = new List<RunId>();
        var unfinished = new List<RunId>();
        IReadOnlyList<RunDetails> ended = [];
        var logs = new SarifLogs();
        await using (var session = await HostSession.RunAsync(context, options, command, noWait))
        {
            try
            {
                await beginAsync(session.Runs, begun, context.Interrupted);
                ended = await new RunFollower(context, session.Runs).FollowAsync(begun);
                if (results.NeedSarif) logs = await SarifLogs.ReadAsync(ended, session.Artifacts, CancellationToken.None);
            }
            catch (OperationCanceledException) when (context.Interrupted.IsCancellationRequested)
            {
                unfinished.AddRange(await UnfinishedAsync(session.Runs, begun));
                context.Terminal.Note("stopping; what is being stored is finished first (Ctrl-C again quits at once)");
            }
        }
        if (context.Interrupted.IsCancellationRequested && ended.Count == 0)
        {
            if (unfinished.Count == 0) context.Terminal.Note("interrupted");
            foreach (var run in unfinished) context.Terminal.Note("interrupted; continue with: " + context.NextCommand(parsed, $"resume {run}"));
            return ExitCodes.Cancelled;
        }
        return await results.WriteAsync(ended, logs, context, parsed);
    }

    private static async Task<IReadOnlyList<RunId>> UnfinishedAsync(IRunService runs, List<RunId> begun)
    {
        var unfinished = new List<RunId>();
        foreach (var run in begun)
        {
            // Not the interrupted token: this is what is printed because of it.
            var details = await runs.FindAsync(run, CancellationToken.None);
            if (details is not null && !RunStatus.IsTerminal(details.Run.Status)) unfinished.Add(run);
        }
        return unfinished;
    }
}
