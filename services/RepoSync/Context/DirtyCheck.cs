using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Context;

/// <summary>
/// Counts uncommitted changes of a working tree with our own git dir and a temporary index: the target's configuration could name
/// programs (fsmonitor, filters) and is never read.
/// </summary>
internal sealed class DirtyCheck(GitProcess git, RepoSyncOptions options)
{
    /// <summary>The number of changed and untracked paths (an untracked folder counts once); null when time was up or it cannot be told.</summary>
    public async Task<int?> CountAsync(LocalRepository repository, string gitDir, string sha, CancellationToken cancellationToken)
    {
        if (repository.WorkTree is not { } workTree) return 0;
        var folder = Directory.CreateTempSubdirectory("charterhouse-index-");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.DirtyCheckTimeout);
        try
        {
            var index = Path.Combine(folder.FullName, "index");
            var kept = KeptIndex(gitDir, workTree);
            TakeOver(kept, index);
            var settings = new GitProcess.Settings { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = index } };
            string[] where = ["--git-dir=" + gitDir, "--work-tree=" + workTree];
            // -m keeps what the last check learned about unchanged files.
            if (!(await git.RunAsync([.. where, "read-tree", "-m", sha], settings, deadline.Token)).Succeeded)
            {
                File.Delete(index);
                if (!(await git.RunAsync([.. where, "read-tree", sha], settings, deadline.Token)).Succeeded) return null;
            }
            // Exit code 1 only says that something differs.
            if ((await git.RunAsync([.. where, "update-index", "-q", "--refresh", "--ignore-submodules"], settings, deadline.Token)).ExitCode is not (0 or 1)) return null;
            var changed = git.RunAsync([.. where, "diff-files", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"], settings, deadline.Token);
            var untracked = git.RunAsync([.. where, "ls-files", "-z", "--others", "--directory", "--no-empty-directory", "--exclude-per-directory=.gitignore", .. Excludes(repository)], settings, deadline.Token);
            var (first, second) = (await changed, await untracked);
            if (!first.Succeeded || !second.Succeeded) return null;
            var count = await WithoutFilteredAsync(first.RawOutput, where, settings, deadline.Token) + Count(second.RawOutput);
            Keep(index, kept);
            return count;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A count of uncommitted changes is a courtesy: a full disk or a vanished folder is no reason to fail the sync.
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Our own index of the last check: with it, files that were not touched since need no reading.</summary>
    private static string KeptIndex(string gitDir, string workTree) =>
        Path.Combine(gitDir, "charterhouse-index-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workTree)))[..16]);

    private static void TakeOver(string kept, string index)
    {
        if (!File.Exists(kept)) return;
        File.Copy(kept, index);
        // git trusts an entry only when it is older than the index file: the copy must not look younger than the original.
        File.SetLastWriteTimeUtc(index, File.GetLastWriteTimeUtc(kept));
    }

    private static void Keep(string index, string kept)
    {
        // Two checks at once each move a whole file; the last one stays.
        var temporary = $"{kept}-{Guid.NewGuid():N}.lock";
        try
        {
            File.Copy(index, temporary);
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(index));
            File.Move(temporary, kept, overwrite: true);
        }
        catch (IOException)
        {
            // Another sync cleared the half-made copy away: the next check only takes longer.
        }
    }

    /// <summary>A path with a filter (large files, encryption) differs from its blob by design; without running the filter nothing can be said.</summary>
    private async Task<int> WithoutFilteredAsync(byte[] paths, string[] where, GitProcess.Settings settings, CancellationToken cancellationToken)
    {
        if (paths.Length == 0) return 0;
        var result = await git.RunAsync([.. where, "check-attr", "-z", "--stdin", "filter"], settings with { Input = paths }, cancellationToken);
        // path, attribute, value; each ends in NUL
        var fields = result.Output.Split('\0');
        var unfiltered = 0;
        for (var i = 0; i + 2 < fields.Length; i += 3)
        {
            if (fields[i + 2] is "unspecified" or "unset") unfiltered++;
        }
        return unfiltered;
    }

    // Patterns only: data, like .gitignore.
    private static string[] Excludes(LocalRepository repository) =>
        Path.Combine(repository.CommonDir, "info", "exclude") is var file && File.Exists(file) ? ["--exclude-from=" + file] : [];

    private static int Count(byte[] list) => list.AsSpan().Count((byte)0);

    /// <summary>The note for a count, or null when there is nothing to say.</summary>
    public static string? Note(int? count, string sha) => count switch
    {
        0 => null,
        null => $"analysed commit {sha[..7]}; whether there are uncommitted changes was not checked",
        1 => $"analysed commit {sha[..7]}; 1 uncommitted change is not part of it",
        _ => string.Create(CultureInfo.InvariantCulture, $"analysed commit {sha[..7]}; {count} uncommitted changes are not part of it"),
    };
}
