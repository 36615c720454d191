using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What became of the findings between two versions, as sentences.</summary>
internal static class FindingChanges
{
    /// <summary>Rules that are named one by one; an upgrade may bring hundreds of findings.</summary>
    private const int Named = 5;
    private const int Places = 3;

    /// <summary>Adds the sentences, what came before what went.</summary>
    /// <param name="fixedFindings">What is known to be fixed; null when only the two documents can tell.</param>
    public static void Add(List<string> changes, CharterDocument previous, CharterDocument current, IReadOnlyList<Finding>? fixedFindings)
    {
        // A finding's state is told against the version right before; of two others only the ids can tell.
        var came = fixedFindings is not null
            ? current.Findings.Where(finding => finding.State is FindingStates.New or FindingStates.Returned).ToArray()
            : current.Findings.ExceptBy(previous.Findings.Select(finding => finding.Id), finding => finding.Id, StringComparer.Ordinal).ToArray();
        var groups = came.GroupBy(finding => (finding.Severity, finding.Rule, Returned: fixedFindings is not null && finding.State == FindingStates.Returned)).ToArray();
        foreach (var group in groups.Take(Named)) changes.Add($"{(group.Key.Returned ? "Returned" : "New")} finding{(group.Count() > 1 ? "s" : "")} ({group.Key.Severity}): {NameOf(group)}.");
        if (groups.Length > Named) changes.Add($"{Count(groups.Skip(Named).Sum(group => group.Count()), "more new finding")}.");
        var went = fixedFindings ?? previous.Findings.ExceptBy(current.Findings.Select(finding => finding.Id), finding => finding.Id, StringComparer.Ordinal).ToArray();
        var gone = went.GroupBy(finding => (finding.Severity, finding.Rule)).ToArray();
        foreach (var group in gone.Take(Named)) changes.Add($"{(fixedFindings is null ? "Settled" : "Fixed")}: {NameOf(group)}.");
        if (gone.Length > Named) changes.Add($"{Count(gone.Skip(Named).Sum(group => group.Count()), "more finding")} {(fixedFindings is null ? "settled" : "fixed")}.");
        Number(changes, previous.DismissedFindings, current.DismissedFindings, "dismissed");
        Number(changes, Hidden(previous), Hidden(current), "hidden by the repository's settings");
    }

    private static void Number(List<string> changes, int before, int after, string what)
    {
        if (before != after) changes.Add($"{(after == 0 ? "No finding is" : after == 1 ? "1 finding is" : $"{CharterWords.Number(after)} findings are")} {what} now, {(before == 0 ? "none" : CharterWords.Number(before))} before.");
    }

    private static int Hidden(CharterDocument document) => document.Section<SettingsSection>(SectionNames.Settings)?.Hidden ?? 0;

    private static string NameOf(IEnumerable<Finding> group)
    {
        var findings = group.ToArray();
        var places = findings.Select(finding => finding.Path).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return LowerFirstWord(Title(findings)) + (findings.Length > 1 ? $" ×{CharterWords.Number(findings.Length)}" : "")
            + (places.Length == 0 ? "" : $" ({string.Join(", ", places.Take(Places))}{(places.Length > Places ? ", …" : "")})");
    }
}
