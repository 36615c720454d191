using System.Text;
using System.Text.Unicode;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Scan.Git;

/// <summary>An entry of the head tree.</summary>
/// <param name="Size">Bytes; null when git does not have the object (or it is a submodule).</param>
internal readonly record struct TreeEntry(string Path, int Mode, string Id, long? Size);

/// <summary>The head tree, read once.</summary>
/// <param name="OddPaths">How many paths are no valid UTF-8.</param>
internal sealed record Tree(IReadOnlyList<TreeEntry> Entries, int OddPaths);

/// <summary>Reads a whole tree by one <c>git ls-tree</c>.</summary>
internal static class TreeReader
{
    public static async Task<Tree> ReadAsync(GitProcess git, string gitDir, string commit, CancellationToken cancellationToken)
    {
        var entries = new List<TreeEntry>();
        var odd = 0;
        await GitRecords.ReadAsync(git, gitDir, ["ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", commit], [], record =>
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
            if (!Utf8.IsValid(path)) odd++;
            entries.Add(new TreeEntry(GitText.Path(path), (int)mode, Encoding.ASCII.GetString(head[idBegin..idEnd]), size));
        }, cancellationToken);
        return new Tree(entries, odd);
    }
}
