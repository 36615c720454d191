using System.Text;
using static Charterhouse.RepoSync.Effects.Text.Words;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>
/// The one comment of a pull request or an issue, edited in place: the verdict and the count first, the rest folded. A clean result is one visible line.
/// Never longer than <see cref="Longest"/>, in bytes of UTF-8 and therefore in UTF-16 units too.
/// </summary>
internal static class CommentText
{
    /// <summary>What GitHub takes.</summary>
    public const int Longest = 65_536;

    /// <summary>The comment's Markdown.</summary>
    /// <param name="marker">By which it is found again, one of <see cref="Markers"/>.</param>
    /// <exception cref="ArgumentException">That is no marker.</exception>
    public static string Render(EffectReport report, string marker)
    {
        if (!Markers.IsOne(marker)) throw new ArgumentException("no marker", nameof(marker));
        var parts = new ReportParts(report);
        var text = new StringBuilder();
        if (IsClean(report))
        {
            // notes are in the run
            text.Append("**").Append(Verdict(report)).Append("** (").Append(parts.Source()).Append(")\n");
        }
        else
        {
            text.Append("**").Append(Verdict(report)).Append("**\n\n");
            Body(text, parts, report);
            parts.Foot(text);
        }
        return text.Append('\n').Append(marker).Append('\n').ToString();
    }

    /// <summary>Everything between the verdict and the last line; also of a check.</summary>
    public static void Body(StringBuilder text, ReportParts parts, EffectReport report)
    {
        if (report.Findings.Count > 0)
        {
            text.Append("<details><summary>Findings</summary>\n\n");
            parts.Table(text);
            text.Append("</details>\n\n");
        }
        parts.Details(text);
        parts.Change(text);
        parts.Notes(text);
    }
}
