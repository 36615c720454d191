using System.Text;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Repositories that hold every commit and tree, but contents only of the commits that were analysed: of a long history the smaller part. Only a fetch of
/// ours knows of the remote that owes the rest (git's word is promisor). To everybody else such an object is just absent: git would fetch it, or end.
/// </summary>
internal sealed class BloblessClone(GitProcess git, SourceFetcher fetcher)
{
    /// <summary>The remote's name; its address is given with each fetch.</summary>
    public const string Remote = "source";

    /// <summary>With more packs than this, git looks through too many for every object.</summary>
    internal const int MaxPacks = 40;

    private const string MarkFile = "charterhouse-blobless";

    /// <summary>Settings for what must know that contents lack on purpose.</summary>
    public static IReadOnlyList<string> Config { get; } = [$"remote.{Remote}.promisor=true", $"remote.{Remote}.partialclonefilter=blob:none"];

    /// <summary>True for a repository that lacks contents on purpose.</summary>
    public static bool Is(string gitDir) => File.Exists(Path.Combine(gitDir, MarkFile));

    /// <summary>Makes an empty repository one.</summary>
    public static void Begin(string gitDir) => File.WriteAllText(Path.Combine(gitDir, MarkFile), "");

    /// <summary>From now on it is as any other: everything has been fetched.</summary>
    public static void End(string gitDir) => File.Delete(Path.Combine(gitDir, MarkFile));

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

    /// <summary>Makes one pack of many: what a server owes more of always comes as packs, two for each sync. Whoever reads meanwhile finds every object in the old ones or in the new one.</summary>
    public async Task TidyAsync(string gitDir, CancellationToken cancellationToken)
    {
        if (Directory.EnumerateFiles(Path.Combine(gitDir, "objects", "pack"), "*.pack").Count() <= MaxPacks) return;
        // Only reading gets slower when it fails, and the next sync tries again.
        _ = await git.RunAsync(["--git-dir=" + gitDir, "repack", "-a", "-d", "--quiet"], CacheGit.Writing(gitDir) with { Config = Config }, cancellationToken);
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
