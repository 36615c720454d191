using System.Globalization;
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
            var settings = new GitProcess.Settings { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = Path.Combine(folder.FullName, "index") } };
            string[] where = ["--git-dir=" + gitDir, "--work-tree=" + workTree];
            if (!(await git.RunAsync([.. where, "read-tree", sha], settings, deadline.Token)).Succeeded) return null;
            // Of a fresh index every file looks touched; 'diff' compares contents then, 'diff-files' would not.
            var changed = git.RunAsync([.. where, "diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"], settings, deadline.Token);
            var untracked = git.RunAsync([.. where, "ls-files", "-z", "--others", "--directory", "--no-empty-directory", "--exclude-per-directory=.gitignore", .. Excludes(repository)], settings, deadline.Token);
            var (first, second) = (await changed, await untracked);
            if (!first.Succeeded || !second.Succeeded) return null;
            return await WithoutFilteredAsync(first.RawOutput, where, settings, deadline.Token) + Count(second.RawOutput);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
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
