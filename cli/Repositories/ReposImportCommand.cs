using System.CommandLine;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Git;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos import ADDRESS</c>: registers all that a forge lists.</summary>
internal static class ReposImportCommand
{
    public static Command Create(CliContext context)
    {
        var address = new Argument<string>("address") { Description = "https://github.com/ORGANISATION, https://gitlab.com/GROUP, or a forge's address for all of an installation" };
        var noWait = CommonOptions.NoWait();
        var json = CommonOptions.Json();
        var command = new Command("import", "Registers the repositories of an organisation, a group or an App's installations") { address, noWait, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = parsed.GetRequiredValue(address).TrimEnd('/');
            if (!HttpsTarget.IsOne(wanted) || wanted.AsSpan().IndexOfAny('?', '#') >= 0)
                throw new UsageException($"'{(wanted.Contains('@', StringComparison.Ordinal) ? "***" : TerminalText.Line(wanted))}' is no https:// address of an organisation, a group or a forge", "Give https://github.com/ORGANISATION, for example.");
            var workflow = new WorkflowSource(Connections.RegisterWorkflow, Connections.WorkflowText(Connections.RegisterWorkflow));
            var code = await new FollowedRuns(context, parsed, options).ExecuteAsync(
                "charter repos import",
                parsed.GetValue(noWait),
                async (runs, begun, cancellationToken) => begun.Add(await runs.StartAsync(new RunRequest { Target = wanted, Workflow = workflow, Actor = Environment.UserName }, cancellationToken)),
                new RunResults(parsed.GetValue(json) ? ResultFormat.Json : ResultFormat.Text, Out: null));
            if (code == ExitCodes.Ok) context.Terminal.Note($"what is registered: {context.NextCommand(parsed, "repos list")}");
            return code;
        });
        return command;
    }
}
