using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Settings;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Changes;

/// <summary>Says what a change touches and which findings it introduces: those of the head less those that the same agents find at the base. Pure.</summary>
internal static class ChangeAgent
{
    /// <summary>Patterns times files beyond which owners are left out.</summary>
    private const long OwnerWork = 20_000_000;

    /// <summary>The section.</summary>
    /// <param name="sections">The charter's sections at the head, by name.</param>
    /// <param name="findings">The findings at the head.</param>
    public static ChangeSection Describe(RepoContext context, RepositoryFacts head, RepositoryFacts atBase, IReadOnlyDictionary<string, JsonElement> sections, IReadOnlyList<Finding> findings)
    {
        var touched = new TouchedFiles(context, head, atBase);
        var renamed = touched.Renamed(atBase);
        var modules = new TouchedModules(touched, head);
        var settings = RepositorySettings.Read(head);
        var before = AnalysisAgents.All.Where(agent => agent.Kind != StepKinds.Historian)
            // Under the settings of the head: a change of them introduces no finding of the code.
            .SelectMany(agent => agent.Describe(context with { HeadSha = atBase.HeadSha, BaseSha = null }, renamed).Tuned(agent.Kind, settings).Findings).DistinctBy(finding => finding.Id, StringComparer.Ordinal).ToArray();
        var knownIds = before.Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal);
        // The historian's are about a span of time, which goes on whatever the change is.
        var comparable = findings.Where(finding => finding.Agent != HistorianAgent.Name).ToArray();
        var headIds = comparable.Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal);
        return new ChangeSection(
            context.BaseRef ?? context.BaseSha!, context.BaseSha!, context.HeadSha, context.CommitCount, touched.Counts, modules.Modules(Section<StructureSection>(sections, SectionNames.Structure)),
            Hotspots(touched, sections), Owners(touched, head), ChangedRequirements.Read(touched, head, renamed), modules.Tests(),
            comparable.Where(finding => !knownIds.Contains(finding.Id)).Select(finding => finding.Id).Take(ChangeSection.RowLimit).ToArray(),
            before.Where(finding => !headIds.Contains(finding.Id)).Take(ChangeSection.RowLimit).ToArray(),
            headIds.Count(knownIds.Contains));
    }

    private static ChangedHotspot[] Hotspots(TouchedFiles touched, IReadOnlyDictionary<string, JsonElement> sections) =>
        (Section<HotspotsSection>(sections, SectionNames.Hotspots)?.Files ?? [])
            .Where(hotspot => touched.ByPath.ContainsKey(hotspot.Path))
            .Select(hotspot => new ChangedHotspot(hotspot.Path, hotspot.Changes, hotspot.Lines, touched.ByPath[hotspot.Path].Additions ?? 0, touched.ByPath[hotspot.Path].Deletions ?? 0))
            .ToArray();

    private static ChangeOwner[] Owners(TouchedFiles touched, RepositoryFacts head)
    {
        if (CodeOwners.Read(head) is not { Rules.Count: > 0 } declared || (long)declared.Rules.Count * touched.Files.Count > OwnerWork) return [];
        return touched.Files
            .SelectMany(file => OwnersOf(declared.Rules, file.Path))
            // An address is no handle and is shown to nobody.
            .Where(owner => owner is null || owner.StartsWith('@'))
            .GroupBy(owner => owner, StringComparer.Ordinal).Select(group => new ChangeOwner(group.Key, group.Count()))
            .OrderByDescending(owner => owner.Files).ThenBy(owner => owner.Owner, StringComparer.Ordinal).Take(ChangeSection.RowLimit).ToArray();
    }

    /// <summary>One null for a file that nobody owns.</summary>
    private static IEnumerable<string?> OwnersOf(IReadOnlyList<OwnerRule> rules, string path)
    {
        if (rules.LastOrDefault(rule => rule.Match.Matches(path)) is not { Owners.Count: > 0 } found) return [null];
        return found.Owners.Distinct(StringComparer.Ordinal);
    }

    private static T? Section<T>(IReadOnlyDictionary<string, JsonElement> sections, string name) where T : class =>
        sections.TryGetValue(name, out var section) ? CanonicalJson.FromElement<T>(section) : null;
}
