using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs state RUN</c>: the channels' values at a checkpoint.</summary>
internal static class RunsStateCommand
{
    private const int MostShown = 160;

    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var checkpoint = CommonOptions.Checkpoint();
        var json = CommonOptions.Json();
        var command = new Command("state", "Shows a run's state at a checkpoint (default: the last)") { run, checkpoint, json };
        command.SetAction(async (parsed, _) =>
        {
            var text = parsed.GetRequiredValue(run);
            await using var session = await HostSession.ReadAsync(context, context.Load(parsed).Options, text);
            var id = await RunLookup.RunAsync(session.Runs, text, context.Interrupted);
            long? seq = parsed.GetValue(checkpoint) is { } named ? await session.Runs.ResolveCheckpointAsync(id, named, context.Interrupted) : null;
            var state = await session.Runs.StateAsync(id, seq, context.Interrupted);
            if (parsed.GetValue(json))
            {
                context.Terminal.Print(RunEnvelope.OfValue(state));
                return ExitCodes.Ok;
            }
            var table = new Columns("CHANNEL", "VALUE");
            foreach (var (channel, value) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal)) table.Add(channel, TerminalText.Short(value.GetRawText(), MostShown));
            context.Terminal.Print(table.ToString());
            context.Terminal.Note("long values are cut; --json prints them whole");
            return ExitCodes.Ok;
        });
        return command;
    }
}
