using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos remove TARGET</c>: forgets a registered repository.</summary>
internal static class ReposRemoveCommand
{
    public static Command Create(CliContext context)
    {
        var target = RepositoryTargets.Argument();
        var json = CommonOptions.Json();
        var command = new Command("remove", "Forgets a registered repository; charters, runs and findings stay") { target, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = await RepositoryTargets.ParseAsync(context, options, parsed.GetRequiredValue(target));
            await using var session = await HostSession.TryReadAsync(context, options);
            if (session is null || !await session.Repositories.RemoveAsync(wanted, context.Interrupted)) throw RepositoryTargets.NotRegistered(wanted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Target = wanted, Removed = true }));
            else context.Terminal.Print($"{TerminalText.Line(wanted)} is no longer registered");
            return ExitCodes.Ok;
        });
        return command;
    }
}
