using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>The report on a change: the verdict first, then what it introduces, then what it touches.</summary>
internal static class ChangeMarkdown
{
    private const int Rows = 8;
    private const int FindingRows = 25;

    /// <summary>The report as markdown (LF).</summary>
    public static string Render(CharterDocument document, ChangeSection change)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Prose(document.Repository?.Name ?? "Unknown repository")).Append(": ").Append(Verdict(change)).Append("\n\n");
        text.Append(Code(ShortSha(change.Base))).Append(" (").Append(Code(change.BaseRef)).Append(") to ").Append(Code(ShortSha(change.Head)));
        if (document.HeadBranch is { } branch) text.Append(" on ").Append(Code(branch));
        text.Append(": ").Append(Count(change.Commits, "commit")).Append(", ").Append(Size(change.Files)).Append("\n\n");
        foreach (var note in document.Notes) text.Append("- Note: ").Append(Prose(note)).Append('\n');
        if (document.Notes.Count > 0) text.Append('\n');
        Introduced(text, document.Findings);
        Settled(text, change);
        Touches(text, change);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The first line: what matters of it.</summary>
    public static string Verdict(ChangeSection change) =>
        change.Introduced.Count == 0
            ? change.Settled.Count == 0 ? "no new findings" : $"no new findings, {Count(change.Settled.Count, "finding")} settled"
            : Count(change.Introduced.Count, "new finding") + (change.Settled.Count == 0 ? "" : $", {Number(change.Settled.Count)} settled");

    /// <summary>Files and lines in words.</summary>
    public static string Size(ChangedFiles files)
    {
        (int Number, string Word)[] kinds = [(files.Added, "added"), (files.Modified, "modified"), (files.Deleted, "deleted"), (files.Renamed, "renamed")];
        var parts = kinds.Where(kind => kind.Number > 0).Select(kind => $"{Number(kind.Number)} {kind.Word}").ToArray();
        var total = files.Added + files.Modified + files.Deleted + files.Renamed;
        return $"{Count(total, "file")}{(parts.Length == 0 ? "" : $" ({string.Join(", ", parts)})")}, +{Number(files.Additions)} −{Number(files.Deletions)} lines";
    }

    private static void Introduced(StringBuilder text, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return;
        text.Append("## New findings\n\n");
        foreach (var finding in findings.Take(FindingRows))
        {
            text.Append("- **").Append(Prose(finding.Severity)).Append("** ").Append(Prose(finding.Title));
            if (finding.Path is { } path) text.Append(" in ").Append(Code(finding.Line is { } line ? $"{path}:{line}" : path));
            text.Append(": ").Append(Prose(finding.Evidence)).Append(' ').Append(Prose(finding.Recommendation)).Append(" (").Append(Code(finding.Rule)).Append(")\n");
        }
        if (findings.Count > FindingRows) text.Append("- and ").Append(Number(findings.Count - FindingRows)).Append(" more in charter.json\n");
        text.Append('\n');
    }

    private static void Settled(StringBuilder text, ChangeSection change)
    {
        if (change.Settled.Count == 0) return;
        text.Append("## Settled\n\n");
        foreach (var finding in change.Settled.Take(Rows))
            text.Append("- ").Append(Prose(finding.Title)).Append(finding.Path is { } path ? $" in {Code(path)}" : "").Append(" (").Append(Code(finding.Rule)).Append(")\n");
        More(text, change.Settled.Count);
    }

    private static void Touches(StringBuilder text, ChangeSection change)
    {
        if (change.Modules.Count > 0)
        {
            text.Append("## Modules\n\n| Module | Files | Lines | Depended on by |\n|---|--:|--:|--:|\n");
            foreach (var module in change.Modules.Take(Rows))
                text.Append("| ").Append(Prose(module.Name)).Append(" (").Append(Code(module.Path.Length == 0 ? "/" : module.Path)).Append(") | ").Append(Number(module.Files))
                    .Append(" | +").Append(Number(module.Additions)).Append(" −").Append(Number(module.Deletions)).Append(" | ").Append(Number(module.DependedOnBy)).Append(" |\n");
            More(text, change.Modules.Count, before: "\n");
        }
        var lines = new List<string>();
        foreach (var hotspot in change.Hotspots.Take(Rows))
            lines.Add($"Hotspot {Code(hotspot.Path)}: {Count(hotspot.Changes, "change")} in 12 months, {Count(hotspot.Lines, "line")}; here +{Number(hotspot.Additions)} −{Number(hotspot.Deletions)}.");
        foreach (var dependency in change.Dependencies.Take(Rows)) lines.Add(Dependency(dependency));
        if (change.Tests.SourceFiles > 0)
            lines.Add(change.Tests.TestFiles == 0
                ? $"Tests: {Count(change.Tests.SourceFiles, "source file")} changed and no test file."
                : $"Tests: {Count(change.Tests.SourceFiles, "source file")} and {Count(change.Tests.TestFiles, "test file")} changed{(change.Tests.ModulesWithoutTests.Count == 0 ? "" : $"; no test in {string.Join(", ", change.Tests.ModulesWithoutTests.Take(5).Select(Prose))}")}.");
        if (change.Owners.Count > 0)
            lines.Add("Owners by CODEOWNERS: " + string.Join(", ", change.Owners.Take(Rows).Select(owner => $"{(owner.Owner is null ? "nobody" : Prose(owner.Owner))} ({Count(owner.Files, "file")})")) + ".");
        if (lines.Count == 0) return;
        text.Append("## Touches\n\n");
        foreach (var line in lines) text.Append("- ").Append(line).Append('\n');
    }

    private static string Dependency(DependencyChange change) =>
        (change.Before, change.After) switch
        {
            (null, { } after) => $"New dependency {Code(change.Name)} {Prose(after)} ({Prose(change.Ecosystem)}, {Code(change.Manifest)}).",
            ({ } before, null) => $"Dependency {Code(change.Name)} {Prose(before)} is gone ({Prose(change.Ecosystem)}, {Code(change.Manifest)}).",
            var (before, after) => $"Dependency {Code(change.Name)} {Prose(before ?? "")} → {Prose(after ?? "")} ({Prose(change.Ecosystem)}, {Code(change.Manifest)}).",
        };

    private static void More(StringBuilder text, int count, string before = "")
    {
        if (count > Rows) text.Append(before).Append("- and ").Append(Number(count - Rows)).Append(" more in charter.json\n");
        text.Append('\n');
    }
}
