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
        if (document.Section<ChangeSection>(SectionNames.Change) is { } change) return Change(document, change);
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
        if (document.Section<StructureSection>(SectionNames.Structure) is { } structure)
            lines.Add("Structure  " + StructureMarkdown.Summary(structure) + (document.Section<EntryPointsSection>(SectionNames.EntryPoints) is { Count: > 0 } entries ? $"; {Count(entries.Count, "entry point")}" : ""));
        if (document.Section<DependenciesSection>(SectionNames.Dependencies) is { } dependencies && dependencies.Ecosystems.Any(HasAny)) lines.Add("Depends    " + Dependencies(dependencies));
        if (document.Section<LicenceSection>(SectionNames.Licence) is { } licence) lines.Add("Licence    " + Licence(licence));
        if (document.Section<TestsSection>(SectionNames.Tests) is { } tests) lines.Add("Tests      " + TestsMarkdown.Summary(tests));
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
        var unlisted = FindingMarks.Unlisted(document) is { } some ? "; " + some : "";
        if (document.Findings.Count == 0)
        {
            if (!document.Partial || unlisted.Length > 0) lines.Add("Findings   none" + unlisted);
            return;
        }
        var counts = Severities.All.Select(severity => (severity, Count: document.Findings.Count(finding => finding.Severity == severity))).Where(pair => pair.Count > 0);
        lines.Add("Findings   " + string.Join(", ", counts.Select(pair => $"{pair.Count} {pair.severity}")) + (FindingMarks.NewCount(document) is { } fresh ? $" ({fresh})" : "") + unlisted);
        var room = MaxLines - lines.Count;
        foreach (var group in document.Findings.GroupBy(finding => (finding.Severity, finding.Rule)).Take(Math.Min(5, room)))
            lines.Add($"  {group.Key.Severity,-8}{(group.Count() == 1 ? FindingMarks.Of(document, group.First()) : "")} {Title(group)}{(group.Count() > 1 ? $" ×{Number(group.Count())}" : "")}{(group.First().Path is { } path ? $" ({path}{(group.Count() > 1 ? ", …" : "")})" : "")}");
    }

    private static string Change(CharterDocument document, ChangeSection change)
    {
        var lines = new List<string>
        {
            $"{document.Repository?.Name ?? "Unknown repository"}  {ChangeMarkdown.Verdict(change)}",
            $"Range      {ShortSha(change.Base)} ({change.BaseRef}) to {ShortSha(change.Head)}: {Count(change.Commits, "commit")}, {ChangeMarkdown.Size(change.Files)}",
        };
        if (change.Modules.Count > 0) lines.Add("Modules    " + string.Join(", ", change.Modules.Take(4).Select(module => module.Name)) + (change.Modules.Count > 4 ? $", {change.Modules.Count - 4} more" : ""));
        if (change.Hotspots.Count > 0) lines.Add("Hotspots   " + string.Join(", ", change.Hotspots.Take(3).Select(file => file.Path)));
        if (change.Tests is { SourceFiles: > 0, TestFiles: 0 }) lines.Add($"Tests      {Count(change.Tests.SourceFiles, "source file")} changed and no test file");
        foreach (var finding in document.Findings.Take(MaxLines - lines.Count)) lines.Add($"  {finding.Severity,-8} {finding.Title}{(finding.Path is null ? "" : $" ({finding.Path})")}");
        return string.Concat(lines.Take(MaxLines).Select(line => Fit(RepositoryText.Clean(line)) + "\n"));
    }

    private static string Fit(string line) => line.Length <= 2 * Width ? line : line[..(2 * Width - 2)].TrimEnd() + " …";
}
