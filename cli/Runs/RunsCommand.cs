using System.CommandLine;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs …</c></summary>
internal static class RunsCommand
{
    public static Command Create(CliContext context) => new("runs", "Lists, shows, compares, forks and cancels runs")
    {
        RunsListCommand.Create(context),
        RunsShowCommand.Create(context),
        RunsCheckpointsCommand.Create(context),
        RunsStateCommand.Create(context),
        RunsDiffCommand.Create(context),
        ResumeCommand.Create(context),
        RunsForkCommand.Create(context),
        RunsCancelCommand.Create(context),
    };
}
