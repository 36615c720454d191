using Charterhouse.Platform.Hosting;
using System.CommandLine;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs show RUN</c>: a run with its steps, and what it waits for or why it failed.</summary>
internal static class RunsShowCommand
{
    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var json = CommonOptions.Json();
        var format = ResultFormats.Option("text (the run), md (its charter) or sarif (its findings)");
        var command = new Command("show", "Shows a run") { run, format, json };
        command.SetAction(async (parsed, _) =>
        {
            var text = parsed.GetRequiredValue(run);
            if (parsed.GetValue(json) && parsed.GetValue(format) is not null) throw new UsageException("--json and --format cannot be combined", "Leave one of them away.");
            var kind = parsed.GetValue(json) ? ResultFormat.Json : ResultFormats.Parse(parsed.GetValue(format));
            var options = context.Load(parsed).Options;
            await using var session = await HostSession.ReadAsync(context, options, text);
            var id = await RunLookup.RunAsync(session.Runs, text, context.Interrupted);
            var details = await RunLookup.DetailsAsync(session.Runs, id, context.Interrupted);
            if (options.Server is null && options.Distributed is null && !RunStatus.IsTerminal(details.Run.Status) && HostLockHolder.Read(DataFolder.At(options.DataFolder))?.IsAlive() != true)
                details = details with { WaitsFor = [$"a process: none runs on this data folder; go on with: {context.NextCommand(parsed, $"resume {details.Run.RunId}")}", .. details.WaitsFor] };
            if (kind is ResultFormat.Markdown or ResultFormat.Sarif && details.Markdown is null)
                throw new RunRequestException("charter_not_found", $"run {details.Run.RunId} has no charter", "See how far it is: " + context.NextCommand(parsed, $"runs show {details.Run.RunId}"));
            switch (kind)
            {
                case ResultFormat.Json: context.Terminal.Print(RunEnvelope.Of([details])); break;
                case ResultFormat.Markdown: context.Terminal.Result(details.Markdown!); break;
                case ResultFormat.Sarif: context.Terminal.Result((await SarifLogs.ReadAsync([details], session.Artifacts, context.Interrupted)).Merged([details])); break;
                default:
                    context.Terminal.Print(RunText.Show(details, context.Time.GetUtcNow()));
                    if (RunText.IsFailure(details.Run))
                        context.Terminal.Print("\n" + RunText.Failure(details, context.NextCommand(parsed, RunText.NextOf(details.Run))));
                    break;
            }
            return ExitCodes.Ok;
        });
        return command;
    }
}
