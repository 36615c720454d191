using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>The charter in at most 20 lines of plain text, for a terminal.</summary>
public static class CharterSummary
{
    private const int MaxLines = 20;
    private const int Width = 100;

    /// <summary>Lines ended by LF; no colours, no control characters.</summary>
    public static string Render(CharterDocument document)
    {
        var lines = new List<string>();
        var head = $"{document.Repository?.Name ?? "Unknown repository"}  {(document.Partial ? "partial charter" : $"charter v{document.Version}")}";
        if (document.HeadSha is { } sha) head += $", {ShortSha(sha)}";
        if (document.HeadDate is { } date) head += $" of {Day(date)}";
        lines.Add(head);
        if (document.Partial)
            lines.Add("PARTIAL: " + (document.Failure is { } failure ? $"{(failure.Step is null ? "" : $"step {failure.Step} failed: ")}{failure.Message}" : "missing " + string.Join(", ", document.MissingSteps)));
        if (document.Section<PurposeSection>(SectionNames.Purpose) is { } purpose) lines.Add(purpose.Text is null ? "No statement of its purpose was found." : $"\"{purpose.Text}\"");
        if (document.Section<IdentitySection>(SectionNames.Identity) is { Kinds.Count: > 0 } identity) lines.Add("Makes      " + string.Join(", ", identity.Kinds.Select(kind => kind.Kind)));
        if (document.Section<LanguageRow[]>(SectionNames.Languages) is { Length: > 0 } languages)
            lines.Add("Languages  " + string.Join(", ", languages.Take(4).Select(row => $"{row.Name} {Number(row.Code)}")) + (languages.Length > 4 ? $", {languages.Length - 4} more" : "") + " (lines of code)");
        if (document.Section<DependenciesSection>(SectionNames.Dependencies) is { } dependencies && dependencies.Ecosystems.Any(HasAny)) lines.Add("Depends    " + Dependencies(dependencies));
        if (document.Section<LicenceSection>(SectionNames.Licence) is { } licence) lines.Add("Licence    " + Licence(licence));
        if (document.Section<ActivitySection>(SectionNames.Activity) is { } activity)
            lines.Add($"Activity   {Count(activity.Last12Months, "commit")} in 12 months, {Number(activity.Last90Days)} in 90 days, {Number(activity.Commits)} in all; last on {Day(activity.Last.Date)}");
        if (document.Section<BusFactorSection>(SectionNames.BusFactor) is { Factor: { } factor } bus)
            lines.Add($"People     bus factor {factor}: {string.Join(", ", bus.People.Take(3))}{(factor > 3 ? ", …" : "")}");
        if (document.Section<HotspotsSection>(SectionNames.Hotspots) is { Files.Count: > 0 } hotspots)
            lines.Add("Hotspots   " + string.Join(", ", hotspots.Files.Take(2).Select(file => $"{file.Path} ({Count(file.Changes, "change")}, {Count(file.Lines, "line")})")));
        foreach (var note in document.Notes.Take(2)) lines.Add("Note       " + note);
        AddFindings(lines, document);
        var text = new StringBuilder();
        foreach (var line in lines.Take(MaxLines)) text.Append(Fit(RepositoryText.Clean(line))).Append('\n');
        return text.ToString();
    }

    private static void AddFindings(List<string> lines, CharterDocument document)
    {
        if (document.Findings.Count == 0)
        {
            if (!document.Partial) lines.Add("Findings   none");
            return;
        }
        var counts = Severities.All.Select(severity => (severity, Count: document.Findings.Count(finding => finding.Severity == severity))).Where(pair => pair.Count > 0);
        lines.Add("Findings   " + string.Join(", ", counts.Select(pair => $"{pair.Count} {pair.severity}")));
        var room = MaxLines - lines.Count;
        foreach (var finding in document.Findings.Take(Math.Min(5, room))) lines.Add($"  {finding.Severity,-8} {finding.Title}{(finding.Path is null ? "" : $" ({finding.Path})")}");
    }

    private static string Fit(string line) => line.Length <= 2 * Width ? line : line[..(2 * Width - 2)].TrimEnd() + " …";
}
