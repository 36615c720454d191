namespace Charterhouse.Orchestrator.Schedules;

/// <summary>A firing of a schedule. There is one per schedule and due time, however many processes were about to do it.</summary>
internal sealed class ScheduleFiringRow
{
    public required string Schedule { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    /// <summary>One of <see cref="FiringCauses"/>.</summary>
    public required string Cause { get; init; }
    /// <summary>Fencing number: counts the processes that began it.</summary>
    public required int Claim { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    /// <summary>Null while it runs, and when the process that ran it died.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary><c>completed</c> or <c>failed</c>.</summary>
    public string? Outcome { get; set; }
    public string? Detail { get; set; }
}

/// <summary>Why a schedule fires.</summary>
internal static class FiringCauses
{
    public const string Schedule = "schedule";
    public const string Asked = "asked";
}
