using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Contracts.Charters;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Scan.History;

/// <summary>Reads the history by one <c>git log --raw</c>: which files a commit changed, not how many lines (that would need every diff).</summary>
internal static class HistoryReader
{
    /// <summary>Commits that are read at most, the newest first.</summary>
    public const int CommitLimit = 50_000;
    private const int TagLimit = 100;

    // A commit begins with a byte that nothing else in this output begins with.
    private const byte CommitMark = 1;
    private static readonly string[] Format =
        ["--format=%x01%H%x00%P%x00%aN%x00%aE%x00%ct", "--raw", "--no-abbrev", "-z", "-M100%", "--no-show-signature", "--no-ext-diff", "--no-textconv"];

    /// <summary>Adds up the history that is reachable from the commit, for the files whose paths are given.</summary>
    /// <param name="hasMailmap">The commit has a .mailmap that is small enough to read.</param>
    public static async Task<HistoryFacts> ReadAsync(GitProcess git, string gitDir, string commit, bool shallow, IReadOnlyList<string> paths, bool hasMailmap, CancellationToken cancellationToken)
    {
        var tally = new HistoryTally(shallow, CommitLimit, paths, await Mailmap.ReadAsync(git, gitDir, commit, hasMailmap, cancellationToken));
        var parser = new LogParser(tally);
        await GitRecords.ReadAsync(
            git, gitDir, ["log", .. Format, $"--max-count={CommitLimit + 1}", "--end-of-options", commit, "--"],
            // In a bare repository git looks for HEAD's .mailmap; the analysed commit may be another one.
            [$"mailmap.blob={commit}:.mailmap", "log.mailmap=true"], record =>
            {
                parser.Take(record);
                return true;
            }, cancellationToken);
        parser.End();
        return tally.ToFacts();
    }

    /// <summary>Tags whose commit is part of the commit's history, youngest first, at most 100, and how many there are.</summary>
    public static async Task<(IReadOnlyList<TagPoint> Tags, int Count)> ReadTagsAsync(GitProcess git, string gitDir, string commit, CancellationToken cancellationToken)
    {
        var tags = new List<TagPoint>();
        await GitRecords.ReadAsync(
            git, gitDir, ["for-each-ref", $"--merged={commit}", "--format=%(creatordate:unix) %(refname:strip=2)%00", "refs/tags"], [], record =>
        {
            record = record.TrimStart((byte)'\n');
            var space = record.IndexOf((byte)' ');
            if (space > 0 && GitText.Number(record[..space]) is { } seconds)
                tags.Add(new TagPoint(GitText.Path(record[(space + 1)..]), GitText.Time(seconds)));
            return true;
        }, cancellationToken);
        return (tags.OrderByDescending(tag => tag.Date).ThenBy(tag => tag.Name, StringComparer.Ordinal).Take(TagLimit).ToArray(), tags.Count);
    }

    /// <summary>Puts the records of the log together. Which record means what follows from what came before, never from a path's bytes.</summary>
    private sealed class LogParser(HistoryTally tally)
    {
        private enum Expect { CommitOrChange, Parents, Name, Address, Time, Path, RenamedTo }

        private Expect _expect = Expect.CommitOrChange;
        private string _sha = "";
        private int _parents;
        private string _name = "";
        private string _address = "";
        private bool _open;
        private byte _status;
        private string _from = "";

        public void Take(ReadOnlySpan<byte> record)
        {
            switch (_expect)
            {
                case Expect.CommitOrChange:
                    record = record.TrimStart((byte)'\n');
                    if (record.IsEmpty) return;
                    if (record[0] == CommitMark)
                    {
                        End();
                        _sha = GitText.Path(record[1..]);
                        _expect = Expect.Parents;
                    }
                    else if (record[0] == ':')
                    {
                        // :100644 100644 <id> <id> M  — the status is the last word
                        _status = record[record.LastIndexOf((byte)' ') + 1];
                        _expect = Expect.Path;
                    }
                    return;
                case Expect.Parents:
                    _parents = record.IsEmpty ? 0 : record.Count((byte)' ') + 1;
                    _expect = Expect.Name;
                    return;
                case Expect.Name:
                    _name = GitText.Path(record);
                    _expect = Expect.Address;
                    return;
                case Expect.Address:
                    _address = GitText.Path(record);
                    _expect = Expect.Time;
                    return;
                case Expect.Time:
                    tally.Begin(_sha, _parents, _name, _address, GitText.Time(GitText.Number(record.Trim((byte)'\n')) ?? 0));
                    _open = true;
                    _expect = Expect.CommitOrChange;
                    return;
                case Expect.Path when _status is (byte)'R' or (byte)'C':
                    _from = GitText.Path(record);
                    _expect = Expect.RenamedTo;
                    return;
                case Expect.Path:
                    if (_status != 'D') tally.Change(GitText.Path(record));
                    _expect = Expect.CommitOrChange;
                    return;
                case Expect.RenamedTo:
                    if (_status == 'R') tally.Rename(_from, GitText.Path(record));
                    _expect = Expect.CommitOrChange;
                    return;
            }
        }

        public void End()
        {
            if (_open) tally.End();
            _open = false;
        }
    }
}
