using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// The bare repositories: made once, then only fetched into. A repository appears under its name when it is whole, and whatever a killed
/// sync leaves behind is cleared by the next one. On a full disk they make room for each other.
/// </summary>
internal sealed class RepositoryCache(GitProcess git, RepositoryCachePaths paths, CacheLocks locks, SourceFetcher fetcher, BloblessClone blobless, AnnouncedCommit announced, ObjectRescue rescue, RunPins pins, CacheEviction eviction)
{
    /// <summary>Brings the source's commit into the cache and pins it for the run. Two at once for one repository are one fetch.</summary>
    /// <exception cref="StepFailedException">It could not be had; the failure says why.</exception>
    public async Task<CachedCommit> SyncAsync(CacheRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var gitDir = paths.GitDir(request.Source.Identity.Id);
            // Twice as much each time: how much room a fetch needs is known only when it has failed, and each begins from scratch.
            for (var count = 1; ; count *= 2)
            {
                try
                {
                    var cached = await SyncOnceAsync(request, gitDir, cancellationToken);
                    if (cached.Fetched) eviction.KeepToQuota(gitDir, cancellationToken);
                    return cached;
                }
                catch (Exception problem) when (GitFailures.IsFull(problem))
                {
                    var evicted = eviction.Evict(gitDir, count, cancellationToken);
                    if (evicted == 0) throw;
                    request.Progress($"the cache's disk is full: removed {evicted} {(evicted == 1 ? "repository" : "repositories")} that no run uses");
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

    private async Task<CachedCommit> SyncOnceAsync(CacheRequest request, string gitDir, CancellationToken cancellationToken)
    {
        var source = request.Source;
        using var held = await locks.AcquireAsync(gitDir, cancellationToken);
        CacheRecovery.Run(gitDir, held.PredecessorDied);
        try
        {
            held.Mark();
            var fetched = false;
            if (request.Again || request.Refs || !Directory.Exists(gitDir) || NeedsFetch(source, gitDir))
            {
                request.Progress($"fetching {source.Head.Sha[..7]} of {source.Identity.Name}");
                await FetchAsync(source, gitDir, request.Again, request.Refs, cancellationToken);
                fetched = true;
            }
            CachedCommit cached;
            try
            {
                cached = await PinAsync(request, gitDir, fetched, cancellationToken);
            }
            catch (StepFailedException problem) when (!fetched && problem.Failure.Code == "corrupt_repository")
            {
                // A ref of ours promised the commit, but it is gone: a power cut, or a careless hand.
                await FetchAsync(source, gitDir, again: true, request.Refs, cancellationToken);
                cached = await PinAsync(request, gitDir, fetched: true, cancellationToken);
            }
            held.MarkClean();
            return cached;
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

    /// <summary>What a ref of ours keeps is here whole, so contents come before the pin.</summary>
    private async Task<CachedCommit> PinAsync(CacheRequest request, string gitDir, bool fetched, CancellationToken cancellationToken)
    {
        var source = request.Source;
        var sha = await announced.ChooseAsync(source, gitDir, cancellationToken);
        var from = await request.FindBase(gitDir, sha, cancellationToken);
        string[] read = from is null || from == sha ? [sha] : [sha, from];
        if (source.Local is null && BloblessClone.Is(gitDir) && (fetched || read.Any(commit => !RunPins.Knows(gitDir, commit))))
        {
            fetched |= await FillAsync(source, gitDir, read, cancellationToken);
            if (fetched && BloblessClone.Is(gitDir)) await blobless.TidyAsync(gitDir, cancellationToken);
        }
        await pins.PinAsync(gitDir, request.Run, sha, isHead: source.Ref is null || source.Head.Branch == source.DefaultBranch, cancellationToken);
        return new CachedCommit(gitDir, sha, from, ObjectRescue.Absent(gitDir, sha), fetched);
    }

    private async Task<bool> FillAsync(SyncSource source, string gitDir, string[] commits, CancellationToken cancellationToken)
    {
        if (await blobless.FillAsync(source, gitDir, commits, cancellationToken) is not { } result) return false;
        if (result.Succeeded) return true;
        await OrWholeAsync(result, source, gitDir, cancellationToken);
        return true;
    }

    private static bool NeedsFetch(SyncSource source, string gitDir) =>
        !RunPins.Knows(gitDir, source.Head.Sha)
        || (ObjectRescue.IsIncomplete(gitDir) && !ObjectRescue.IsAllThereIs(gitDir, source))
        || (source.Local is not null && !source.IsShallow && SourceFetcher.IsShallow(gitDir))
        || (source.Local is not null && BloblessClone.Is(gitDir));

    private async Task FetchAsync(SyncSource source, string gitDir, bool again, bool refs, CancellationToken cancellationToken)
    {
        var isNew = !Directory.Exists(gitDir);
        if (isNew) await CreateAsync(gitDir, source, cancellationToken);
        var store = source.Local is null ? "" : ObjectRescue.StoreOf(source.Local);
        // A folder has everything and costs nothing.
        var whole = source.Local is not null && BloblessClone.Is(gitDir);
        var result = await fetcher.FetchAsync(source, gitDir, again || whole || ObjectRescue.IsIncomplete(gitDir), refs, whole, cancellationToken);
        if (result.Succeeded)
        {
            ObjectRescue.Forget(gitDir);
            if (whole) BloblessClone.End(gitDir);
        }
        else if (MayBeRescued(source, result)) await rescue.RunAsync(source, gitDir, result, store, cancellationToken);
        else if (source.Local is null && BloblessClone.Is(gitDir)) await OrWholeAsync(result, source, gitDir, cancellationToken);
        else throw GitFailures.OfTransfer(result, source.Shown, source.Credential);
        await WriteCommitGraphAsync(gitDir, cancellationToken);
    }

    /// <summary>Without contents, git cannot be told which flaws of old histories are harmless, and a server may not give single objects: then everything is fetched.</summary>
    private async Task OrWholeAsync(GitResult result, SyncSource source, string gitDir, CancellationToken cancellationToken)
    {
        var failure = GitFailures.OfTransfer(result, source.Shown, source.Credential);
        if (failure.Failure.Code != "corrupt_repository") throw failure;
        // A pack that was refused is left under a temporary name.
        CacheRecovery.Run(gitDir, predecessorDied: true);
        var all = await fetcher.FetchAsync(source, gitDir, again: true, remotes: false, whole: true, cancellationToken);
        if (!all.Succeeded) throw GitFailures.OfTransfer(all, source.Shown, source.Credential);
        BloblessClone.End(gitDir);
    }

    /// <summary>Only where objects are what is missing: not for time, space, rights, or objects that the safety checks refused.</summary>
    private static bool MayBeRescued(SyncSource source, GitResult result) =>
        source.Local is not null && !result.TimedOut && GitFailures.OfTransfer(result, source.Shown).Failure.Code is "corrupt_repository" or "unreachable" or "unreadable"
        && !result.Error.Contains("fsck error", StringComparison.Ordinal) && !result.Error.Contains("Permission denied", StringComparison.Ordinal);

    private async Task CreateAsync(string gitDir, SyncSource source, CancellationToken cancellationToken)
    {
        var temporary = CacheRecovery.Half(gitDir, "new");
        var result = await git.RunAsync(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--object-format=" + source.ObjectFormat, "--", temporary],
            CacheGit.Writing(gitDir), cancellationToken);
        if (!result.Succeeded) throw GitFailures.OfCache(result, "making the cached repository");
        // Pins are looked for as files: not even a person's 'git gc' may pack them.
        await File.AppendAllTextAsync(Path.Combine(temporary, "config"), "[gc]\n\tpackRefs = false\n\tauto = 0\n", cancellationToken);
        if (source.Local is null) BloblessClone.Begin(temporary);
        Directory.Move(temporary, gitDir);
    }

    private async Task WriteCommitGraphAsync(string gitDir, CancellationToken cancellationToken)
    {
        // A graph only makes later walks quicker: a history that it cannot be written for (absent commits) is still a good history. In layers, one for
        // what is new; without filters of changed paths, because nobody asks for the history of one path.
        _ = await git.RunAsync(["--git-dir=" + gitDir, "commit-graph", "write", "--reachable", "--split", "--no-progress"], CacheGit.Writing(gitDir), cancellationToken);
    }
}
