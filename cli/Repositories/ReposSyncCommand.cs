using System.CommandLine;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos sync [TARGET …]</c>: fetches registered repositories now.</summary>
internal static class ReposSyncCommand
{
    public static Command Create(CliContext context)
    {
        var targets = new Argument<string[]>("target") { Description = "Registered repositories (default: all that are not paused)", Arity = ArgumentArity.ZeroOrMore };
        var noWait = CommonOptions.NoWait();
        var json = CommonOptions.Json();
        var command = new Command("sync", "Fetches registered repositories now, without analysing them") { targets, noWait, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = new List<string>();
            foreach (var text in parsed.GetValue(targets) ?? []) wanted.Add(await RepositoryTargets.ParseAsync(context, options, text));
            var due = (await RepositoryTargets.FindAsync(context, options, wanted)).Where(repository => wanted.Count > 0 || repository.Paused is null)
                .Select(repository => repository.Target).Distinct(StringComparer.Ordinal).ToList();
            if (due.Count == 0)
            {
                context.Terminal.Note($"no repository is registered; add one with: {context.NextCommand(parsed, "repos add TARGET")}");
                return ExitCodes.Ok;
            }
            var workflow = new WorkflowSource(Connections.SyncWorkflow, Connections.WorkflowText(Connections.SyncWorkflow));
            return await new FollowedRuns(context, parsed, options).ExecuteAsync(
                "charter repos sync",
                parsed.GetValue(noWait),
                async (runs, begun, cancellationToken) =>
                {
                    foreach (var target in due) begun.Add(await runs.StartAsync(new RunRequest { Target = target, Workflow = workflow }, cancellationToken));
                },
                new RunResults(parsed.GetValue(json) ? ResultFormat.Json : ResultFormat.Text, Out: null));
        });
        return command;
    }
}
