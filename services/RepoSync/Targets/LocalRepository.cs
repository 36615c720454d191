using Charterhouse.Platform.Git;

namespace Charterhouse.RepoSync.Targets;

/// <summary>
/// A repository of this machine, found by looking at files only: running git inside an unknown repository would obey its configuration.
/// </summary>
/// <param name="GitDir">Holds HEAD; of a linked worktree its own folder below <c>worktrees</c>.</param>
/// <param name="CommonDir">Holds objects, refs and config; equal to <paramref name="GitDir"/> except in a linked worktree.</param>
/// <param name="WorkTree">Root of the checked-out files; null for a bare repository.</param>
public sealed record LocalRepository(string GitDir, string CommonDir, string? WorkTree)
{
    private const int MaxPointerBytes = 8192;

    /// <summary>True when its history is cut off.</summary>
    public bool IsShallow => File.Exists(Path.Combine(CommonDir, "shallow")) && new FileInfo(Path.Combine(CommonDir, "shallow")).Length > 0;

    /// <summary>The repository that encloses a path: the nearest one upwards.</summary>
    public static Outcome<LocalRepository> Find(string path)
    {
        try
        {
            var start = RealPath.Of(path);
            if (!Path.Exists(start)) return new TargetProblem("not_found", $"there is no folder '{path}'", "Check the spelling.");
            if (Directory.Exists(start)) _ = Directory.EnumerateFileSystemEntries(start).Any();
            for (var folder = Directory.Exists(start) ? start : Path.GetDirectoryName(start); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (Look(folder) is not { } found) continue;
                // Looks into the store as well: git would only say that there is no repository.
                if (found.Value is { } repository) _ = Directory.EnumerateFileSystemEntries(Path.Combine(repository.CommonDir, "objects")).Any();
                return found;
            }
            return new TargetProblem("not_a_repository", $"'{path}' is not inside a git repository", "Name a folder of a repository, or run 'git init' and commit something first.");
        }
        catch (UnauthorizedAccessException)
        {
            return Unreadable(path);
        }
        catch (IOException problem)
        {
            return new TargetProblem("unreadable", $"'{path}' cannot be read: {problem.Message}", "Check the file system.");
        }
    }

    /// <summary>The address of the remote <c>origin</c>, as it is configured; null when there is none.</summary>
    public async Task<string?> OriginAsync(GitProcess git, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var file = Path.Combine(CommonDir, "config");
        if (!File.Exists(file)) return null;
        // As data: includes stay off, and the address is never connected to. A broken config means no origin; the fetch tells the rest.
        var result = await git.RunAsync(["config", "--file", file, "--no-includes", "-z", "--get", "remote.origin.url"], new GitProcess.Settings { Timeout = timeout }, cancellationToken);
        return result.Succeeded ? result.Output.TrimEnd('\0') : null;
    }

    internal static TargetProblem Unreadable(string path) =>
        new("unreadable", $"'{path}' may not be read by this user", "Grant this user read access to the whole repository, its .git folder included.");

    private static Outcome<LocalRepository>? Look(string folder)
    {
        var dot = Path.Combine(folder, ".git");
        if (File.Exists(dot)) return FollowPointer(folder, dot);
        if (Directory.Exists(dot) && Inspect(RealPath.Of(dot), folder) is { } inner) return inner;
        // The folder itself may be a git dir: a bare repository, or somebody's .git.
        if (!IsGitDir(folder)) return null;
        return new LocalRepository(folder, folder, Path.GetFileName(folder) == ".git" ? Path.GetDirectoryName(folder) : null);
    }

    /// <summary>Null for an empty <c>.git</c> folder, which git passes by as well.</summary>
    private static Outcome<LocalRepository>? Inspect(string gitDir, string workTree)
    {
        if (IsGitDir(gitDir)) return new LocalRepository(gitDir, gitDir, workTree);
        var isRemains = Path.Exists(Path.Combine(gitDir, "HEAD")) || Directory.Exists(Path.Combine(gitDir, "objects"));
        return isRemains ? (Outcome<LocalRepository>)Corrupt(gitDir, "HEAD, objects or refs is missing") : null;
    }

    private static Outcome<LocalRepository> FollowPointer(string workTree, string file)
    {
        if (ReadPointer(file) is not { } line || !line.StartsWith("gitdir: ", StringComparison.Ordinal)) return Corrupt(file, "it does not say where the repository is");
        var gitDir = RealPath.Of(Path.Combine(workTree, line["gitdir: ".Length..]));
        var common = gitDir;
        var commonFile = Path.Combine(gitDir, "commondir");
        if (File.Exists(commonFile))
        {
            if (ReadPointer(commonFile) is not { Length: > 0 } relative) return Corrupt(gitDir, "its commondir file is empty");
            common = RealPath.Of(Path.Combine(gitDir, relative));
        }
        return File.Exists(Path.Combine(gitDir, "HEAD")) && HasStores(common)
            ? new LocalRepository(gitDir, common, workTree)
            : Corrupt(file, $"the repository that it points to ({gitDir}) is gone or incomplete");
    }

    private static string? ReadPointer(string file)
    {
        if (new FileInfo(file).Length > MaxPointerBytes) return null;
        return File.ReadAllText(file).TrimEnd('\n', '\r');
    }

    private static bool IsGitDir(string folder) => File.Exists(Path.Combine(folder, "HEAD")) && HasStores(folder);

    private static bool HasStores(string folder) => Directory.Exists(Path.Combine(folder, "objects")) && Directory.Exists(Path.Combine(folder, "refs"));

    private static TargetProblem Corrupt(string path, string why) =>
        new("corrupt_repository", $"the repository at '{path}' is damaged: {why}", "Run 'git fsck' there, or clone it again.");
}
