using System.CommandLine;

namespace Charterhouse.Cli.Workflows;

/// <summary><c>charter workflows …</c></summary>
internal static class WorkflowsCommand
{
    public static Command Create(CliContext context) => new("workflows", "Lists, shows and checks workflows")
    {
        WorkflowsListCommand.Create(context),
        WorkflowsShowCommand.Create(context),
        WorkflowsValidateCommand.Create(context),
    };
}
