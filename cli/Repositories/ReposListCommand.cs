using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos list</c>: the registered repositories.</summary>
internal static class ReposListCommand
{
    public static Command Create(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the registered repositories with their charters") { json };
        command.SetAction(async (parsed, _) =>
        {
            var repositories = await RepositoryTargets.FindAsync(context, context.Load(parsed).Options, []);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Repositories = repositories }));
            else if (repositories.Count > 0) context.Terminal.Print(RepositoryText.List(repositories, context.Time.GetUtcNow()));
            else context.Terminal.Note($"no repository is registered; add one with: {context.NextCommand(parsed, "repos add TARGET")}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
