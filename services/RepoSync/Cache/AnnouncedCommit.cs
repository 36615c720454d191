using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Which commit is analysed when an event names another one than the ref has. A forge's replica may lag behind the event: what is announced is taken
/// when it goes on from the ref's commit. In every other case the ref is right: it has moved on since, or its history was replaced.
/// </summary>
internal sealed class AnnouncedCommit(GitProcess git, SourceFetcher fetcher)
{
    /// <summary>The ref's commit or the announced one. The ref's is here; the other is fetched if it may matter. Under the repository's lock.</summary>
    public async Task<string> ChooseAsync(SyncSource source, string gitDir, CancellationToken cancellationToken)
    {
        var tip = source.Head.Sha;
        if (source.Announced is not { } announced || announced == tip || announced.Length != tip.Length) return tip;
        if (await IsAncestorAsync(gitDir, announced, tip, cancellationToken)) return tip;
        if (!RunPins.Knows(gitDir, announced))
        {
            var fetch = await fetcher.FetchCommitAsync(source, gitDir, announced, cancellationToken);
            if (!fetch.Succeeded)
            {
                // A server that does not have it, or gives no commit that no ref has, leaves the ref's; one that cannot be reached is no answer.
                var problem = GitFailures.OfTransfer(fetch, source.Shown, source.Credential);
                return problem.Failure.Retryable ? throw problem : tip;
            }
        }
        return await IsAncestorAsync(gitDir, tip, announced, cancellationToken) ? announced : tip;
    }

    private async Task<bool> IsAncestorAsync(string gitDir, string older, string newer, CancellationToken cancellationToken) =>
        (await git.RunAsync(["--git-dir=" + gitDir, "merge-base", "--is-ancestor", older, newer], CacheGit.Reading, cancellationToken)).Succeeded;
}
