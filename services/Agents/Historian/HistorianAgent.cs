using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Languages;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Historian;

/// <summary>Says when a repository was worked on, by whom and where. Pure: every window ends at the head commit's date.</summary>
internal static partial class HistorianAgent
{
    /// <summary>The step's short name in findings.</summary>
    public const string Name = "historian";
    private const int Top = 10;
    private const int MonthsShown = 12;
    /// <summary>A file changed less often than this is no hotspot, however long.</summary>
    private const int HotspotChanges = 3;
    /// <summary>Below this many commits a share says nothing.</summary>
    private const int MeaningfulCommits = 20;
    /// <summary>Percent of a year's commits by one person, from which on that is reported.</summary>
    private const int MainShare = 60;

    /// <summary>Characters of the README in which it says how the project stands.</summary>
    private const int StatusWithin = 4_000;

    /// <summary>The sections and findings; none for a repository without commits.</summary>
    public static AgentResult Describe(RepoContext context, RepositoryFacts facts)
    {
        var history = facts.History;
        if (history.First is null || history.Last is null) return new AgentResult([], []);
        var until = history.Last.Date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var busFactor = BusFactor(history, until);
        var map = SourceMap.Of(facts);
        bool IsCode(FileFact file) => IsSource(file, facts);
        var (ownership, deadPatterns) = OwnershipReader.Read(facts, map, IsCode);
        List<KeyValuePair<string, JsonElement>> further =
        [
            AgentResult.Section(SectionNames.ModulePeople, ModulePeopleReader.Read(facts, until, map, IsCode, MeaningfulCommits)),
            AgentResult.Section(SectionNames.CoChange, CoChangeReader.Read(facts, until, map, IsCode, new Lazy<Couplings>(() => new Couplings(map)))),
        ];
        if (ReleaseReader.Read(history) is { } releases) further.Add(AgentResult.Section(SectionNames.Releases, releases));
        if (ownership is not null) further.Add(AgentResult.Section(SectionNames.Ownership, ownership));
        if (StaleAreaReader.Read(facts, IsCode) is { } stale) further.Add(AgentResult.Section(SectionNames.StaleAreas, stale));
        return new AgentResult(
            [
                AgentResult.Section(SectionNames.Activity, Activity(history)),
                AgentResult.Section(SectionNames.Contributors, Contributors(history)),
                AgentResult.Section(SectionNames.Hotspots, Hotspots(facts, until)),
                AgentResult.Section(SectionNames.BusFactor, busFactor),
                .. further,
            ],
            [.. BusFactorFindings(history, busFactor, until), .. StaleFindings(facts), .. deadPatterns]);
    }

    private static ActivitySection Activity(HistoryFacts history)
    {
        var counts = history.Months.ToDictionary(month => month.Month, month => month.Commits, StringComparer.Ordinal);
        var head = history.Last!.Date.UtcDateTime;
        var months = Enumerable.Range(0, MonthsShown)
            .Select(back => new DateTime(head.Year, head.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(back - MonthsShown + 1).ToString("yyyy-MM", CultureInfo.InvariantCulture))
            .Select(month => new MonthCount(month, counts.GetValueOrDefault(month))).ToArray();
        return new ActivitySection(
            history.First!, history.Last, history.Commits, history.Merges, !history.Shallow && !history.Cut, history.Last90Days, history.Last365Days,
            history.ActiveDays, months, history.TagCount, history.Tags.Count > 0 ? history.Tags[0] : null);
    }

    private static ContributorsSection Contributors(HistoryFacts history)
    {
        var all = history.Authors.Sum(author => author.Commits);
        var top = history.Authors.Take(Top)
            .Select(author => new Contributor(author.Name, author.Commits, Math.Round((double)author.Commits / all, 3), author.Last365Days, author.Last, author.Bot))
            .ToArray();
        return new ContributorsSection(history.Authors.Count(author => !author.Bot), history.Authors.Count(author => author.Bot), all, top);
    }

    private static HotspotsSection Hotspots(RepositoryFacts facts, string until)
    {
        var hot = facts.History.Files
            .Select(row => (Row: row, File: facts.Files[row.File]))
            .Where(pair => pair.Row.Last365Days >= HotspotChanges && IsSource(pair.File, facts) && !pair.File.Has(FileFlags.Test))
            .OrderByDescending(pair => (long)pair.Row.Last365Days * (pair.File.Code + pair.File.Comment))
            .ThenBy(pair => pair.File.Path, StringComparer.Ordinal)
            .Take(Top)
            .Select(pair => new Hotspot(
                pair.File.Path, facts.Languages[pair.File.Language], pair.Row.Last365Days, pair.File.Code + pair.File.Comment,
                facts.History.Authors[pair.Row.MainAuthor].Name, pair.Row.MainAuthorChanges))
            .ToArray();
        return new HotspotsSection($"Changes (commits by people, merges left out) in the 12 months to {until}, times lines; source files with at least {HotspotChanges} changes, tests left out.", hot);
    }

    private static bool IsSource(FileFact file, RepositoryFacts facts) =>
        file.IsOwnSource && !file.Has(FileFlags.Documentation) && !PathKinds.IsForShow(file.Path) && LanguageTable.Find(facts.Languages[file.Language])?.Kind == LanguageKind.Code;

    private static BusFactorSection BusFactor(HistoryFacts history, string until)
    {
        var people = history.Authors.Where(author => !author.Bot && author.Last365Days > 0)
            .OrderByDescending(author => author.Last365Days).ThenBy(author => author.Name, StringComparer.Ordinal).ToArray();
        var commits = people.Sum(author => author.Last365Days);
        var method = $"The smallest number of people who together made more than half of the commits in the 12 months to {until}; merges and bots left out.";
        var sum = 0;
        var needed = people.TakeWhile(author =>
        {
            var before = sum;
            sum += author.Last365Days;
            return before * 2 <= commits;
        }).ToArray();
        return new BusFactorSection(needed.Length == 0 ? null : needed.Length, method, needed.Take(Top).Select(author => author.Name).ToArray(), commits);
    }

    private static IEnumerable<Finding> BusFactorFindings(HistoryFacts history, BusFactorSection section, string until)
    {
        if (section.Factor != 1 || section.Commits < MeaningfulCommits) yield break;
        var main = history.Authors.First(author => author.Name == section.People[0] && !author.Bot);
        // Little more than half is a busy maintainer among others.
        if (main.Last365Days * 100L < section.Commits * (long)MainShare) yield break;
        var others = history.Authors.Count(author => !author.Bot && author.Last365Days > 0) - 1;
        // A repository that one person ever worked on is a fact, not a change for the worse.
        var severity = history.Authors.Count(author => !author.Bot) > 1 ? Severities.Low : Severities.Info;
        yield return Findings.Make(Name, "history/bus-factor-one", severity, "One person makes most of the changes", null,
            $"{main.Name} made {main.Last365Days} of {section.Commits} commits in the 12 months to {until}; {(others == 0 ? "nobody else made any" : others == 1 ? "one other person made the rest" : $"others, {others} by their names, made the rest")}.",
            "Let a second person review and change the parts that only one knows.", what: main.Name);
    }

    private static IEnumerable<Finding> StaleFindings(RepositoryFacts facts)
    {
        var history = facts.History;
        // Without a clock only the history itself can tell: a head commit that stands alone after long silence.
        if (history.Commits < MeaningfulCommits || history.Last365Days > 2 || history.Last!.Date - history.First!.Date < TimeSpan.FromDays(2 * 365)) yield break;
        // Whoever reads the README already knows.
        if (facts.Excerpts.Any(file => ExcerptChoice.IsReadme(file.Name) && Status().IsMatch(file.Text[..Math.Min(file.Text.Length, StatusWithin)]))) yield break;
        yield return Findings.Make(Name, "history/stale", Severities.Info, "The work has all but stopped", null,
            $"{(history.Last365Days == 1 ? "1 commit" : $"{history.Last365Days} commits")} in the 12 months to the last one, of {history.Commits} in all.",
            "Say in the README whether it is finished, looking for maintainers or to be archived.");
    }

    [GeneratedRegex(@"\b(limited|minimal) maintenance\b|\bmaintenance[- ](mode|only)\b|\bunmaintained\b|\b(no longer|not( being)?)( actively)? (maintained|developed|supported)\b|\bfeature[- ]complete\b|\b(project|repository|repo|library|package|module|tool|plugin|extension|action|gem|crate)\b[^.\n]{0,40}\b(deprecated|archived|retired|discontinued|abandoned)\b|^\W*(deprecated|archived)\b|\b(looking|searching) for( a| new| an active| active| more)* maintainers?\b|\bmaintainers? (is |are )?(wanted|needed)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline, 1000)]
    private static partial Regex Status();
}
