using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>A commit that is in the cache and pinned.</summary>
/// <param name="GitDir">The bare repository.</param>
/// <param name="Absent">Objects of the commit's history that the source could not give.</param>
/// <param name="Fetched">False when the commit was here already.</param>
internal sealed record CachedCommit(string GitDir, int Absent, bool Fetched);

/// <summary>
/// The bare repositories: made once, then only fetched into. A repository appears under its name when it is whole, and whatever a killed
/// sync leaves behind is cleared by the next one. On a full disk they make room for each other.
/// </summary>
internal sealed class RepositoryCache(GitProcess git, RepositoryCachePaths paths, CacheLocks locks, SourceFetcher fetcher, ObjectRescue rescue, RunPins pins, CacheEviction eviction)
{
    // New packs beyond this are worth a commit-graph; small fetches keep the old one, which stays valid.
    private const long LargeFetchBytes = 8 * 1024 * 1024;

    /// <summary>Brings the source's commit into the cache and pins it for the run. Two at once for one repository are one fetch.</summary>
    /// <param name="again">True fetches everything again, whatever the cache believes that it has: objects of the cache were lost.</param>
    /// <exception cref="StepFailedException">It could not be had; the failure says why.</exception>
    /// <param name="refs">True fetches even when the commit is here: branches and tags must be as they are at the source now.</param>
    public async Task<CachedCommit> SyncAsync(SyncSource source, RunId run, bool again, bool refs, Action<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            var gitDir = paths.GitDir(source.Identity.Id);
            // Twice as much each time: how much room a fetch needs is known only when it has failed, and each begins from scratch.
            for (var count = 1; ; count *= 2)
            {
                try
                {
                    return await SyncOnceAsync(source, gitDir, run, again, refs, progress, cancellationToken);
                }
                catch (Exception problem) when (GitFailures.IsFull(problem))
                {
                    var evicted = eviction.Evict(gitDir, count, cancellationToken);
                    if (evicted == 0) throw;
                    progress($"the cache's disk is full: removed {evicted} {(evicted == 1 ? "repository" : "repositories")} that no run uses");
                }
            }
        }
        catch (GitMissingException problem)
        {
            throw GitFailures.Of(problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw GitFailures.OfStorage(problem);
        }
    }

    private async Task<CachedCommit> SyncOnceAsync(SyncSource source, string gitDir, RunId run, bool again, bool refs, Action<string> progress, CancellationToken cancellationToken)
    {
        using var held = await locks.AcquireAsync(gitDir, cancellationToken);
        CacheRecovery.Run(gitDir, held.PredecessorDied);
        try
        {
            held.Mark();
            var fetched = false;
            if (again || refs || !Directory.Exists(gitDir) || NeedsFetch(source, gitDir))
            {
                progress($"fetching {source.Head.Sha[..7]} of {source.Identity.Name}");
                await FetchAsync(source, gitDir, again, refs, cancellationToken);
                fetched = true;
            }
            try
            {
                await pins.PinAsync(gitDir, run, source.Head.Sha, cancellationToken);
            }
            catch (StepFailedException problem) when (!fetched && problem.Failure.Code == "corrupt_repository")
            {
                // A ref of ours promised the commit, but it is gone: a power cut, or a careless hand.
                await FetchAsync(source, gitDir, again: true, refs, cancellationToken);
                fetched = true;
                await pins.PinAsync(gitDir, run, source.Head.Sha, cancellationToken);
            }
            held.MarkClean();
            return new CachedCommit(gitDir, ObjectRescue.Absent(gitDir, source.Head.Sha), fetched);
        }
        catch (Exception problem) when (problem is StepFailedException or IOException)
        {
            if (GitFailures.AsFull(problem, paths.Root) is not { } full) throw;
            // Half a pack is all that the disk had room for: it goes at once, not at the next sync.
            CacheRecovery.Run(gitDir, predecessorDied: true);
            held.MarkClean();
            throw full;
        }
    }

    private static bool NeedsFetch(SyncSource source, string gitDir) =>
        !RunPins.Knows(gitDir, source.Head.Sha)
        || (ObjectRescue.IsIncomplete(gitDir) && !ObjectRescue.IsAllThereIs(gitDir, source))
        || (source.Local is not null && !source.IsShallow && SourceFetcher.IsShallow(gitDir));

    private async Task FetchAsync(SyncSource source, string gitDir, bool again, bool refs, CancellationToken cancellationToken)
    {
        var isNew = !Directory.Exists(gitDir);
        if (isNew) await CreateAsync(gitDir, source.ObjectFormat, cancellationToken);
        var before = PackBytes(gitDir);
        var store = source.Local is null ? "" : ObjectRescue.StoreOf(source.Local);
        var result = await fetcher.FetchAsync(source, gitDir, again || ObjectRescue.IsIncomplete(gitDir), refs, cancellationToken);
        if (result.Succeeded) ObjectRescue.Forget(gitDir);
        else if (MayBeRescued(source, result)) await rescue.RunAsync(source, gitDir, result, store, cancellationToken);
        else throw GitFailures.OfTransfer(result, source.Shown);
        if (before == 0 || PackBytes(gitDir) - before > LargeFetchBytes) await WriteCommitGraphAsync(gitDir, cancellationToken);
    }

    /// <summary>Only where objects are what is missing: not for time, space, rights, or objects that the safety checks refused.</summary>
    private static bool MayBeRescued(SyncSource source, GitResult result) =>
        source.Local is not null && !result.TimedOut && GitFailures.OfTransfer(result, source.Shown).Failure.Code is "corrupt_repository" or "unreachable" or "unreadable"
        && !result.Error.Contains("fsck error", StringComparison.Ordinal) && !result.Error.Contains("Permission denied", StringComparison.Ordinal);

    private async Task CreateAsync(string gitDir, string objectFormat, CancellationToken cancellationToken)
    {
        var temporary = CacheRecovery.Half(gitDir, "new");
        var result = await git.RunAsync(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--object-format=" + objectFormat, "--", temporary],
            CacheGit.Writing(gitDir), cancellationToken);
        if (!result.Succeeded) throw GitFailures.OfCache(result, "making the cached repository");
        // Pins are looked for as files: not even a person's 'git gc' may pack them.
        await File.AppendAllTextAsync(Path.Combine(temporary, "config"), "[gc]\n\tpackRefs = false\n\tauto = 0\n", cancellationToken);
        Directory.Move(temporary, gitDir);
    }

    private async Task WriteCommitGraphAsync(string gitDir, CancellationToken cancellationToken)
    {
        // A graph only makes later walks quicker: a history that it cannot be written for (absent commits) is still a good history.
        _ = await git.RunAsync(["--git-dir=" + gitDir, "commit-graph", "write", "--reachable", "--no-progress"], CacheGit.Writing(gitDir), cancellationToken);
    }

    private static long PackBytes(string gitDir) =>
        new DirectoryInfo(Path.Combine(gitDir, "objects", "pack")) is { Exists: true } folder ? folder.EnumerateFiles("*.pack").Sum(file => file.Length) : 0;
}
