namespace Charterhouse.Contracts.Repositories;

/// <summary>Something an agent found, with its evidence.</summary>
/// <param name="Id">Stable across runs: a hash of rule, path and what was found.</param>
/// <param name="Agent">The step kind's short name, such as <c>archivist</c>.</param>
/// <param name="Rule">The rule's stable name, such as <c>licence/missing</c>.</param>
/// <param name="Severity">One of <see cref="Severities"/>.</param>
/// <param name="Path">The file it is about, or null for the repository.</param>
/// <param name="Line">1-based, or null.</param>
public sealed record Finding(
    string Id, string Agent, string Rule, string Severity, string Title, string? Path, int? Line, string Evidence, string Recommendation);

/// <summary>How much a finding matters, most first.</summary>
public static class Severities
{
    public const string Critical = "critical";
    public const string High = "high";
    public const string Medium = "medium";
    public const string Low = "low";
    public const string Info = "info";

    /// <summary>Most severe first.</summary>
    public static IReadOnlyList<string> All { get; } = [Critical, High, Medium, Low, Info];
}
