using System.Text.RegularExpressions;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Makes room on a full disk: removes cached repositories that no run uses, the one that was used longest ago first. The next sync of such a
/// repository makes it anew.
/// </summary>
internal sealed partial class CacheEviction(RepositoryCachePaths paths, CacheLocks locks, RunPins pins, ILogger<CacheEviction> log)
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Removes repositories; none that is locked, that a live run has pinned, or that lies elsewhere by a link.</summary>
    /// <param name="atHand">The repository that the room is for.</param>
    /// <param name="count">How many, at most.</param>
    /// <returns>How many were removed.</returns>
    public int Evict(string atHand, int count, CancellationToken cancellationToken)
    {
        var evicted = 0;
        foreach (var gitDir in Known().Where(gitDir => gitDir != atHand).OrderBy(CacheLocks.LastUsed).ThenBy(gitDir => gitDir, StringComparer.Ordinal).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (evicted == count) break;
            if (TryEvict(gitDir)) evicted++;
        }
        return evicted;
    }

    /// <summary>Whatever is here whole, or was left by somebody who was killed while he made or removed it.</summary>
    private IEnumerable<string> Known() => !Directory.Exists(paths.Root) ? [] : Directory.EnumerateDirectories(paths.Root)
        .Select(folder => Name().Match(Path.GetFileName(folder))).Where(match => match.Success).Select(match => paths.GitDir(match.Groups["id"].Value)).Distinct(StringComparer.Ordinal);

    private bool TryEvict(string gitDir)
    {
        using var held = locks.TryAcquire(gitDir);
        if (held is null) return false;
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
            if (free == 0) return false;
            Metrics.CacheEvictions.Add(1);
            LogEvicted(log, Path.GetFileNameWithoutExtension(gitDir), (free + Mebibyte - 1) / Mebibyte);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogNotEvicted(log, problem, Path.GetFileNameWithoutExtension(gitDir));
            return false;
        }
    }

    private static long Bytes(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    [GeneratedRegex(@"^(\.(new|old)-)?(?<id>repo_[a-z2-7]{26})\.git(-[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [LoggerMessage(3001, LogLevel.Warning, "the disk of the repository cache is full: {Repository} was removed from the cache, which frees {Mebibytes} MiB")]
    private static partial void LogEvicted(ILogger logger, string repository, long mebibytes);

    [LoggerMessage(3002, LogLevel.Warning, "the disk of the repository cache is full, and {Repository} could not be removed from the cache")]
    private static partial void LogNotEvicted(ILogger logger, Exception problem, string repository);
}
