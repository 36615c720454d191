namespace Charterhouse.Contracts.Runs;

/// <summary>The states of a run, as they stand in <c>runs.status</c> and in every API.</summary>
public static class RunStatus
{
    /// <summary>Accepted, waiting for a free place (<c>max_concurrent_runs</c>).</summary>
    public const string Queued = "queued";
    /// <summary>Steps are being executed.</summary>
    public const string Running = "running";
    /// <summary>Cancel was asked for; running steps are being stopped.</summary>
    public const string Cancelling = "cancelling";
    /// <summary>Terminal: every step ended well.</summary>
    public const string Published = "published";
    /// <summary>Terminal: a step failed for good, a limit was reached or the time was up.</summary>
    public const string Failed = "failed";
    /// <summary>Terminal: a person cancelled it.</summary>
    public const string Cancelled = "cancelled";
    /// <summary>Terminal: it waited too long for a place (<c>queue_ttl_seconds</c>) and never began.</summary>
    public const string Expired = "expired";

    /// <summary>True for a state that never changes again.</summary>
    public static bool IsTerminal(string status) => status is Published or Failed or Cancelled or Expired;
}
