using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Historian;

/// <summary>Counts who changes which module.</summary>
internal static class ModulePeopleReader
{
    private const int Shown = 20;
    private const int PeopleShown = 5;

    /// <summary>The section.</summary>
    /// <param name="minimum">Commits below which a share says nothing.</param>
    public static ModulePeopleSection Read(RepositoryFacts facts, string until, SourceMap map, Func<FileFact, bool> isSource, int minimum)
    {
        var modules = new Dictionary<string, Dictionary<int, int>>(StringComparer.Ordinal);
        var moduleOf = new string?[facts.Files.Count];
        for (var i = 0; i < moduleOf.Length; i++)
            if (isSource(facts.Files[i])) moduleOf[i] = map.Modules.FolderOf(map.Tree, i);
        foreach (var commit in facts.History.Recent)
        {
            if (facts.History.Authors[commit.Author].Bot) continue;
            foreach (var module in commit.Files.Select(file => moduleOf[file]).OfType<string>().Distinct(StringComparer.Ordinal))
            {
                if (!modules.TryGetValue(module, out var authors)) modules[module] = authors = [];
                authors[commit.Author] = authors.GetValueOrDefault(commit.Author) + 1;
            }
        }
        var rows = modules.Select(module => Row(module.Key, module.Value, facts.History.Authors)).Where(row => row.Commits >= minimum)
            .OrderByDescending(row => row.Commits).ThenBy(row => row.Path, StringComparer.Ordinal).Take(Shown).ToArray();
        return new ModulePeopleSection($"Modules whose source at least {minimum} commits by people changed in the 12 months to {until}; merges and commits of more than {RecentCommit.FilesLimit} files left out.", rows);
    }

    private static ModulePeople Row(string path, Dictionary<int, int> authors, IReadOnlyList<AuthorFact> names)
    {
        var all = authors.Values.Sum();
        var needed = new List<string>();
        var sum = 0;
        foreach (var (author, commits) in authors.OrderByDescending(pair => pair.Value).ThenBy(pair => names[pair.Key].Name, StringComparer.Ordinal))
        {
            if (sum * 2 > all) break;
            sum += commits;
            needed.Add(names[author].Name);
        }
        return new ModulePeople(path, all, authors.Count, needed.Count, needed.Take(PeopleShown).ToArray());
    }
}
