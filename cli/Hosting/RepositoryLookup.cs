using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;

namespace Charterhouse.Cli.Findings;

/// <summary>Finds what a person means by <c>--repo</c>.</summary>
internal static class FindingLookup
{
    /// <summary>The repository's id, or null when none was named.</summary>
    /// <exception cref="UsageException">Nothing is known of it.</exception>
    public static async Task<string?> RepositoryAsync(HostSession session, string? text, CancellationToken cancellationToken) =>
        text is null ? null
        : await session.Findings.FindRepositoryAsync(text, Connections.FormsOfRepository(text), cancellationToken)
            ?? throw new UsageException($"no finding of a repository '{text}' is known", "Give its name, its id or the target that it was analysed as; charter findings list --state all names those with findings.");
}
