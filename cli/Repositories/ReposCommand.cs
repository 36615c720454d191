using System.CommandLine;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos list|show|add|set|remove|sync</c>: the repositories whose charters the house keeps.</summary>
internal static class ReposCommand
{
    public static Command Create(CliContext context) => new("repos", "Names the repositories whose charters are kept up to date")
    {
        ReposListCommand.Create(context), ReposShowCommand.Create(context), ReposAddCommand.Create(context), ReposImportCommand.Create(context), ReposSetCommand.Create(context), ReposRemoveCommand.Create(context), ReposSyncCommand.Create(context),
    };
}
