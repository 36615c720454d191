using System.Text;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.RepoSync.Effects.Text.Words;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>The issue that shows a repository's charter, with boxes to tick.</summary>
internal static class DashboardText
{
    /// <summary>The issue's title.</summary>
    public const string Title = "Charter";
    private const int Rows = 20;
    private const int Bytes = 40_000;
    private const int ChangeRows = 8;
    private const int LongestTitle = 160;

    /// <summary>The issue's Markdown; it ends with <see cref="Markers.Dashboard"/>.</summary>
    public static string Render(EffectReport report)
    {
        var parts = new ReportParts(report);
        var text = new StringBuilder("**").Append(Verdict(report)).Append("**\n\n");
        var name = parts.Safe.Code(report.Repository);
        text.Append("Charter").Append(report.Version > 0 ? $" version {Number(report.Version)}" : "").Append(name.Length == 0 ? "" : " of " + name).Append(": ").Append(parts.Source()).Append(".\n\n");
        Counts(text, report);
        Changes(text, parts, report);
        Findings(text, parts, report);
        parts.Notes(text);
        text.Append("### Commands\n\n- [ ] ").Append(Markers.Analyze).Append(" Analyse again\n\n");
        text.Append("Tick a box, or write `/charter analyze` or `/charter mute` with a finding's id in a comment. Both need the right to write.\n\n");
        parts.Foot(text);
        return text.Append('\n').Append(Markers.Dashboard).Append('\n').ToString();
    }

    private static void Counts(StringBuilder text, EffectReport report)
    {
        if (report.Findings.Count == 0) return;
        text.Append("| Severity | Open | New |\n|---|--:|--:|\n");
        foreach (var group in report.Findings.GroupBy(finding => finding.Severity, StringComparer.Ordinal))
            text.Append("| ").Append(group.Key).Append(" | ").Append(Number(group.Count())).Append(" | ")
                .Append(Number(group.Count(finding => finding.State is FindingStates.New or FindingStates.Returned))).Append(" |\n");
        text.Append('\n');
    }

    private static void Changes(StringBuilder text, ReportParts parts, EffectReport report)
    {
        if (report.Changes.Count == 0) return;
        text.Append("### Since the version before\n\n");
        var written = ReportParts.Rows(text, report.Changes, ChangeRows, Bytes / 8, change => $"- Now: {parts.Safe.Prose(change)}\n");
        text.Append('\n');
        parts.More(text, report.Changes.Count - written);
    }

    private static void Findings(StringBuilder text, ReportParts parts, EffectReport report)
    {
        if (report.Findings.Count == 0) return;
        text.Append("### Findings: tick to mute\n\n");
        var written = ReportParts.Rows(text, report.Findings, Rows, Bytes, finding =>
            $"- {(FindingId.IsOne(finding.Id) ? $"[ ] {Markers.Mute(finding.Id)} " : "")}**{finding.Severity}** {parts.Safe.Prose(finding.Title, LongestTitle)}, {parts.Where(finding)}\n");
        text.Append('\n');
        parts.More(text, report.Findings.Count - written);
    }
}
