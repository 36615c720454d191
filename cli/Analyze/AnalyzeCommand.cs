using System.CommandLine;
using Charterhouse.Cli.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Analyze;

/// <summary><c>charter analyze [TARGET…]</c>: one run per target, followed to its end.</summary>
internal static class AnalyzeCommand
{
    public static Command Create(CliContext context)
    {
        var options = new AnalyzeOptions();
        var command = new Command("analyze", "Analyses repositories and brings their charters up to date")
        {
            options.Targets, options.Repos, options.Workflow, options.Base, options.Out, options.Format, options.Json, options.FailOn, options.RecursionLimit, options.NoWait,
            options.ResumeThread, options.Checkpoint,
        };
        command.SetAction(async (parsed, _) => await ExecuteAsync(context, parsed, await AnalyzeArguments.ReadAsync(options, parsed, context)));
        return command;
    }

    private static Task<int> ExecuteAsync(CliContext context, ParseResult parsed, AnalyzeArguments arguments) =>
        new FollowedRuns(context, parsed, arguments.Options).ExecuteAsync(
            "charter analyze",
            arguments.NoWait,
            async (runs, begun, cancellationToken) =>
            {
                if (arguments.ResumeThread is not null)
                {
                    begun.Add(await ThreadResumption.BeginAsync(runs, arguments, cancellationToken));
                    return;
                }
                foreach (var target in arguments.Targets)
                    begun.Add(await runs.StartAsync(
                        new RunRequest { Target = target, Workflow = arguments.Workflow, Base = arguments.Base, Actor = Environment.UserName, RecursionLimit = arguments.RecursionLimit },
                        cancellationToken));
            },
            arguments.Results);
}
