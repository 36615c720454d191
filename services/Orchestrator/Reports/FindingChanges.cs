using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What became of the findings between two versions, as sentences.</summary>
internal static class FindingChanges
{
    /// <summary>Findings that are named one by one; an upgrade may bring hundreds.</summary>
    private const int Named = 5;

    /// <summary>Adds the sentences, what came before what went.</summary>
    /// <param name="fixedFindings">What is known to be fixed; null when only the two documents can tell.</param>
    public static void Add(List<string> changes, CharterDocument previous, CharterDocument current, IReadOnlyList<Finding>? fixedFindings)
    {
        // A finding's state is told against the version right before; of two others only the ids can tell.
        var came = fixedFindings is not null
            ? current.Findings.Where(finding => finding.State is FindingStates.New or FindingStates.Returned).ToArray()
            : current.Findings.ExceptBy(previous.Findings.Select(finding => finding.Id), finding => finding.Id, StringComparer.Ordinal).ToArray();
        foreach (var finding in came.Take(Named)) changes.Add($"{(fixedFindings is not null && finding.State == FindingStates.Returned ? "Returned finding" : "New finding")} ({finding.Severity}): {NameOf(finding)}.");
        if (came.Length > Named) changes.Add($"{Count(came.Length - Named, "more new finding")}.");
        var went = fixedFindings ?? previous.Findings.ExceptBy(current.Findings.Select(finding => finding.Id), finding => finding.Id, StringComparer.Ordinal).ToArray();
        foreach (var finding in went.Take(Named)) changes.Add($"{(fixedFindings is null ? "Settled" : "Fixed")}: {NameOf(finding)}.");
        if (went.Count > Named) changes.Add($"{Count(went.Count - Named, "more finding")} {(fixedFindings is null ? "settled" : "fixed")}.");
        Number(changes, previous.DismissedFindings, current.DismissedFindings, "dismissed");
        Number(changes, Hidden(previous), Hidden(current), "hidden by the repository's settings");
    }

    private static void Number(List<string> changes, int before, int after, string what)
    {
        if (before != after) changes.Add($"{(after == 0 ? "No finding is" : after == 1 ? "1 finding is" : $"{CharterWords.Number(after)} findings are")} {what} now, {(before == 0 ? "none" : CharterWords.Number(before))} before.");
    }

    private static int Hidden(CharterDocument document) => document.Section<SettingsSection>(SectionNames.Settings)?.Hidden ?? 0;

    private static string NameOf(Finding finding) => LowerFirst(finding.Title) + (finding.Path is null ? "" : $" ({finding.Path})");

    private static string LowerFirst(string text) => text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
