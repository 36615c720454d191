using System.CommandLine;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs fork RUN</c>: a new run on a new thread from a checkpoint; the original never changes.</summary>
internal static class RunsForkCommand
{
    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var checkpoint = CommonOptions.Checkpoint();
        var edit = new Option<string>("--edit") { Description = "Channels to change first, as a JSON object", HelpName = "JSON" };
        var asStep = CommonOptions.As();
        var json = CommonOptions.Json();
        var noWait = CommonOptions.NoWait();
        var command = new Command("fork", "Starts a new run from a checkpoint of another (default: its last); the original is untouched") { run, checkpoint, edit, asStep, json, noWait };
        command.SetAction((parsed, _) =>
        {
            var problems = new List<InputProblem>();
            var update = CommonOptions.Update(parsed.GetValue(edit), "--edit", problems);
            if (parsed.GetValue(asStep) is not null && parsed.GetValue(edit) is null) problems.Add(new("--as needs --edit", "Add --edit JSON or leave --as away."));
            if (problems.Count > 0) throw new UsageException(problems);
            return new FollowedRuns(context, parsed, context.Load(parsed).Options).ExecuteAsync(
                "charter runs fork",
                parsed.GetValue(noWait),
                async (runs, begun, cancellationToken) =>
                {
                    var original = await RunLookup.RunAsync(runs, parsed.GetRequiredValue(run), cancellationToken);
                    var seq = await RunLookup.CheckpointAsync(runs, original, parsed.GetValue(checkpoint), cancellationToken);
                    begun.Add(await runs.ForkAsync(original, seq, update, parsed.GetValue(asStep), cancellationToken));
                },
                new RunResults(parsed.GetValue(json) ? ResultFormat.Json : ResultFormat.Text, Out: null));
        });
        return command;
    }
}
