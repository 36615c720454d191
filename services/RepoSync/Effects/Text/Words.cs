using System.Globalization;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>Figures and verdicts in words that are all our own.</summary>
internal static class Words
{
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long count, string noun) => $"{Number(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>0 for the most severe.</summary>
    public static int RankOf(string severity)
    {
        for (var i = 0; i < Severities.All.Count; i++)
            if (Severities.All[i] == severity) return i;
        return Severities.All.Count;
    }

    /// <summary>How many of each severity, most severe first: <c>1 high, 2 low</c>.</summary>
    public static string BySeverity(IEnumerable<Finding> findings) => string.Join(", ", findings.CountBy(finding => finding.Severity, StringComparer.Ordinal)
        .OrderBy(pair => RankOf(pair.Key)).Select(pair => $"{Number(pair.Value)} {pair.Key}"));

    /// <summary>The verdict and the count, without a full stop: <c>3 new findings (1 high, 2 low), 1 settled</c>.</summary>
    public static string Verdict(EffectReport report)
    {
        var noun = report.Change is null ? "finding" : "new finding";
        var found = report.Findings.Count == 0 ? $"No {noun}s" : $"{Count(report.Findings.Count, noun)} ({BySeverity(report.Findings)})";
        return (report.Incomplete is null ? "" : "Incomplete: ") + (report.Incomplete is not null && report.Findings.Count == 0 ? "no findings so far" : found)
            + (report.Change is { Settled.Count: > 0 } change ? $", {Number(change.Settled.Count)} settled" : "");
    }

    /// <summary>Nothing found, nothing settled, nothing missing: there is nothing to fold.</summary>
    public static bool IsClean(EffectReport report) => report is { Findings.Count: 0, Incomplete: null } && report.Change is not { Settled.Count: > 0 };

    /// <summary>One of the findings is at least as severe.</summary>
    /// <param name="failOn">One of <see cref="Severities"/>; null for never.</param>
    public static bool Reaches(EffectReport report, string? failOn) => failOn is not null && report.Findings.Any(finding => RankOf(finding.Severity) <= RankOf(failOn));

    /// <summary>The first digits of a commit's hash.</summary>
    public static string ShortSha(string sha) => sha.Length > 12 ? sha[..12] : sha;

    /// <summary>Files and lines.</summary>
    public static string Size(ChangedFiles files) =>
        $"{Count(files.Added + files.Modified + files.Deleted + files.Renamed, "file")}, +{Number(files.Additions)} −{Number(files.Deletions)} lines";
}
