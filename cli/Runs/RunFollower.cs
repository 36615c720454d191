using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Spectre.Console;

namespace Charterhouse.Cli.Runs;

/// <summary>Watches runs until all have ended: drawn in place on a terminal, one line per event otherwise. Only standard error is written.</summary>
internal sealed class RunFollower(CliContext context, IRunService runs)
{
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>The runs as they ended, in the given order.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; the runs are where they are.</exception>
    public async Task<IReadOnlyList<RunDetails>> FollowAsync(IReadOnlyList<RunId> ids)
    {
        if (context.Terminal.Live) await DrawAsync(ids);
        else await Task.WhenAll(ids.Select(run => PrintAsync(run, ids.Count > 1)));
        var ended = new List<RunDetails>(ids.Count);
        foreach (var run in ids) ended.Add(await RunLookup.DetailsAsync(runs, run, context.Interrupted));
        return ended;
    }

    private async Task PrintAsync(RunId run, bool several)
    {
        var details = await RunLookup.DetailsAsync(runs, run, context.Interrupted);
        var prefix = several ? TerminalText.Short(RunText.NameOf(details.Run), 60) + ": " : "";
        context.Terminal.Note($"{prefix}run {run} ({TerminalText.Line(details.Run.Workflow)})");
        await foreach (var happened in runs.EventsAsync(run, 0, context.Interrupted).WithCancellation(context.Interrupted))
            if (RunEventText.Describe(happened) is { } line) context.Terminal.Note(prefix + line);
    }

    private async Task DrawAsync(IReadOnlyList<RunId> ids)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Terminal.Error), Interactive = InteractionSupport.No });
        await console.Live(new Text("")).StartAsync(async live =>
        {
            var ended = Task.WhenAll(ids.Select(DrainAsync));
            while (true)
            {
                var last = ended.IsCompleted;
                var now = new List<RunDetails>(ids.Count);
                foreach (var run in ids) now.Add(await RunLookup.DetailsAsync(runs, run, context.Interrupted));
                live.UpdateTarget(LiveRunView.Draw(now, context.Time.GetUtcNow()));
                if (last) break;
                await Task.WhenAny(ended, Task.Delay(DrawEvery, context.Time, context.Interrupted));
                context.Interrupted.ThrowIfCancellationRequested();
            }
            await ended;
        });
    }

    // The picture comes from the rows; the events only tell when there is nothing more to draw.
    private async Task DrainAsync(RunId run)
    {
        await foreach (var _ in runs.EventsAsync(run, 0, context.Interrupted).WithCancellation(context.Interrupted)) { }
    }
}
