using static Charterhouse.RepoSync.Effects.Text.Words;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>A commit status, all in our own words.</summary>
/// <param name="Outcome"><c>success</c>, also with findings: they are advice; <c>failure</c> where the caller says so; <c>error</c> where the run is incomplete.</param>
/// <param name="Description">At most 140 characters.</param>
internal sealed record StatusText(string Outcome, string Description)
{
    private const int Longest = 140;

    /// <summary>The status of a report.</summary>
    /// <param name="failOn">The least of <c>Severities</c> at which it fails; null for never.</param>
    public static StatusText Of(EffectReport report, string? failOn = null)
    {
        var verdict = Verdict(report);
        var outcome = Reaches(report, failOn) ? "failure" : report.Incomplete is null ? "success" : "error";
        return new StatusText(outcome, verdict.Length <= Longest ? verdict : verdict[..(Longest - 1)] + "…");
    }
}
