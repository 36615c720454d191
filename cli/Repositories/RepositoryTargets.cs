using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Repositories;

/// <summary>What a person means by TARGET, and what is registered under it.</summary>
internal static class RepositoryTargets
{
    public static Argument<string> Argument() => new("target") { Description = "An https:// URL, OWNER/REPOSITORY on GitHub, or a folder whose remote is one" };

    /// <summary>A folder stands for where it is pushed to: no schedule reads the folders of a machine.</summary>
    public static async Task<string> ParseAsync(CliContext context, CharterOptions options, string text)
    {
        var (target, problem) = await Connections.ParseServerTargetAsync(text, options.GitHub.Web, context.Interrupted);
        if (problem is null) return target!;
        throw Directory.Exists(text)
            ? new UsageException($"the folder '{TerminalText.Line(text)}' has no remote 'origin' with an https:// address, and a schedule reads no folders", "Give the repository's https:// URL.")
            : new UsageException([problem]);
    }

    /// <summary>The registered repositories, or what is registered under each of these targets. Reading makes no database, unless there is a configured one to tell of.</summary>
    /// <exception cref="RunRequestException">One of them is not registered.</exception>
    public static async Task<IReadOnlyList<RepositoryView>> FindAsync(CliContext context, CharterOptions options, IReadOnlyList<string> targets)
    {
        await using var session = await HostSession.TryReadAsync(context, options)
            ?? (options.Repositories.Count > 0 ? await HostSession.RunAsync(context, options, "repos", noWait: false) : null);
        if (targets.Count == 0) return session is null ? [] : await session.Repositories.ListAsync(null, context.Interrupted);
        var found = new List<RepositoryView>();
        foreach (var target in targets)
            found.Add(session is not null && await session.Repositories.ListAsync(target, context.Interrupted) is [var repository] ? repository : throw NotRegistered(target));
        return found;
    }

    public static RunRequestException NotRegistered(string target) => new("repository_not_found", $"{target} is not registered", "List the registered repositories with: charter repos list");
}
