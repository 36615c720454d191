using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Workflows;

/// <summary><c>charter workflows show NAME</c>: the text, to start a workflow of one's own from.</summary>
internal static class WorkflowsShowCommand
{
    public static Command Create(CliContext context)
    {
        var name = new Argument<string>("name") { Description = "A name of: charter workflows list" };
        var command = new Command("show", "Prints a built-in workflow") { name };
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var names = Connections.WorkflowNames();
            if (!names.Contains(wanted, StringComparer.Ordinal))
                throw new UsageException($"there is no workflow '{wanted}'", Suggestion.Or(wanted, names, "List them with: charter workflows list"));
            context.Terminal.Print(Connections.WorkflowText(wanted).TrimEnd('\n'));
            return ExitCodes.Ok;
        });
        return command;
    }
}
