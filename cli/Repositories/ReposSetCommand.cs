using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos set TARGET</c>: gives a registered repository rules and times of its own.</summary>
internal static class ReposSetCommand
{
    public static Command Create(CliContext context)
    {
        var target = RepositoryTargets.Argument();
        var rules = new RuleOptions();
        var json = CommonOptions.Json();
        var command = new Command("set", "Gives a registered repository rules and times of its own") { target, json };
        rules.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wishes = rules.Read(parsed) ?? throw new UsageException("nothing is to be set", "Give a rule, such as --branches 'main,release/*', or --schedule, or --reset: charter repos set --help");
            var wanted = await RepositoryTargets.ParseAsync(context, options, parsed.GetRequiredValue(target));
            await using var session = await HostSession.TryReadAsync(context, options)
                ?? (options.Repositories.Count > 0 ? await HostSession.RunAsync(context, options, "repos set", noWait: false) : throw RepositoryTargets.NotRegistered(wanted));
            var repository = await session.Repositories.SetAsync(wanted, wishes, context.Interrupted) ?? throw RepositoryTargets.NotRegistered(wanted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(repository));
            else context.Terminal.Print(RepositoryText.Show(repository, context.Time.GetUtcNow()));
            return ExitCodes.Ok;
        });
        return command;
    }
}
