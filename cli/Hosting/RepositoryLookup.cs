using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Hosting;

/// <summary>Finds what a person means by <c>--repo</c>.</summary>
internal static class RepositoryLookup
{
    /// <summary>The id of the repository with this name, id or target; of a server, what it knows the repository by.</summary>
    /// <param name="session">Null when there is no database yet, so that nothing is known.</param>
    /// <exception cref="UsageException">It has no charter.</exception>
    public static async Task<string> FindAsync(HostSession? session, string text, CancellationToken cancellationToken)
    {
        if (session is { OnServer: true })
        {
            if (!LooksLikeAPlace(text)) return text;
            var (url, refused) = await Connections.ParseServerTargetAsync(text, null, cancellationToken);
            return url ?? throw new UsageException([refused!]);
        }
        if (session is not null && await session.Findings.FindRepositoryAsync(text, Connections.FormsOfRepository(text), cancellationToken) is { } id) return id;
        var (target, problem) = Connections.ParseTarget(text);
        // What looks like a place was meant as one; anything else may be a name.
        if (problem is not null && LooksLikeAPlace(text)) throw new UsageException([problem]);
        throw new UsageException(
            $"no repository '{target ?? text}' has a charter",
            target is null ? "Give its name, its id, or the target that it was analysed as: charter analyze TARGET" : $"Make one with: charter analyze {ShellText.Quote(target)}");
    }

    private static bool LooksLikeAPlace(string text) => text.StartsWith('.') || text.StartsWith('/') || text.Contains("://", StringComparison.Ordinal);
}
