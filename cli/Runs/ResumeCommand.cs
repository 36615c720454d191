using System.CommandLine;
using System.Globalization;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Workflows;

namespace Charterhouse.Cli.Runs;

/// <summary>
/// <c>charter resume RUN</c>, also <c>runs resume</c>: an unfinished run goes on; an ended one is continued by a new run on the same thread.
/// With <c>--input</c> it is steered.
/// </summary>
internal static class ResumeCommand
{
    public static Command Create(CliContext context)
    {
        var run = CommonOptions.Run();
        var input = new Option<string>("--input") { Description = "Channels to change first, as a JSON object", HelpName = "JSON" };
        var asStep = CommonOptions.As();
        var workflow = CommonOptions.Workflow();
        var limit = CommonOptions.RecursionLimit();
        var json = CommonOptions.Json();
        var noWait = CommonOptions.NoWait();
        var command = new Command("resume", "Lets a run go on from its last checkpoint") { run, input, asStep, workflow, limit, json, noWait };
        command.SetAction((parsed, _) =>
        {
            var problems = new List<InputProblem>();
            var update = CommonOptions.Update(parsed.GetValue(input), "--input", problems);
            if (parsed.GetValue(asStep) is not null && parsed.GetValue(input) is null) problems.Add(new("--as needs --input", "Add --input JSON or leave --as away."));
            var source = parsed.GetValue(workflow) is { } name ? WorkflowSources.Find(name, problems) : null;
            if (problems.Count > 0) throw new UsageException(problems);
            var options = context.Load(parsed, parsed.GetValue(limit)).Options;
            int? most = parsed.GetValue(limit) is { } typed ? int.Parse(typed, CultureInfo.InvariantCulture) : null;
            return new FollowedRuns(context, parsed, options).ExecuteAsync(
                "charter resume",
                parsed.GetValue(noWait),
                async (runs, begun, cancellationToken) =>
                {
                    var id = await RunLookup.RunAsync(runs, parsed.GetRequiredValue(run), cancellationToken);
                    begun.Add(await runs.ResumeAsync(id, update, parsed.GetValue(asStep), source, most, cancellationToken));
                },
                new RunResults(parsed.GetValue(json) ? ResultFormat.Json : ResultFormat.Text, Out: null));
        });
        return command;
    }
}
