using Charterhouse.Contracts.Repositories;

namespace Charterhouse.RepoSync.Forges;

/// <summary>The forges' many words for how a check ended, as few.</summary>
internal static class CiJudgement
{
    public const string Pending = "pending";
    private const string Failure = "failure";
    private const string Success = "success";
    private const string Neutral = "neutral";
    private const string OwnContext = "charterhouse";

    /// <summary>True for what the house itself says of commits: its own word is no news to it.</summary>
    public static bool IsOwn(string context) => context == OwnContext || context.StartsWith(OwnContext + "/", StringComparison.Ordinal);

    /// <summary>GitHub's states and conclusions, and GitLab's statuses.</summary>
    public static string Of(string? word) => word switch
    {
        "success" => Success,
        "failure" or "error" or "failed" or "timed_out" or "startup_failure" or "action_required" => Failure,
        "neutral" or "skipped" or "stale" or "cancelled" or "canceled" or "manual" => Neutral,
        _ => Pending,
    };

    /// <summary>All of them together; the same checks give the same, in whatever order they come.</summary>
    public static CiStatus Of(IReadOnlyCollection<CiCheck> checks)
    {
        var outcome = checks.Count == 0 ? "none"
            : checks.Any(check => check.Outcome == Failure) ? Failure
            : checks.Any(check => check.Outcome == Pending) ? Pending : Success;
        var listed = checks.OrderByDescending(check => check.Outcome == Failure).ThenBy(check => check.Name, StringComparer.Ordinal).ThenBy(check => check.Outcome, StringComparer.Ordinal);
        return new CiStatus(outcome, [.. listed.Take(CiStatus.CheckLimit)], checks.Count);
    }
}
