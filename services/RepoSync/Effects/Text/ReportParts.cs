using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.RepoSync.Effects.Text.Words;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>
/// The parts of which comments, checks and the dashboard are made, as GitHub's and GitLab's Markdown. Every list is cut by whole rows to a size in bytes
/// that it never exceeds; together they stay below what forges take. No line begins with anything that came from outside.
/// </summary>
internal sealed class ReportParts(EffectReport report)
{
    private const int TableRows = 50;
    private const int TableBytes = 18_000;
    private const int DetailRows = 25;
    private const int DetailBytes = 20_000;
    private const int SmallRows = 8;
    private const int SmallBytes = 4_000;
    private const int LineBytes = 1_500;
    private const int LongestTitle = 160;
    private const int LongestName = 80;
    private const int LongestPath = 100;

    /// <summary>Makes harmless what comes from outside, and remembers whether it hid something.</summary>
    public SafeText Safe { get; } = new();

    /// <summary>The commit and the run, to go to: <c>`0123456789ab`, [run](…)</c>.</summary>
    public string Source()
    {
        var commit = report.HeadSha is not { } sha ? "" : report.Links?.Commit(sha) is { } url ? $"[`{ShortSha(sha)}`]({url}), " : $"`{ShortSha(sha)}`, ";
        return commit + (report.RunUrl is { } run ? $"[run]({Url(run)})" : $"run {Safe.Code(report.RunId)}");
    }

    /// <summary>The findings in a table.</summary>
    public void Table(StringBuilder text)
    {
        text.Append("| Severity | Finding | Where |\n|---|---|---|\n");
        var written = Rows(text, report.Findings, TableRows, TableBytes, finding => $"| {finding.Severity} | {Safe.Prose(finding.Title, LongestTitle)} | {Where(finding)} |\n");
        text.Append('\n');
        More(text, report.Findings.Count - written);
    }

    /// <summary>What was seen of each finding, what to do, and how to mute it.</summary>
    public void Details(StringBuilder text)
    {
        if (report.Findings.Count == 0) return;
        Fold(text, "Evidence, what to do, how to mute", () =>
        {
            var written = Rows(text, report.Findings, DetailRows, DetailBytes, finding =>
                $"- **{finding.Severity}** {Safe.Prose(finding.Title, LongestTitle)}{(Safe.Code(finding.Rule, LongestName) is { Length: > 0 } rule ? $" ({rule})" : "")}"
                + $"\n  - Seen: {Safe.Prose(finding.Evidence)}\n  - To do: {Safe.Prose(finding.Recommendation)}\n"
                + (FindingId.IsOne(finding.Id) ? $"  - To mute it: `/charter mute {finding.Id} reason`\n" : ""));
            text.Append('\n');
            More(text, report.Findings.Count - written);
            text.Append("Commands are written in a comment, each on a line by itself; `/charter analyze` analyses again. They need the right to write.\n\n");
        });
    }

    /// <summary>What the change settles and what it touches, folded.</summary>
    public void Change(StringBuilder text)
    {
        if (report.Change is not { } change) return;
        if (change.Settled.Count > 0)
            Fold(text, $"{Number(change.Settled.Count)} settled", () => List(text, change.Settled, finding => $"- Settled: {Safe.Prose(finding.Title, LongestTitle)}, {Where(finding, isLinked: false)}\n"));
        Fold(text, $"What the change touches: {Size(change.Files)}", () => Touches(text, change));
    }

    /// <summary>What a reader must know, folded; also what hid something.</summary>
    public void Notes(StringBuilder text)
    {
        if (report.Incomplete is { } incomplete) text.Append("**Incomplete:** ").Append(Safe.Prose(incomplete)).Append("\n\n");
        if (report.Notes.Count > 0) Fold(text, Count(report.Notes.Count, "note"), () => List(text, report.Notes, note => $"- Note: {Safe.Prose(note)}\n"));
    }

    /// <summary>The last visible line.</summary>
    public void Foot(StringBuilder text)
    {
        var known = new List<string>();
        if (report.Change is { Known: > 0 } change) known.Add($"{Count(change.Known, "known finding")} not repeated");
        if (report.Dismissed > 0) known.Add($"{Number(report.Dismissed)} muted");
        text.Append("<sub>").Append(Source()).Append(known.Count == 0 ? "" : "; " + string.Join(", ", known)).Append('.')
            .Append(Safe.FoundHidden ? " Hidden characters were removed." : "").Append("</sub>\n");
    }

    /// <summary>Where a finding is, linked where the forge has a page of it.</summary>
    public string Where(Finding finding, bool isLinked = true)
    {
        if (finding.Path is not { } path) return "the repository";
        var place = Safe.Code(finding.Line is { } line ? $"{path}:{line}" : path, LongestPath, fromEnd: true);
        if (place.Length == 0) return "a file without a name";
        return isLinked && report.Links?.Blob(report.HeadSha, path, finding.Line) is { } url ? $"[{place}]({url})" : place;
    }

    /// <summary>Rows as long as there is room for them; how many that were.</summary>
    public static int Rows<T>(StringBuilder text, IReadOnlyList<T> items, int most, int bytes, Func<T, string> row)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i == most) return i;
            var line = row(items[i]);
            bytes -= Encoding.UTF8.GetByteCount(line);
            if (bytes < 0) return i;
            text.Append(line);
        }
        return items.Count;
    }

    /// <summary>What is not listed.</summary>
    public void More(StringBuilder text, int count)
    {
        if (count > 0) text.Append(report.RunUrl is { } run ? $"and {Number(count)} more in [the run]({Url(run)})\n\n" : $"and {Number(count)} more in the run\n\n");
    }

    private void Touches(StringBuilder text, ChangeSection change)
    {
        if (change.Modules.Count > 0) text.Append("- Modules: ").Append(Names(change.Modules, module => Safe.Code(module.Name, LongestName))).Append('\n');
        if (change.Hotspots.Count > 0) text.Append("- Hotspots: ").Append(Names(change.Hotspots, hotspot => Safe.Code(hotspot.Path, LongestPath, fromEnd: true))).Append('\n');
        if (change.Dependencies.Count > 0) text.Append("- Dependencies: ").Append(Names(change.Dependencies, Dependency)).Append('\n');
        if (change.Tests.SourceFiles > 0)
            text.Append("- Tests: ").Append(Count(change.Tests.SourceFiles, "source file")).Append(" and ").Append(Count(change.Tests.TestFiles, "test file")).Append(" changed\n");
        if (change.Owners.Count > 0) text.Append("- Owners by CODEOWNERS: ").Append(Names(change.Owners, owner => owner.Owner is null ? "nobody" : Safe.Code(owner.Owner, LongestName))).Append('\n');
        text.Append("- Measured from ").Append(Safe.Code(change.BaseRef, LongestName) is { Length: > 0 } name ? name : "its base").Append(ForgeLinks.IsSha(change.Base) ? $" at `{ShortSha(change.Base)}`" : "")
            .Append(", ").Append(Count(change.Commits, "commit")).Append("\n\n");
    }

    private string Dependency(DependencyChange change)
    {
        var (before, after) = (Safe.Code(change.Before, LongestName), Safe.Code(change.After, LongestName));
        return Safe.Code(change.Name, LongestName) + (before, after) switch { ("", _) => $" {after} is new", (_, "") => " is gone", _ => $" {before} → {after}" };
    }

    private static string Names<T>(IReadOnlyList<T> items, Func<T, string> name)
    {
        var text = new StringBuilder();
        var written = Rows(text, items, SmallRows, LineBytes, item => (text.Length == 0 ? "" : ", ") + name(item));
        return text.Append(written < items.Count ? $" and {Number(items.Count - written)} more" : "").ToString();
    }

    private void List<T>(StringBuilder text, IReadOnlyList<T> items, Func<T, string> row)
    {
        var written = Rows(text, items, SmallRows, SmallBytes, row);
        text.Append('\n');
        More(text, items.Count - written);
    }

    // The empty line makes what follows Markdown again.
    private static void Fold(StringBuilder text, string summary, Action content)
    {
        text.Append("<details><summary>").Append(summary).Append("</summary>\n\n");
        content();
        text.Append("</details>\n\n");
    }

    private static string Url(Uri url) => url.AbsoluteUri.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
}
