using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Health;

/// <summary><c>charter health</c>: whether this machine and data folder can do the work.</summary>
internal static class HealthCommand
{
    public static Command Create(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("health", "Checks the data folder, the database and git") { json };
        command.SetAction(async (parsed, _) =>
        {
            var checks = await HealthChecks.RunAsync(context.Load(parsed).Options, context.Interrupted);
            var healthy = checks.All(check => check.Healthy);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Healthy = healthy, Checks = checks }));
            else Print(context.Terminal, checks);
            return healthy ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    /// <summary>The checks, one a line, with what to do below.</summary>
    public static void Print(CliTerminal terminal, IReadOnlyList<HealthCheck> checks)
    {
        foreach (var check in checks)
        {
            terminal.Print($"{(check.Healthy ? "✓" : "✗")} {check.Name.Replace('_', ' ')}: {TerminalText.Line(check.Detail)}");
            if (check is { Healthy: false, Fix: not null }) terminal.Print($"  fix: {check.Fix}");
        }
    }
}
