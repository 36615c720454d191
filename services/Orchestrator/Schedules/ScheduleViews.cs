namespace Charterhouse.Orchestrator.Schedules;

/// <summary>Something that recurs in the house.</summary>
/// <param name="Name">Of a repository's, its address.</param>
/// <param name="When">Minute, hour, day, month and weekday in UTC, or <c>off</c>.</param>
/// <param name="NextAt">When it is due next, for a repository with the time that it is put off; null for never.</param>
/// <param name="Last">Null when it never fired.</param>
public sealed record ScheduleView(string Name, string Description, string When, DateTimeOffset? NextAt, ScheduleFiring? Last);

/// <summary>A firing of a schedule.</summary>
/// <param name="Cause"><c>schedule</c>, also where it makes up for what was missed, or <c>asked</c> when somebody asked for it.</param>
/// <param name="Attempts">Processes that began it; more than one when some died of it.</param>
/// <param name="EndedAt">Null while it runs, or when it was broken off and nobody has taken it up yet.</param>
/// <param name="Outcome"><c>completed</c> or <c>failed</c>; null while it has not ended.</param>
/// <param name="Detail">What came of it.</param>
public sealed record ScheduleFiring(DateTimeOffset DueAt, string Cause, int Attempts, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Outcome, string? Detail);
