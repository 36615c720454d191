using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary>
/// <c>charter runs cancel RUN</c>. The request is rows: the process that holds the data folder finds them within a second; without one, this
/// process is the host for as long as the cancellation takes.
/// </summary>
internal static class RunsCancelCommand
{
    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var command = new Command("cancel", "Ends a run; finished steps stay stored") { run };
        command.SetAction(async (parsed, _) =>
        {
            var text = parsed.GetRequiredValue(run);
            var options = context.Load(parsed).Options;
            // Looked up first by reading: a wrong id must not start a host, whose unfinished runs would go on.
            await using (var reading = await HostSession.ReadAsync(context, options, text))
            {
                var id = await RunLookup.RunAsync(reading.Runs, text, context.Interrupted);
                var details = await RunLookup.DetailsAsync(reading.Runs, id, context.Interrupted);
                if (RunStatus.IsTerminal(details.Run.Status)) return Report(context, details.Run);
                await reading.Runs.CancelAsync(id, "cancelled by a person", Environment.UserName, context.Interrupted);
                text = id.ToString();
            }
            await using var session = await HostSession.TryRunAsync(context, options, "charter runs cancel") ?? await HostSession.ReadAsync(context, options, text);
            return Report(context, await WaitAsync(context, session.Runs, text));
        });
        return command;
    }

    private static async Task<RunSummary> WaitAsync(CliContext context, IRunService runs, string text)
    {
        var id = await RunLookup.RunAsync(runs, text, context.Interrupted);
        context.Terminal.Note($"cancelling {id}");
        await foreach (var _ in runs.EventsAsync(id, 0, context.Interrupted).WithCancellation(context.Interrupted)) { }
        return (await RunLookup.DetailsAsync(runs, id, context.Interrupted)).Run;
    }

    // The wish is fulfilled when the run is cancelled, whoever asked first; a run that ended otherwise was too quick.
    private static int Report(CliContext context, RunSummary run)
    {
        context.Terminal.Print($"{RunText.Icon(run.Status)} {run.RunId} is {run.Status}");
        return run.Status == RunStatus.Cancelled ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
