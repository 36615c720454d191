using System.Text;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Repositories that hold every commit and tree, but contents only of the commits that were analysed: of a long history the smaller part. The remote that
/// owes the rest has no address on disk, so that no git can fetch by itself.
/// </summary>
internal sealed class BloblessClone(GitProcess git, SourceFetcher fetcher)
{
    /// <summary>The remote's name; its address is given with each fetch.</summary>
    public const string Remote = "source";

    /// <summary>What stands in the configuration of such a repository.</summary>
    public const string Configuration = $"[remote \"{Remote}\"]\n\tpromisor = true\n\tpartialclonefilter = blob:none\n";

    /// <summary>True for a repository that lacks contents on purpose.</summary>
    public static bool Is(string gitDir) => File.ReadAllText(Path.Combine(gitDir, "config")).Contains(Configuration, StringComparison.Ordinal);

    /// <summary>From now on it is as any other: everything has been fetched.</summary>
    public static void End(string gitDir)
    {
        var file = Path.Combine(gitDir, "config");
        var temporary = file + ".lock";
        File.WriteAllText(temporary, File.ReadAllText(file).Replace(Configuration, "", StringComparison.Ordinal));
        File.Move(temporary, file, overwrite: true);
    }

    /// <summary>Fetches what the trees of these commits lack, in one go. Under the repository's lock.</summary>
    /// <returns>The fetch; null when nothing was missing.</returns>
    public async Task<GitResult?> FillAsync(SyncSource source, string gitDir, IEnumerable<string> commits, CancellationToken cancellationToken)
    {
        var missing = new MemoryStream();
        var walk = await git.StreamAsync(
            ["--git-dir=" + gitDir, "rev-list", "--objects", "--no-object-names", "--no-walk", "--missing=print", .. commits.Select(sha => sha + "^{tree}"), "--"],
            CacheGit.Reading, (output, token) => PickAsync(output, missing, token), cancellationToken);
        if (!walk.Succeeded) throw GitFailures.OfCache(walk, "looking for the contents that are to be fetched");
        return missing.Length == 0 ? null : await fetcher.FetchObjectsAsync(source, gitDir, missing.ToArray(), cancellationToken);
    }

    /// <summary>Keeps the ids of lines that say "missing": <c>?id</c>.</summary>
    private static async Task PickAsync(Stream output, Stream missing, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true);
        await using var writer = new StreamWriter(missing, Encoding.ASCII, bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith('?')) await writer.WriteLineAsync(line.AsMemory(1), cancellationToken);
        }
    }
}
