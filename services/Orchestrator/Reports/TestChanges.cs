using System.Globalization;
using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What became of the tests and of continuous integration, as sentences.</summary>
internal static class TestChanges
{
    /// <summary>Frameworks, figures, modules without tests, coverage.</summary>
    public static void Add(List<string> changes, TestsSection before, TestsSection after)
    {
        var (old, now) = (before.Frameworks.ToDictionary(one => one.Name, StringComparer.Ordinal), after.Frameworks.ToDictionary(one => one.Name, StringComparer.Ordinal));
        CharterDiff.Add(changes, "New test frameworks: ", after.Frameworks.Where(one => !old.ContainsKey(one.Name)).Select(one => $"{one.Name} ({Count(one.Cases, "test")})"));
        CharterDiff.Add(changes, "Test frameworks that are gone: ", before.Frameworks.Where(one => !now.ContainsKey(one.Name)).Select(one => one.Name));
        CharterDiff.Add(changes, "Now run by continuous integration: ", after.Frameworks.Where(one => one.Ci is not null && old.TryGetValue(one.Name, out var was) && was.Ci is null).Select(one => one.Name));
        CharterDiff.Add(changes, "No longer run by continuous integration: ", after.Frameworks.Where(one => one.Ci is null && old.TryGetValue(one.Name, out var was) && was.Ci is not null).Select(one => one.Name));
        if (before.Cases != after.Cases) changes.Add($"Tests went from {Number(before.Cases)} to {Number(after.Cases)}{(before.Disabled == after.Disabled ? "" : $", disabled ones from {Number(before.Disabled)} to {Number(after.Disabled)}")}.");
        else if (before.Disabled != after.Disabled) changes.Add($"Disabled tests went from {Number(before.Disabled)} to {Number(after.Disabled)}.");
        if (Ratio(before) is { } was && Ratio(after) is { } has && was != has) changes.Add($"Lines of tests for each line of source: {was} → {has}.");
        // A list that was cut may lack a module that is there.
        if (before.Untested.Count < TestsSection.ModuleLimit && after.Untested.Count < TestsSection.ModuleLimit)
        {
            CharterDiff.Add(changes, "Modules newly without tests: ", after.Untested.Except(before.Untested, StringComparer.Ordinal));
            CharterDiff.Add(changes, "Modules no longer without tests: ", before.Untested.Except(after.Untested, StringComparer.Ordinal));
        }
        CharterDiff.Add(changes, "New coverage settings: ", Coverage(after).Except(Coverage(before), StringComparer.Ordinal));
        CharterDiff.Add(changes, "Coverage settings that are gone: ", Coverage(before).Except(Coverage(after), StringComparer.Ordinal));
    }

    /// <summary>Workflows that came or went, and what else starts, runs or carries those that stayed.</summary>
    public static void Add(List<string> changes, CiSection before, CiSection after)
    {
        var (old, now) = (before.Workflows.DistinctBy(one => one.Path, StringComparer.Ordinal).ToDictionary(one => one.Path, StringComparer.Ordinal), after.Workflows.Select(one => one.Path).ToHashSet(StringComparer.Ordinal));
        CharterDiff.Add(changes, "New workflows: ", after.Workflows.Where(one => !old.ContainsKey(one.Path)).Select(Named));
        CharterDiff.Add(changes, "Workflows that are gone: ", old.Values.Where(one => !now.Contains(one.Path)).Select(Named));
        var both = after.Workflows.DistinctBy(one => one.Path, StringComparer.Ordinal).Where(one => old.ContainsKey(one.Path)).Select(one => (Was: old[one.Path], Has: one)).ToArray();
        Lists(changes, "Triggers", both, workflow => workflow.Triggers.Select(trigger => trigger.Filter.Count == 0 ? trigger.Event : $"{trigger.Event} ({string.Join(", ", trigger.Filter)})"), _ => false);
        Lists(changes, "Commands", both, workflow => workflow.Commands.Select(command => command.Text), workflow => workflow.Commands.Count >= CiWorkflow.CommandLimit);
        Lists(changes, "Runners", both, workflow => workflow.Runners, _ => false);
        CharterDiff.Add(changes, "Jobs: ", both.Where(pair => pair.Was.Jobs != pair.Has.Jobs).Select(pair => $"{Short(pair.Has)} {Number(pair.Was.Jobs)} → {Number(pair.Has.Jobs)}"));
        CharterDiff.Add(changes, "Continuous integration that can no longer be read: ", after.Unread.Except(before.Unread, StringComparer.Ordinal));
    }

    /// <summary>Areas that rest now, and those that do no longer.</summary>
    public static void Add(List<string> changes, StaleAreasSection before, StaleAreasSection after)
    {
        var (old, now) = (before.Areas.Select(area => area.Path).ToHashSet(StringComparer.Ordinal), after.Areas.Select(area => area.Path).ToHashSet(StringComparer.Ordinal));
        // A full list is of the largest: others may have stood behind it.
        if (before.Areas.Count < StaleAreasSection.Limit) CharterDiff.Add(changes, "Areas that went stale: ", after.Areas.Where(area => !old.Contains(area.Path)).Select(area => $"{area.Path} (last change {area.LastChange})"));
        if (after.Areas.Count < StaleAreasSection.Limit) CharterDiff.Add(changes, "Areas that are no longer stale: ", before.Areas.Where(area => !now.Contains(area.Path)).Select(area => area.Path));
    }

    private static void Lists(List<string> changes, string what, (CiWorkflow Was, CiWorkflow Has)[] both, Func<CiWorkflow, IEnumerable<string>> of, Func<CiWorkflow, bool> isCut)
    {
        foreach (var (was, has) in both.Where(pair => !isCut(pair.Was) && !isCut(pair.Has)))
        {
            var (come, gone) = (of(has).Except(of(was), StringComparer.Ordinal).ToArray(), of(was).Except(of(has), StringComparer.Ordinal).ToArray());
            CharterDiff.Add(changes, $"{what} new in {Short(has)}: ", come);
            CharterDiff.Add(changes, $"{what} gone from {Short(has)}: ", gone);
        }
    }

    private static string? Ratio(TestsSection section) => section.SourceLines == 0 ? null : Math.Round((double)section.TestLines / section.SourceLines, 2).ToString("0.00", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Coverage(TestsSection section) => section.Coverage.Select(one => $"{one.Tool}{(one.Threshold is null ? "" : " " + one.Threshold)} ({one.Path})");

    private static string Named(CiWorkflow workflow) => workflow.Name is null || workflow.Name == workflow.Path ? workflow.Path : $"{workflow.Name} ({workflow.Path})";

    private static string Short(CiWorkflow workflow) => workflow.Path[(workflow.Path.LastIndexOf('/') + 1)..];
}
