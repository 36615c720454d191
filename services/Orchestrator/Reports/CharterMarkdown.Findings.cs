using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What was found: the verdict at the top and the list. Findings of one rule stand together, so that hundreds of them stay a page.</summary>
public static partial class CharterMarkdown
{
    /// <summary>Rules that are listed with their places; those beyond are named with their number.</summary>
    private const int FindingRows = 12;
    private const int Places = 3;
    private const int LongestEvidence = 300;
    private const int VerdictRules = 3;

    /// <summary>What matters now, in a line.</summary>
    private static void Verdict(StringBuilder text, CharterDocument document)
    {
        if (document.Findings.Count == 0)
        {
            // A step that did not run finds nothing, which says nothing.
            if (!document.Partial) text.Append("**No findings.**\n\n");
            return;
        }
        var groups = Groups(document.Findings);
        var worst = groups[0].Key.Severity;
        text.Append("**").Append(SeverityCounts(document.Findings)).Append(".** ");
        if (worst is Severities.Critical or Severities.High)
        {
            var urgent = groups.TakeWhile(group => group.Key.Severity is Severities.Critical or Severities.High).ToArray();
            text.Append("First: ").AppendJoin("; ", urgent.Take(VerdictRules).Select(Short)).Append(urgent.Length > VerdictRules ? $"; and {Count(urgent.Length - VerdictRules, "more rule")} of these severities." : ".");
        }
        else text.Append("None is critical or high.");
        text.Append("\n\n");
    }

    private static void FindingList(StringBuilder text, CharterDocument document)
    {
        var (findings, unlisted) = (document.Findings, FindingMarks.Lines(document).ToArray());
        if (findings.Count + unlisted.Length == 0) return;
        text.Append("## Findings\n\n");
        var groups = Groups(findings);
        foreach (var group in groups.Take(FindingRows))
        {
            if (group.Count() == 1) One(text, document, group.First());
            else Several(text, document, group);
        }
        var rest = groups.Skip(FindingRows).ToArray();
        if (rest.Length > 0)
            text.Append("- In charter.json: ").AppendJoin(", ", rest.Take(FindingRows).Select(group => Code(group.Key.Rule) + Times(group.Count())))
                .Append(rest.Length > FindingRows ? $" and findings of {Count(rest.Length - FindingRows, "other rule")}" : "").Append('\n');
        if (findings.Count > 0) text.Append('\n');
        foreach (var line in unlisted) text.Append(line).Append("\n\n");
    }

    private static void One(StringBuilder text, CharterDocument document, Finding finding)
    {
        text.Append("- **").Append(Prose(finding.Severity)).Append("**").Append(FindingMarks.Of(document, finding)).Append(' ').Append(Prose(finding.Title));
        // Evidence that names the file without the line is not a place to go to yet.
        if (finding.Path is not null && (finding.Line is not null || !finding.Evidence.Contains(finding.Path, StringComparison.Ordinal))) text.Append(" (").Append(Place(finding)).Append(')');
        text.Append(": ").Append(Prose(finding.Evidence)).Append(' ').Append(Prose(finding.Recommendation)).Append(" (").Append(Code(finding.Rule)).Append(")\n");
    }

    // Each place with what was found there; for the lesser ones the places alone.
    private static void Several(StringBuilder text, CharterDocument document, IGrouping<(string Severity, string Rule), Finding> group)
    {
        var (first, count) = (group.First(), group.Count());
        var common = group.All(finding => finding.Recommendation == first.Recommendation);
        text.Append("- **").Append(Prose(first.Severity)).Append("** ").Append(Prose(Title(group))).Append(Times(count)).Append(" (").Append(Code(first.Rule)).Append(')');
        if (common) text.Append(": ").Append(Prose(first.Recommendation));
        if (first.Severity is Severities.Low or Severities.Info && group.All(finding => finding.Path is not null))
        {
            text.Append(common ? " " : ": ").AppendJoin(", ", group.Take(Places).Select(Place)).Append(count > Places ? $" and {Number(count - Places)} more in charter.json" : "").Append('\n');
            return;
        }
        text.Append('\n');
        foreach (var finding in group.Take(Places))
            text.Append("  - ").Append(finding.Path is null ? "" : Place(finding) + FindingMarks.Of(document, finding) + ": ").Append(Prose(Cut(finding.Evidence))).Append(common ? "" : " " + Prose(finding.Recommendation)).Append('\n');
        if (count > Places) text.Append("  - and ").Append(Number(count - Places)).Append(" more in charter.json\n");
    }

    // The document's order: most severe first, then by rule.
    private static IGrouping<(string Severity, string Rule), Finding>[] Groups(IReadOnlyList<Finding> findings) => findings.GroupBy(finding => (finding.Severity, finding.Rule)).ToArray();

    private static string Short(IGrouping<(string Severity, string Rule), Finding> group) =>
        Prose(LowerFirstWord(Title(group))) + (group.Count() > 1 ? Times(group.Count()) : group.First().Path is null ? "" : $" ({Place(group.First())})");

    private static string Place(Finding finding) => Code(finding.Line is { } line ? $"{finding.Path}:{line}" : finding.Path!);

    private static string Cut(string evidence) => evidence.Length <= LongestEvidence ? evidence : evidence[..LongestEvidence].TrimEnd() + " …";

    private static string Times(int count) => count > 1 ? $" ×{Number(count)}" : "";
}
