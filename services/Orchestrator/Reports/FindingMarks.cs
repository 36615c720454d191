using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What a charter says of its findings beyond themselves: which are new, how many are not listed, and why.</summary>
internal static class FindingMarks
{
    private const int Listed = 5;

    /// <summary><c> (new)</c> or <c> (returned)</c> after a severity; nothing for a known finding, and in a first version, where all are new.</summary>
    public static string Of(CharterDocument document, Finding finding) => Shows(document) && IsNew(finding) ? $" ({finding.State})" : "";

    /// <summary>How many of the listed are new, as <c>2 new</c>; null when none is or all are because there was nothing before.</summary>
    public static string? NewCount(CharterDocument document) =>
        Shows(document) && document.Findings.Count(IsNew) is var count and > 0 ? $"{Number(count)} new" : null;

    /// <summary>The dismissed and hidden ones in a few words for a terminal; null when there are none.</summary>
    public static string? Unlisted(CharterDocument document)
    {
        var hidden = document.Section<SettingsSection>(SectionNames.Settings)?.Hidden ?? 0;
        string?[] parts = [document.DismissedFindings > 0 ? $"{Number(document.DismissedFindings)} dismissed" : null, hidden > 0 ? $"{Number(hidden)} hidden by the repository's settings" : null];
        return parts.OfType<string>().ToArray() is { Length: > 0 } some ? string.Join(", ", some) : null;
    }

    /// <summary>The lines of charter.md that say what is not listed: dismissed findings, and what the repository's settings change.</summary>
    public static IEnumerable<string> Lines(CharterDocument document)
    {
        if (document.DismissedFindings > 0) yield return $"{Count(document.DismissedFindings, "finding")} dismissed: not listed (see {Code("charter findings list --state dismissed")}).";
        if (document.Section<SettingsSection>(SectionNames.Settings) is not { } settings) yield break;
        var off = settings.Rules.Where(rule => rule.Severity == RuleSetting.Off).Select(rule => Code(rule.Rule)).ToArray();
        var weighed = settings.Rules.Where(rule => rule.Severity != RuleSetting.Off).Select(rule => $"{Code(rule.Rule)} ({Prose(rule.Severity)})").ToArray();
        var ignored = settings.Ignore.Select(entry => $"{Code(entry.Rule)}{(entry.Path is null ? "" : $" in {Code(entry.Path)}")} ({Prose(entry.Reason)})").ToArray();
        string?[] parts = [Part("switches off", off), Part("changes the severity of", weighed), Part("ignores", ignored)];
        if (parts.OfType<string>().ToArray() is { Length: > 0 } some)
            yield return $"{Code(settings.Path)} {string.Join("; ", some)}. {Count(settings.Hidden, "finding")} {(settings.Hidden == 1 ? "is" : "are")} hidden by it.";
    }

    // Version 1 has nothing to be compared with; a partial charter has no number.
    private static bool Shows(CharterDocument document) => document.Version > 1 || document.Findings.Any(finding => finding.State is FindingStates.Open or FindingStates.Returned);

    private static bool IsNew(Finding finding) => finding.State is FindingStates.New or FindingStates.Returned;

    private static string? Part(string verb, string[] items) =>
        items.Length == 0 ? null : $"{verb} {string.Join(", ", items.Take(Listed))}{(items.Length > Listed ? $" and {Number(items.Length - Listed)} more" : "")}";
}
