using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Git;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Refs that keep a run's commit while the run lives: <c>refs/charter/runs/&lt;run id&gt;</c>. They are always loose files (nothing packs
/// refs here), so that looking for them needs no git.
/// </summary>
internal sealed class RunPins(GitProcess git, RepositoryCachePaths paths, CacheLocks locks, RepoSyncOptions options, TimeProvider time)
{
    private const string HeadRef = "refs/charter/head";
    private const string PinPrefix = "refs/charter/runs/";

    /// <summary>True when a ref of ours already keeps the commit, so that it is here with all that belongs to it.</summary>
    public static bool Knows(string gitDir, string sha) =>
        Holds(Path.Combine(gitDir, HeadRef), sha) || PinFiles(gitDir).Any(file => Holds(file.FullName, sha));

    /// <summary>True while a run that uses the repository is not known to have ended.</summary>
    public bool IsPinned(string gitDir)
    {
        var old = time.GetUtcNow() - options.PinAge;
        return PinFiles(gitDir).Any(file => new DateTimeOffset(file.LastWriteTimeUtc) >= old);
    }

    /// <summary>Pins a commit for a run, and drops pins whose run was never heard of again. Under the repository's lock.</summary>
    /// <param name="isHead">The commit is of the default branch: it is kept after the run too, because the next run begins at it.</param>
    public async Task PinAsync(string gitDir, RunId run, string sha, bool isHead, CancellationToken cancellationToken)
    {
        var old = time.GetUtcNow() - options.PinAge;
        var commands = new List<string> { $"update {PinPrefix}{run} {sha}" };
        if (isHead) commands.Add($"update {HeadRef} {sha}");
        commands.AddRange(PinFiles(gitDir)
            .Where(file => file.Name != run.ToString() && new DateTimeOffset(file.LastWriteTimeUtc) < old && RunId.TryParse(file.Name, out _))
            .Select(file => $"delete {PinPrefix}{file.Name}"));
        await UpdateAsync(gitDir, commands, cancellationToken);
    }

    /// <summary>Lets go of whatever was pinned for a run. Releasing twice, or what never was, is harmless.</summary>
    public async Task ReleaseAsync(RunId run, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(paths.Root)) return;
        foreach (var gitDir in Directory.EnumerateDirectories(paths.Root, "repo_*.git"))
        {
            if (!File.Exists(Path.Combine(gitDir, PinPrefix + run))) continue;
            using var held = await locks.AcquireAsync(gitDir, cancellationToken);
            CacheRecovery.Run(gitDir, held.PredecessorDied);
            if (Directory.Exists(gitDir)) await UpdateAsync(gitDir, [$"delete {PinPrefix}{run}"], cancellationToken);
            held.MarkClean();
        }
    }

    private async Task UpdateAsync(string gitDir, IEnumerable<string> commands, CancellationToken cancellationToken)
    {
        var input = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', commands) + "\n");
        var result = await git.RunAsync(["--git-dir=" + gitDir, "update-ref", "--stdin"], CacheGit.Writing(gitDir) with { Input = input }, cancellationToken);
        if (!result.Succeeded) throw GitFailures.OfCache(result, "pinning the commit");
    }

    private static IEnumerable<FileInfo> PinFiles(string gitDir)
    {
        var folder = new DirectoryInfo(Path.Combine(gitDir, PinPrefix));
        return folder.Exists ? folder.EnumerateFiles() : [];
    }

    private static bool Holds(string file, string sha)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).TrimEnd() == sha;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
