using System.CommandLine;
using System.Text.Json;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs diff RUN A B</c>: what differs between two checkpoints.</summary>
internal static class RunsDiffCommand
{
    private const int MostShown = 100;

    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var from = new Argument<string>("a") { Description = "The one checkpoint: its number, thread:number, or step:number" };
        var to = new Argument<string>("b") { Description = "The other" };
        var json = CommonOptions.Json();
        var command = new Command("diff", "Compares the state at two checkpoints of a run's thread") { run, from, to, json };
        command.SetAction(async (parsed, _) =>
        {
            var text = parsed.GetRequiredValue(run);
            await using var session = await HostSession.ReadAsync(context, context.Load(parsed).Options, text);
            var runs = session.Runs;
            var id = await RunLookup.RunAsync(runs, text, context.Interrupted);
            var before = await runs.ResolveCheckpointAsync(id, parsed.GetRequiredValue(from), context.Interrupted);
            var after = await runs.ResolveCheckpointAsync(id, parsed.GetRequiredValue(to), context.Interrupted);
            var differences = await runs.DiffAsync(id, before, after, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Differences = differences }));
            else if (differences.Count == 0) context.Terminal.Note("no differences");
            else
                foreach (var difference in differences) context.Terminal.Print(Describe(difference));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>One line, as diffs mark it: <c>+</c>, <c>-</c> or <c>~</c>.</summary>
    public static string Describe(StateDifference difference) => difference.Kind switch
    {
        "added" => $"+ {TerminalText.Line(difference.Pointer)}  {Value(difference.After)}",
        "removed" => $"- {TerminalText.Line(difference.Pointer)}  {Value(difference.Before)}",
        _ => $"~ {TerminalText.Line(difference.Pointer)}  {Value(difference.Before)} → {Value(difference.After)}",
    };

    private static string Value(JsonElement? value) => value is { } present ? TerminalText.Short(present.GetRawText(), MostShown) : "";
}
