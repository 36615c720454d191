using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;

namespace Charterhouse.Cli.Workflows;

/// <summary><c>charter workflows list</c>: the built-in workflows.</summary>
internal static class WorkflowsListCommand
{
    public static Command Create(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the built-in workflows") { json };
        command.SetAction(parsed =>
        {
            var names = Connections.WorkflowNames();
            context.Terminal.Print(parsed.GetValue(json) ? RunEnvelope.OfValue(new { Workflows = names.Select(name => new { Name = name }) }) : string.Join('\n', names));
            return ExitCodes.Ok;
        });
        return command;
    }
}
