using System.CommandLine;

namespace Charterhouse.Cli.Findings;

/// <summary><c>charter findings …</c></summary>
internal static class FindingsCommand
{
    public static Command Create(CliContext context) => new("findings", "Lists findings across runs; dismisses and reopens them")
    {
        FindingsListCommand.Create(context),
        FindingsDecisionCommand.Dismiss(context),
        FindingsDecisionCommand.Reopen(context),
    };
}
