using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs checkpoints RUN</c>: oldest first, those of the parent thread included.</summary>
internal static class RunsCheckpointsCommand
{
    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var json = CommonOptions.Json();
        var command = new Command("checkpoints", "Lists the checkpoints of a run's thread") { run, json };
        command.SetAction(async (parsed, _) =>
        {
            var text = parsed.GetRequiredValue(run);
            await using var session = await HostSession.ReadAsync(context, context.Load(parsed).Options, text);
            var id = await RunLookup.RunAsync(session.Runs, text, context.Interrupted);
            var checkpoints = await session.Runs.CheckpointsAsync(id, context.Interrupted);
            if (parsed.GetValue(json))
            {
                context.Terminal.Print(RunEnvelope.OfValue(new { Checkpoints = checkpoints }));
                return ExitCodes.Ok;
            }
            var table = new Columns("SEQ", "STEP", "SOURCE", "CHANGED", "NEXT", "CREATED", "ID");
            foreach (var one in checkpoints)
                table.Add(one.Seq.ToString(), one.Step.ToString(), one.Source, string.Join(' ', one.Changed), string.Join(' ', one.Next), $"{one.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z", one.Id);
            context.Terminal.Print(table.ToString());
            return ExitCodes.Ok;
        });
        return command;
    }
}
