namespace Charterhouse.Orchestrator.Findings;

/// <summary>Which findings to list; null means all.</summary>
/// <param name="RepositoryId">For a server also its name, or the URL that it was analysed as.</param>
/// <param name="State"><c>open</c>, <c>fixed</c> or <c>dismissed</c>. Open ones that the repository's settings hide are left out unless all are asked for.</param>
public sealed record FindingQuery(string? RepositoryId = null, string? State = null, string? Severity = null, string? Rule = null);

/// <summary>A page of findings.</summary>
/// <param name="NextCursor">For the next page; null at the end.</param>
public sealed record FindingPage(IReadOnlyList<FindingRecord> Findings, string? NextCursor);

/// <summary>A finding with what is remembered of it.</summary>
/// <param name="State"><c>open</c>, <c>fixed</c> or <c>dismissed</c>.</param>
/// <param name="Hidden">The repository's own settings switch it off.</param>
/// <param name="Fixed">The first version without it; null unless it is fixed.</param>
/// <param name="Dismissed">The last dismissal, also when it was taken back; null when there was none.</param>
/// <param name="Reopened">Who took the last dismissal back; null when nobody did.</param>
public sealed record FindingRecord(
    string Id, string RepositoryId, string Repository, string Agent, string Rule, string Severity, string State, bool Hidden, string Title, string? Path, int? Line,
    FindingPoint FirstSeen, FindingPoint LastSeen, FindingPoint? Fixed, FindingDecision? Dismissed, FindingDecision? Reopened);

/// <summary>A version of the charter and where it came from.</summary>
public sealed record FindingPoint(int Version, string RunId, string Sha, DateTimeOffset At);

/// <summary>What a person decided about a finding.</summary>
public sealed record FindingDecision(string By, string Reason, DateTimeOffset At);
