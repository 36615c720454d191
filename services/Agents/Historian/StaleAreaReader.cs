using System.Globalization;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Historian;

/// <summary>Finds folders whose source nobody has touched for two years, while the repository went on.</summary>
internal static class StaleAreaReader
{
    private const int MinimumLines = 300;
    private const int Months = 24;
    /// <summary>Below this many commits in the last 12 months all of the repository rests.</summary>
    private const int ActiveCommits = 12;

    /// <summary>The section; null when the history does not tell.</summary>
    public static StaleAreasSection? Read(RepositoryFacts facts, Func<FileFact, bool> isSource)
    {
        var history = facts.History;
        if (history.Shallow || history.Cut || history.Last365Days < ActiveCommits || history.Last is null) return null;
        var before = history.Last.Date.UtcDateTime.AddMonths(-Months);
        var limit = before.Year * 10_000 + before.Month * 100 + before.Day;
        var lastDays = history.Files.ToDictionary(row => row.File, row => row.LastDay);
        var folders = new Dictionary<string, (int Files, long Lines, int LastDay)>(StringComparer.Ordinal);
        for (var i = 0; i < facts.Files.Count; i++)
        {
            var file = facts.Files[i];
            if (!isSource(file)) continue;
            // A file whose changes are not known may have changed yesterday.
            var day = lastDays.GetValueOrDefault(i, int.MaxValue);
            for (var slash = file.Path.LastIndexOf('/'); slash > 0; slash = file.Path.LastIndexOf('/', slash - 1))
            {
                var (files, lines, last) = folders.GetValueOrDefault(file.Path[..slash]);
                folders[file.Path[..slash]] = (files + 1, lines + file.Code + file.Comment, Math.Max(last, day));
            }
        }
        var areas = folders
            .Where(folder => folder.Value.LastDay <= limit && folder.Value.Lines >= MinimumLines && !IsWithinStale(folder.Key))
            .OrderByDescending(folder => folder.Value.Lines).ThenBy(folder => folder.Key, StringComparer.Ordinal).Take(StaleAreasSection.Limit)
            .Select(folder => new StaleArea(folder.Key, folder.Value.Files, folder.Value.Lines, Day(folder.Value.LastDay))).ToArray();
        return new StaleAreasSection($"Folders with at least {MinimumLines} lines of source that no commit has changed since {before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, {Months} months before the last one.", areas);

        bool IsWithinStale(string folder) => folder.LastIndexOf('/') is > 0 and var slash && folders[folder[..slash]].LastDay <= limit;
    }

    private static string Day(int day) => $"{day / 10_000:0000}-{day / 100 % 100:00}-{day % 100:00}";
}
