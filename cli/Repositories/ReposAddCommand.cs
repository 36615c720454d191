using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos add TARGET</c>: registers a repository, or takes a paused one up again.</summary>
internal static class ReposAddCommand
{
    public static Command Create(CliContext context)
    {
        var target = RepositoryTargets.Argument();
        var rules = new RuleOptions();
        var json = CommonOptions.Json();
        var command = new Command("add", "Registers a repository: its charter is kept up to date from now on") { target, json };
        rules.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wishes = rules.Read(parsed);
            var wanted = await RepositoryTargets.ParseAsync(context, options, parsed.GetRequiredValue(target));
            // beside a house that may be serving from the database; made when there is none yet
            await using var session = await HostSession.TryReadAsync(context, options) ?? await HostSession.RunAsync(context, options, "repos add", noWait: false);
            var repository = await session.Repositories.AddAsync(wanted, wishes, Environment.UserName, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(repository));
            else context.Terminal.Print($"{TerminalText.Line(repository.Target)} is registered");
            context.Terminal.Note(repository.Charter is null
                ? $"the audit of a serving house makes its first charter; at once with: {context.NextCommand(parsed, "schedules run audit")}"
                : "the audit of a serving house makes a new charter when this one is old");
            return ExitCodes.Ok;
        });
        return command;
    }
}
