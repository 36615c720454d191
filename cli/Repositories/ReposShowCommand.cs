using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos show TARGET</c>: a registered repository with its rules.</summary>
internal static class ReposShowCommand
{
    public static Command Create(CliContext context)
    {
        var target = RepositoryTargets.Argument();
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows a registered repository, and the rules that hold for it") { target, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = await RepositoryTargets.ParseAsync(context, options, parsed.GetRequiredValue(target));
            var repository = (await RepositoryTargets.FindAsync(context, options, [wanted]))[0];
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(repository));
            else context.Terminal.Print(RepositoryText.Show(repository, context.Time.GetUtcNow()));
            return ExitCodes.Ok;
        });
        return command;
    }
}
