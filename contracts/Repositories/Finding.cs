using System.Text.Json.Serialization;

namespace Charterhouse.Contracts.Repositories;

/// <summary>Something an agent found, with its evidence.</summary>
/// <param name="Id">Stable across runs: a hash of rule, path and what was found.</param>
/// <param name="Agent">The step kind's short name, such as <c>archivist</c>; <c>settings</c> for what the repository's own settings get wrong.</param>
/// <param name="Rule">The rule's stable name, such as <c>licence/missing</c>.</param>
/// <param name="Severity">One of <see cref="Severities"/>.</param>
/// <param name="Path">The file it is about, or null for the repository.</param>
/// <param name="Line">1-based, or null.</param>
public sealed record Finding(
    string Id, string Agent, string Rule, string Severity, string Title, string? Path, int? Line, string Evidence, string Recommendation)
{
    /// <summary>
    /// In a charter what is remembered of it: <see cref="FindingStates.New"/>, <see cref="FindingStates.Returned"/> or <see cref="FindingStates.Open"/>. In
    /// the channel null, or <see cref="FindingStates.Hidden"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }
}

/// <summary>What becomes of a finding from version to version of the charter.</summary>
public static class FindingStates
{
    /// <summary>No charter before had it.</summary>
    public const string New = "new";
    /// <summary>It was fixed and is there again.</summary>
    public const string Returned = "returned";
    /// <summary>It is there and known.</summary>
    public const string Open = "open";
    /// <summary>The agent that found it ran and did not find it any more.</summary>
    public const string Fixed = "fixed";
    /// <summary>A person said that it needs no action.</summary>
    public const string Dismissed = "dismissed";
    /// <summary>Found, but the repository's own settings switch it off.</summary>
    public const string Hidden = "hidden";
}

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
