using System.Text.RegularExpressions;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Makes room on a full disk, or keeps the cache to its quota: removes cached repositories that no run uses, the one that was used longest ago first.
/// The next sync of such a repository makes it anew.
/// </summary>
internal sealed partial class CacheEviction(RepositoryCachePaths paths, CacheLocks locks, RunPins pins, RepoSyncOptions options, ILogger<CacheEviction> log)
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Removes repositories; none that is locked, that a live run has pinned, or that lies elsewhere by a link.</summary>
    /// <param name="atHand">The repository that the room is for.</param>
    /// <param name="count">How many, at most.</param>
    /// <returns>How many were removed.</returns>
    public int Evict(string atHand, int count, CancellationToken cancellationToken)
    {
        var evicted = 0;
        foreach (var gitDir in Oldest(atHand))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (evicted == count) break;
            if (TryEvict(gitDir, "its disk is full") > 0) evicted++;
        }
        return evicted;
    }

    /// <summary>Removes repositories as <see cref="Evict"/> does, until all together fit into the quota, or nothing more may go.</summary>
    public void KeepToQuota(string atHand, CancellationToken cancellationToken)
    {
        if (options.MaxCacheBytes == 0) return;
        var over = Bytes(paths.Root) - options.MaxCacheBytes;
        if (over <= 0) return;
        foreach (var gitDir in Oldest(atHand))
        {
            cancellationToken.ThrowIfCancellationRequested();
            over -= TryEvict(gitDir, "it is larger than cache.max_gigabytes");
            if (over <= 0) return;
        }
        LogOverQuota(log, (over + Mebibyte - 1) / Mebibyte);
    }

    private List<string> Oldest(string atHand) =>
        [.. Known().Where(gitDir => gitDir != atHand).OrderBy(CacheLocks.LastUsed).ThenBy(gitDir => gitDir, StringComparer.Ordinal)];

    /// <summary>Whatever is here whole, or was left by somebody who was killed while he made or removed it.</summary>
    private IEnumerable<string> Known() => !Directory.Exists(paths.Root) ? [] : Directory.EnumerateDirectories(paths.Root)
        .Select(folder => Name().Match(Path.GetFileName(folder))).Where(match => match.Success).Select(match => paths.GitDir(match.Groups["id"].Value)).Distinct(StringComparer.Ordinal);

    /// <summary>How many bytes that freed; 0 when it had to stay.</summary>
    private long TryEvict(string gitDir, string why)
    {
        using var held = locks.TryAcquire(gitDir);
        if (held is null) return 0;
        try
        {
            var free = CacheRecovery.Halves(gitDir).Sum(Bytes);
            CacheRecovery.Run(gitDir, held.PredecessorDied);
            var folder = new DirectoryInfo(gitDir);
            if (folder is { Exists: true, LinkTarget: null } && !pins.IsPinned(gitDir))
            {
                free += Bytes(gitDir);
                // Under another name first: a repository that is only half there must not look whole.
                var aside = CacheRecovery.Half(gitDir, "old");
                Directory.Move(gitDir, aside);
                Directory.Delete(aside, recursive: true);
            }
            held.MarkClean();
            if (free == 0) return 0;
            Metrics.CacheEvictions.Add(1);
            LogEvicted(log, Path.GetFileNameWithoutExtension(gitDir), (free + Mebibyte - 1) / Mebibyte, why);
            return free;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogNotEvicted(log, problem, Path.GetFileNameWithoutExtension(gitDir), why);
            return 0;
        }
    }

    /// <summary>Other syncs go on: what vanishes while it is counted has no size.</summary>
    private static long Bytes(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", Everything).Sum(file => file is { Exists: true, LinkTarget: null } ? file.Length : 0);

    // A link to a folder is not followed: what it leads to is not the cache's.
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    [GeneratedRegex(@"^(\.(new|old)-)?(?<id>repo_[a-z2-7]{26})\.git(-[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [LoggerMessage(3001, LogLevel.Warning, "{Repository} was removed from the cache, which frees {Mebibytes} MiB: {Why}")]
    private static partial void LogEvicted(ILogger logger, string repository, long mebibytes, string why);

    [LoggerMessage(3002, LogLevel.Warning, "{Repository} could not be removed from the cache: {Why}")]
    private static partial void LogNotEvicted(ILogger logger, Exception problem, string repository, string why);

    [LoggerMessage(3003, LogLevel.Warning, "the cache is {Mebibytes} MiB larger than cache.max_gigabytes, and runs use what is in it")]
    private static partial void LogOverQuota(ILogger logger, long mebibytes);
}
