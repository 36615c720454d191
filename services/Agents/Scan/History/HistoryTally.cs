using System.Globalization;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Scan.History;

/// <summary>
/// Adds up commits as they come, newest first, so that no commit need be kept, and only for files that the tree still has: memory follows the
/// tree, whatever came and went before. Windows end at the first commit's (the head's) time.
/// </summary>
/// <param name="paths">The tree's paths, in its order.</param>
internal sealed class HistoryTally(bool shallow, int limit, IReadOnlyList<string> paths, Mailmap mailmap)
{
    /// <summary>Earlier names that are followed at most, for each file of the tree on average.</summary>
    private const int NamesPerFile = 4;

    private readonly AuthorTally _authors = new(mailmap);
    private readonly SortedDictionary<string, int> _months = new(StringComparer.Ordinal);
    private readonly HashSet<DateOnly> _activeDays = [];
    private readonly Dictionary<string, int> _places = Places(paths);
    private readonly FileTally?[] _files = new FileTally?[paths.Count];
    private CommitPoint? _last;
    private CommitPoint? _first;
    private int _commits, _merges, _last90, _last365;
    private bool _cut, _recent, _countFiles;
    private int _author;
    private readonly List<RecentTally> _recentCommits = [];
    private RecentTally? _open;
    private DateTimeOffset _time;

    /// <summary>A commit; its changes follow.</summary>
    public void Begin(string sha, int parents, string name, string address, DateTimeOffset time)
    {
        End();
        if (_commits == limit)
        {
            _cut = true;
            return;
        }
        _commits++;
        _first = new CommitPoint(sha, time);
        _last ??= _first;
        var age = _last.Date - time;
        _recent = age <= TimeSpan.FromDays(365);
        if (_recent) _activeDays.Add(DateOnly.FromDateTime(time.UtcDateTime));
        if (parents > 1)
        {
            _merges++;
            return;
        }
        // At a shallow boundary every file looks new, though the commit may have changed one.
        _countFiles = !(shallow && parents == 0);
        var inLast90 = age <= TimeSpan.FromDays(90);
        if (inLast90) _last90++;
        if (_recent) _last365++;
        var month = time.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        _months[month] = _months.GetValueOrDefault(month) + 1;
        _author = _authors.Add(name, address, time, _recent, inLast90);
        _time = time;
        if (!_recent || !_countFiles || _recentCommits.Count == HistoryFacts.RecentLimit) return;
        _open = new RecentTally(_author, DayOf(time));
        _recentCommits.Add(_open);
    }

    /// <summary>The commit changed this file.</summary>
    public void Change(string path)
    {
        if (!_countFiles) return;
        _open?.Count();
        if (!_places.TryGetValue(path, out var place)) return;
        (_files[place] ??= new FileTally()).Add(_recent ? _author : null, DayOf(_time));
        _open?.Add(place);
    }

    /// <summary>The commit moved a file and left its content alone: no change, but older changes belong to the new name.</summary>
    public void Rename(string from, string to)
    {
        if (!_countFiles || !_places.TryGetValue(to, out var place)) return;
        if (_places.TryGetValue(from, out var taken) ? paths[taken] != from : _places.Count < (1 + NamesPerFile) * paths.Count) _places[from] = place;
    }

    /// <summary>The commit is complete.</summary>
    public void End()
    {
        _countFiles = false;
        _open = null;
    }

    /// <summary>The facts.</summary>
    public HistoryFacts ToFacts()
    {
        var (authors, indexOf) = _authors.Merge();
        var files = new List<FileHistory>();
        for (var i = 0; i < _files.Length; i++)
            if (_files[i] is { } tally)
                files.Add(tally.ToFacts(i, indexOf, author => authors[author].Bot));
        return new HistoryFacts
        {
            Commits = _commits,
            Merges = _merges,
            Shallow = shallow,
            Cut = _cut,
            First = _first,
            Last = _last,
            Last90Days = _last90,
            Last365Days = _last365,
            ActiveDays = _activeDays.Count,
            Months = _months.Select(month => new MonthCount(month.Key, month.Value)).ToArray(),
            Authors = authors,
            Files = files,
            Recent = _recentCommits.Select(commit => commit.ToFacts(indexOf)).ToArray(),
            Tags = [],
            TagCount = 0,
        };
    }

    private static int DayOf(DateTimeOffset time) => time.UtcDateTime.Year * 10_000 + time.UtcDateTime.Month * 100 + time.UtcDateTime.Day;

    private static Dictionary<string, int> Places(IReadOnlyList<string> paths)
    {
        var places = new Dictionary<string, int>(paths.Count, StringComparer.Ordinal);
        for (var i = 0; i < paths.Count; i++) places[paths[i]] = i;
        return places;
    }

    private sealed class RecentTally(int author, int day)
    {
        private readonly List<int> _files = [];
        private int _changed;

        /// <summary>A change of any file; more than <see cref="RecentCommit.FilesLimit"/> of them couple nothing.</summary>
        public void Count()
        {
            if (++_changed > RecentCommit.FilesLimit) _files.Clear();
        }

        public void Add(int place)
        {
            if (_changed <= RecentCommit.FilesLimit) _files.Add(place);
        }

        public RecentCommit ToFacts(Func<int, int> indexOf) => new(indexOf(author), day, _changed, _files.Distinct().Order().ToArray());
    }

    private sealed class FileTally
    {
        private readonly Dictionary<int, int> _authors = [];
        private int _changes;
        private int _lastDay;

        public void Add(int? author, int day)
        {
            _changes++;
            _lastDay = Math.Max(_lastDay, day);
            if (author is not { } one) return;
            _authors[one] = _authors.GetValueOrDefault(one) + 1;
        }

        public FileHistory ToFacts(int file, Func<int, int> indexOf, Func<int, bool> isBot)
        {
            // What a bot copies in from elsewhere says nothing about the work here.
            var people = _authors.GroupBy(pair => indexOf(pair.Key), pair => pair.Value)
                .Where(group => !isBot(group.Key))
                .Select(group => (Author: group.Key, Changes: group.Sum()))
                .ToArray();
            var main = people
                .OrderByDescending(pair => pair.Changes).ThenBy(pair => pair.Author)
                .FirstOrDefault((-1, 0));
            return new FileHistory(file, _changes, people.Sum(author => author.Changes), main.Item1, main.Item2, _lastDay);
        }
    }
}
