using System.Text;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.RepoSync.Effects.Text.Words;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>An annotation of a check, at a line of a file.</summary>
/// <param name="Level"><c>notice</c>, <c>warning</c> or <c>failure</c>.</param>
internal sealed record CheckAnnotation(string Path, int StartLine, int EndLine, string Level, string Title, string Message);

/// <summary>A check run. Advisory unless the caller says from which severity on it fails.</summary>
/// <param name="Conclusion"><c>success</c>, <c>neutral</c> or <c>failure</c>.</param>
/// <param name="Summary">Markdown, at most 65,535 bytes.</param>
/// <param name="Batches">Annotations, most severe first, each batch as many as one call takes.</param>
internal sealed record CheckText(string Title, string Summary, string Conclusion, IReadOnlyList<IReadOnlyList<CheckAnnotation>> Batches)
{
    /// <summary>Annotations that one call takes.</summary>
    public const int BatchSize = 50;
    /// <summary>Annotations of a check.</summary>
    public const int MostAnnotations = 1_000;
    /// <summary>With what keeps references apart still less than 255.</summary>
    private const int LongestTitle = 120;
    private const int LongestMessage = 4_000;

    /// <summary>The check of a report.</summary>
    /// <param name="failOn">The least of <see cref="Severities"/> at which it fails; null for never.</param>
    public static CheckText Of(EffectReport report, string? failOn = null)
    {
        var parts = new ReportParts(report);
        var summary = new StringBuilder("**").Append(Verdict(report)).Append("**\n\n");
        CommentText.Body(summary, parts, report);
        var annotations = report.Findings.Select(finding => Annotation(parts.Safe, finding)).OfType<CheckAnnotation>().Take(MostAnnotations).ToArray();
        parts.Foot(summary); // last: it says whether anything hidden was found
        var conclusion = Reaches(report, failOn) ? "failure" : report is { Findings.Count: 0, Incomplete: null } ? "success" : "neutral";
        return new CheckText(Verdict(report), summary.ToString(), conclusion, annotations.Chunk(BatchSize).ToArray());
    }

    /// <summary>Null for a finding that is at no line, or whose path cannot be named as it is.</summary>
    private static CheckAnnotation? Annotation(SafeText safe, Finding finding)
    {
        if (finding.Path is not { } path || !IsFile(path)) return null;
        var line = finding.Line ?? 1;
        var message = $"Seen: {safe.Plain(finding.Evidence, LongestMessage)}\nTo do: {safe.Plain(finding.Recommendation, LongestMessage)}"
            + (FindingId.IsOne(finding.Id) ? $"\nTo mute it: /charter mute {finding.Id} reason" : "");
        return new CheckAnnotation(path, line, line, LevelOf(finding.Severity), safe.Plain(finding.Title, LongestTitle), message);
    }

    // It stands in the API's call, and people see it: whatever is not plain is left out.
    private static bool IsFile(string path) =>
        path[0] != '/' && SafeText.IsPlain(path) && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static string LevelOf(string severity) => severity switch
    {
        Severities.Critical or Severities.High => "failure",
        Severities.Medium => "warning",
        _ => "notice",
    };
}
