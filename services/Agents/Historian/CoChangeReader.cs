using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Historian;

/// <summary>Finds files of different modules that change together.</summary>
internal static class CoChangeReader
{
    private const int Shown = 10;
    /// <summary>Less often together may be chance.</summary>
    private const int MinimumTogether = 6;
    /// <summary>A commit of more files is a sweep: it says nothing about any two of them.</summary>
    private const int SweepFiles = 25;

    /// <summary>The pairs.</summary>
    /// <param name="isSource">Files that count.</param>
    /// <param name="couplings">Pairs that need no telling, because the code says it; only asked when any pair is left.</param>
    public static CoChangeSection Read(RepositoryFacts facts, string until, SourceMap map, Func<FileFact, bool> isSource, Lazy<Couplings> couplings)
    {
        var commits = facts.History.Recent.Where(commit => !facts.History.Authors[commit.Author].Bot && commit.Changed is > 0 and <= SweepFiles).ToArray();
        var changes = new Dictionary<int, int>();
        foreach (var file in commits.SelectMany(commit => commit.Files)) changes[file] = changes.GetValueOrDefault(file) + 1;
        var modules = changes.Where(pair => pair.Value >= MinimumTogether && !facts.Files[pair.Key].Has(FileFlags.Test) && isSource(facts.Files[pair.Key]))
            .ToDictionary(pair => pair.Key, pair => map.Modules.FolderOf(map.Tree, pair.Key));
        var together = new Dictionary<(int, int), int>();
        foreach (var commit in commits)
        {
            var files = commit.Files.Where(modules.ContainsKey).ToArray();
            for (var i = 0; i < files.Length; i++)
                for (var j = i + 1; j < files.Length; j++)
                    if (modules[files[i]] != modules[files[j]]) together[(files[i], files[j])] = together.GetValueOrDefault((files[i], files[j])) + 1;
        }
        var pairs = together
            .Where(pair => pair.Value >= MinimumTogether)
            .Select(pair => (Pair: changes[pair.Key.Item1] >= changes[pair.Key.Item2] ? pair.Key : (pair.Key.Item2, pair.Key.Item1), Together: pair.Value))
            // Most changes of the one, and not just any of the other: a file that every commit changes goes with all.
            .Where(pair => pair.Together * 10 >= changes[pair.Pair.Item2] * 6 && pair.Together * 10 >= changes[pair.Pair.Item1] * 3)
            .Where(pair => !couplings.Value.Has(pair.Pair.Item1, pair.Pair.Item2))
            .Select(pair => new CoChange(
                facts.Files[pair.Pair.Item1].Path, modules[pair.Pair.Item1], facts.Files[pair.Pair.Item2].Path, modules[pair.Pair.Item2], pair.Together, changes[pair.Pair.Item1], changes[pair.Pair.Item2]))
            .OrderByDescending(pair => pair.Together).ThenBy(pair => pair.SecondChanges).ThenBy(pair => pair.First, StringComparer.Ordinal).ThenBy(pair => pair.Second, StringComparer.Ordinal)
            .Take(Shown).ToArray();
        return new CoChangeSection(
            $"Source files of different modules, neither of which imports or declares the other, that changed together at least {MinimumTogether} times in the 12 months to {until}, in at least 60 % of the changes of the one and 30 % of the other; commits by bots, merges, commits of more than {SweepFiles} files and tests left out.", pairs);
    }
}
