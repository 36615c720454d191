using System.Text;
using System.Text.Unicode;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Scan.Git;

/// <summary>An entry of the head tree.</summary>
/// <param name="Size">Bytes; null when git does not have the object (or it is a submodule).</param>
internal readonly record struct TreeEntry(string Path, int Mode, string Id, long? Size);

/// <summary>The head tree, read once.</summary>
/// <param name="OddPaths">How many paths are no valid UTF-8.</param>
/// <param name="Cut">There are more entries than are read.</param>
internal sealed record Tree(IReadOnlyList<TreeEntry> Entries, int OddPaths, bool Cut);

/// <summary>Reads a tree by one <c>git ls-tree</c>.</summary>
internal static class TreeReader
{
    /// <summary>Entries that are read at most, in git's order. A few kilobytes of nested trees can stand for billions of entries.</summary>
    public const int EntryLimit = 250_000;
    /// <summary>Bytes of all their paths together.</summary>
    private const int PathBytesLimit = 64 * 1024 * 1024;

    public static async Task<Tree> ReadAsync(GitProcess git, string gitDir, string commit, CancellationToken cancellationToken)
    {
        var entries = new List<TreeEntry>();
        var odd = 0;
        long pathBytes = 0;
        var cut = !await GitRecords.ReadAsync(git, gitDir, ["ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", commit], [], record =>
        {
            // <mode> SP <type> SP <object> SP+ <size> TAB <path>
            var tab = record.IndexOf((byte)'\t');
            if (tab < 0) throw new InvalidDataException("git ls-tree printed a line without a path");
            var head = record[..tab];
            var mode = GitText.Number(head[..6]) ?? 0;
            var idBegin = 7 + head[7..].IndexOf((byte)' ') + 1;
            var idEnd = idBegin + head[idBegin..].IndexOf((byte)' ');
            var size = GitText.Number(head[idEnd..].Trim((byte)' '));
            var path = record[(tab + 1)..];
            pathBytes += path.Length;
            if (entries.Count == EntryLimit || pathBytes > PathBytesLimit) return false;
            if (!Utf8.IsValid(path)) odd++;
            entries.Add(new TreeEntry(GitText.Path(path), (int)mode, Encoding.ASCII.GetString(head[idBegin..idEnd]), size));
            return true;
        }, cancellationToken);
        return new Tree(entries, odd, cut);
    }
}
