using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Languages;
using Charterhouse.Agents.Settings;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Changes;

/// <summary>Says what a change touches and which findings it introduces: those of the head less those that the same agents find at the base. Pure.</summary>
internal static class ChangeAgent
{
    /// <summary>The section.</summary>
    /// <param name="sections">The charter's sections at the head, by name.</param>
    /// <param name="findings">The findings at the head.</param>
    public static ChangeSection Describe(RepoContext context, RepositoryFacts head, RepositoryFacts atBase, IReadOnlyDictionary<string, JsonElement> sections, IReadOnlyList<Finding> findings)
    {
        var touched = new TouchedFiles(context, head, atBase);
        var renamed = touched.Renamed(atBase);
        var settings = RepositorySettings.Read(head);
        var before = AnalysisAgents.All.Where(agent => agent.Kind != StepKinds.Historian)
            // Under the settings of the head: a change of them introduces no finding of the code.
            .SelectMany(agent => agent.Describe(context with { HeadSha = atBase.HeadSha, BaseSha = null }, renamed).Tuned(agent.Kind, settings).Findings).DistinctBy(finding => finding.Id, StringComparer.Ordinal).ToArray();
        var knownIds = before.Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal);
        // The historian's are about a span of time, which goes on whatever the change is.
        var comparable = findings.Where(finding => finding.Agent != Historian.HistorianAgent.Name).ToArray();
        var headIds = comparable.Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal);
        return new ChangeSection(
            context.BaseRef ?? context.BaseSha!, context.BaseSha!, context.HeadSha, context.CommitCount, touched.Counts, [],
            Hotspots(touched, sections), [], [], Tests(touched, head),
            comparable.Where(finding => !knownIds.Contains(finding.Id)).Select(finding => finding.Id).Take(ChangeSection.RowLimit).ToArray(),
            before.Where(finding => !headIds.Contains(finding.Id)).Take(ChangeSection.RowLimit).ToArray(),
            headIds.Count(knownIds.Contains));
    }

    private static ChangedHotspot[] Hotspots(TouchedFiles touched, IReadOnlyDictionary<string, JsonElement> sections) =>
        (Section<HotspotsSection>(sections, SectionNames.Hotspots)?.Files ?? [])
            .Where(hotspot => touched.ByPath.ContainsKey(hotspot.Path))
            .Select(hotspot => new ChangedHotspot(hotspot.Path, hotspot.Changes, hotspot.Lines, touched.ByPath[hotspot.Path].Additions ?? 0, touched.ByPath[hotspot.Path].Deletions ?? 0))
            .ToArray();

    private static ChangedTests Tests(TouchedFiles touched, RepositoryFacts head) =>
        new(touched.Files.Count(file => file.Status != "deleted" && file.Additions + file.Deletions > 0 && touched.AtHead(file.Path) is { } fact && IsSource(fact, head)), touched.TestFiles, []);

    private static bool IsSource(FileFact file, RepositoryFacts facts) =>
        file.IsOwnSource && !file.Has(FileFlags.Test) && !file.Has(FileFlags.Documentation) && LanguageTable.Find(facts.Languages[file.Language])?.Kind == LanguageKind.Code;

    private static T? Section<T>(IReadOnlyDictionary<string, JsonElement> sections, string name) where T : class =>
        sections.TryGetValue(name, out var section) ? CanonicalJson.FromElement<T>(section) : null;
}
