using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Health;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Doctor;

/// <summary><c>charter doctor</c>: everything that runs depend on, each problem with what to do about it.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Examines configuration, database, broker, git, disk and clocks, and says how to mend what is wrong") { json };
        command.SetAction(async (parsed, _) =>
        {
            var checks = await ExamineAsync(context, parsed);
            var healthy = checks.All(check => check.Healthy);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Healthy = healthy, Checks = checks }));
            else HealthCommand.Print(context.Terminal, checks);
            return healthy ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<IReadOnlyList<HealthCheck>> ExamineAsync(CliContext context, ParseResult parsed)
    {
        CharterOptions options;
        try
        {
            options = context.Load(parsed).Options;
        }
        catch (ConfigurationException problem)
        {
            return [.. problem.Problems.Select(one => new HealthCheck("configuration", false, one.ToString()!, "See docs/reference/configuration.md.")), await HealthChecks.CheckGitAsync(new(), context.Interrupted)];
        }
        var profile = options.Server is not null ? "a server's client" : options.Distributed is not null ? "distributed profile" : "embedded profile";
        return [new HealthCheck("configuration", true, profile), .. await DoctorChecks.RunAsync(options, context.Time, context.Interrupted)];
    }
}
