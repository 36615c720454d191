using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What changed between two versions of a charter. What one of them does not know (a partial charter) is not compared.</summary>
public static partial class CharterDiff
{
    private const int Listed = 5;

    /// <summary>Plain sentences, the most important first; empty when nothing changed.</summary>
    /// <param name="fixedFindings">What is known to be fixed in <paramref name="current"/>; null when only the two documents can tell.</param>
    public static IReadOnlyList<string> Compare(CharterDocument previous, CharterDocument current, IReadOnlyList<Finding>? fixedFindings = null)
    {
        var changes = new List<string>();
        // Findings are only comparable between complete charters: a step that did not run finds nothing.
        if (!previous.Partial && !current.Partial) FindingChanges.Add(changes, previous, current, fixedFindings);
        Both<LicenceSection>(previous, current, SectionNames.Licence, (before, after) =>
        {
            if (Licence(before) != Licence(after)) changes.Add($"The licence changed from {Licence(before)} to {Licence(after)}.");
        });
        Both<PurposeSection>(previous, current, SectionNames.Purpose, (before, after) =>
        {
            if (before.Text == after.Text) return;
            changes.Add(after.Text is null ? "The purpose is no longer stated." : before.Text is null ? "The purpose is now stated." : "The stated purpose changed.");
        });
        Both<IntentSection>(previous, current, SectionNames.Intent, (before, after) => changes.AddRange(IntentReport.Compare(before, after)));
        Both<DependenciesSection>(previous, current, SectionNames.Dependencies, (before, after) => DependencyChanges.Add(changes, before, after));
        Both<StructureSection>(previous, current, SectionNames.Structure, (before, after) => StructureChanges.Add(changes, before, after));
        Both<EntryPointsSection>(previous, current, SectionNames.EntryPoints, (before, after) => StructureChanges.Add(changes, before, after));
        Both<TestsSection>(previous, current, SectionNames.Tests, (before, after) => TestChanges.Add(changes, before, after));
        Both<CiSection>(previous, current, SectionNames.Ci, (before, after) => TestChanges.Add(changes, before, after));
        Both<ActivitySection>(previous, current, SectionNames.Activity, Commits(changes, previous, current));
        Both<LanguageRow[]>(previous, current, SectionNames.Languages, (before, after) => LanguageChanges(changes, before, after));
        Both<BusFactorSection>(previous, current, SectionNames.BusFactor, (before, after) =>
        {
            if (before.Factor is { } was && after.Factor is { } now && was != now) changes.Add($"The bus factor went from {was} to {now}.");
        });
        Both<ContributorsSection>(previous, current, SectionNames.Contributors, (before, after) => Newcomers(changes, before, after));
        Both<HotspotsSection>(previous, current, SectionNames.Hotspots, (before, after) =>
        {
            var (old, now) = (before.Files.Select(f => f.Path).ToArray(), after.Files.Select(f => f.Path).ToArray());
            Add(changes, "New among the hotspots: ", now.Except(old, StringComparer.Ordinal));
            Add(changes, "No longer among the hotspots: ", old.Except(now, StringComparer.Ordinal));
        });
        Both<StaleAreasSection>(previous, current, SectionNames.StaleAreas, (before, after) => TestChanges.Add(changes, before, after));
        Both<DocumentationSection>(previous, current, SectionNames.Documentation, (before, after) =>
        {
            var (old, now) = (before.Documents.Select(document => document.Path).OfType<string>().ToArray(), after.Documents.Select(document => document.Path).OfType<string>().ToArray());
            Add(changes, "New documents: ", now.Except(old, StringComparer.Ordinal));
            Add(changes, "Documents that are gone: ", old.Except(now, StringComparer.Ordinal));
        });
        OtherSections(changes, previous, current);
        return changes.Select(change => RepositoryText.Clean(change)).ToArray();
    }

    private static Action<ActivitySection, ActivitySection> Commits(List<string> changes, CharterDocument previous, CharterDocument current) => (before, after) =>
    {
        if (previous.HeadSha == current.HeadSha) return;
        var more = after.Commits - before.Commits;
        if (more > 0 && before.Complete && after.Complete) changes.Add($"{Count(more, "commit")} since version {previous.Version}.");
        else changes.Add($"The head moved from {ShortSha(previous.HeadSha ?? "nothing")} to {ShortSha(current.HeadSha ?? "nothing")}{(more < 0 && before.Complete && after.Complete ? $"; the history has {Count(-more, "commit")} fewer" : "")}.");
        if (after.LatestTag is { } tag && tag.Name != before.LatestTag?.Name && after.Tags > before.Tags) changes.Add($"New tag: {tag.Name}.");
    };

    private static void LanguageChanges(List<string> changes, LanguageRow[] before, LanguageRow[] after)
    {
        var old = before.ToDictionary(row => row.Name, row => row.Code, StringComparer.Ordinal);
        var now = after.ToDictionary(row => row.Name, row => row.Code, StringComparer.Ordinal);
        var moved = old.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Select(name => (Name: name, Before: old.GetValueOrDefault(name), After: now.GetValueOrDefault(name)))
            .Where(language => language.Before != language.After)
            .OrderByDescending(language => Math.Abs(language.After - language.Before)).ThenBy(language => language.Name, StringComparer.Ordinal).ToArray();
        foreach (var (name, was, has) in moved.Take(Listed))
            changes.Add(
                !old.ContainsKey(name) ? $"{name} is new with {Count(has, "line")} of code."
                : !now.ContainsKey(name) ? $"{name} is gone ({Count(was, "line")} of code)."
                : $"{name} {(has > was ? "grew" : "shrank")} by {Count(Math.Abs(has - was), "line")} of code to {Number(has)}.");
        if (moved.Length > Listed) changes.Add($"{Count(moved.Length - Listed, "other language")} changed by less.");
    }

    private static void Newcomers(List<string> changes, ContributorsSection before, ContributorsSection after)
    {
        // Only the ten with most commits are known by name; a newcomer is rarely among them, so the number is told.
        if (after.People > before.People) changes.Add($"{Count(after.People - before.People, "new contributor")}, {Number(after.People)} in all.");
        Add(changes, "New among the top contributors: ", after.Top.Select(one => one.Name).Except(before.Top.Select(one => one.Name), StringComparer.Ordinal));
    }

    private static void Both<T>(CharterDocument previous, CharterDocument current, string section, Action<T, T> compare) where T : class
    {
        if (previous.Section<T>(section) is { } before && current.Section<T>(section) is { } after) compare(before, after);
    }

    /// <summary>The names in a sentence, the first of them; nothing when there is none.</summary>
    internal static void Add(List<string> changes, string sentence, IEnumerable<string> names)
    {
        var list = names.ToArray();
        if (list.Length > 0) changes.Add(sentence + string.Join(", ", list.Take(Listed)) + (list.Length > Listed ? $" and {list.Length - Listed} more." : "."));
    }
}
