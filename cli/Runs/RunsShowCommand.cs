using Charterhouse.Platform.Hosting;
using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Contracts.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs show RUN</c>: a run with its steps, and what it waits for or why it failed.</summary>
internal static class RunsShowCommand
{
    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows a run") { run, json };
        command.SetAction(async (parsed, _) =>
        {
            var text = parsed.GetRequiredValue(run);
            var options = context.Load(parsed).Options;
            await using var session = await HostSession.ReadAsync(context, options, text);
            var id = await RunLookup.RunAsync(session.Runs, text, context.Interrupted);
            var details = await RunLookup.DetailsAsync(session.Runs, id, context.Interrupted);
            if (!RunStatus.IsTerminal(details.Run.Status) && HostLockHolder.Read(DataFolder.At(options.DataFolder))?.IsAlive() != true)
                details = details with { WaitsFor = [$"a process: none runs on this data folder; go on with: {context.NextCommand(parsed, $"resume {details.Run.RunId}")}", .. details.WaitsFor] };
            if (parsed.GetValue(json))
            {
                context.Terminal.Print(RunEnvelope.Of([details]));
                return ExitCodes.Ok;
            }
            context.Terminal.Print(RunText.Show(details, context.Time.GetUtcNow()));
            if (details.Run.Status == RunStatus.Failed)
                context.Terminal.Print("\n" + RunText.Failure(details, context.NextCommand(parsed, RunText.NextOf(details.Run))));
            return ExitCodes.Ok;
        });
        return command;
    }
}
