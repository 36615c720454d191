namespace Charterhouse.Contracts.Charters;

/// <summary>A rule that findings refer to. Every rule has a page under <c>docs/reference/rules</c>, named by <see cref="Page"/>.</summary>
/// <param name="Name">Stable; <c>group/name</c>.</param>
/// <param name="Agent">The step kind's short name.</param>
/// <param name="Severity">One of <c>Severities</c>; what a finding has unless its circumstances say otherwise.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Scorecard">The OpenSSF Scorecard check of the same meaning, or null.</param>
public sealed record Rule(string Name, string Agent, string Severity, string Title, string? Scorecard = null)
{
    /// <summary>File name of its page.</summary>
    public string Page => Name.Replace('/', '-') + ".md";
}
