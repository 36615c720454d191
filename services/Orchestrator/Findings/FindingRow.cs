namespace Charterhouse.Orchestrator.Findings;

/// <summary>What is remembered of a finding, keyed by repository and id: the same thing missing from two repositories has one id.</summary>
internal sealed class FindingRow
{
    public required string RepositoryId { get; init; }
    public required string Id { get; init; }
    /// <summary>The repository's name, for people.</summary>
    public required string Repository { get; set; }
    public required string Agent { get; set; }
    public required string Rule { get; set; }
    public required string Severity { get; set; }
    public required string Title { get; set; }
    public string? Path { get; set; }
    public int? Line { get; set; }
    /// <summary><c>open</c>, <c>fixed</c> or <c>dismissed</c>.</summary>
    public required string State { get; set; }
    /// <summary>The repository's own settings switch it off.</summary>
    public bool Hidden { get; set; }
    public required int FirstVersion { get; init; }
    public required string FirstRunId { get; init; }
    public required string FirstSha { get; init; }
    public required DateTimeOffset FirstAt { get; init; }
    public required int LastVersion { get; set; }
    public required string LastRunId { get; set; }
    public required string LastSha { get; set; }
    public required DateTimeOffset LastAt { get; set; }
    /// <summary>Set while the state is fixed: the first version without it.</summary>
    public int? FixedVersion { get; set; }
    public string? FixedRunId { get; set; }
    public string? FixedSha { get; set; }
    public DateTimeOffset? FixedAt { get; set; }
    /// <summary>Of the last dismissal; kept when it was taken back.</summary>
    public string? DismissedBy { get; set; }
    public string? DismissedReason { get; set; }
    public DateTimeOffset? DismissedAt { get; set; }
    /// <summary>Who took the last dismissal back; cleared by the next one.</summary>
    public string? ReopenedBy { get; set; }
    public string? ReopenedReason { get; set; }
    public DateTimeOffset? ReopenedAt { get; set; }
}
