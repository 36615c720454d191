using System.Globalization;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Analyze;

/// <summary><c>--fail-on SEVERITY</c>: which open findings make the command fail.</summary>
internal sealed record FindingGate(string Severity)
{
    private const int RulesNamed = 3;

    /// <summary>One sentence on the findings at or above the severity, or null when there is none.</summary>
    public string? Describe(IReadOnlyList<RunDetails> runs)
    {
        var said = runs.Select(details => (details, Findings: details.Findings.Where(IsSevere).ToList())).Where(pair => pair.Findings.Count > 0)
            .Select(pair => $"{TerminalText.Line(RunText.NameOf(pair.details.Run))} has {Count(pair.Findings.Count)} ({RunText.FindingCounts(pair.Findings)}): {Rules(pair.Findings)}").ToList();
        return said.Count == 0 ? null : $"--fail-on {Severity}: {string.Join("; ", said)}";
    }

    // An unknown severity is not below one that is known: it would otherwise pass unseen.
    private bool IsSevere(Finding finding) => Rank(finding.Severity) <= Rank(Severity);

    private static int Rank(string severity) => Severities.All.ToList().IndexOf(severity);

    private static string Rules(List<Finding> findings)
    {
        var rules = findings.GroupBy(finding => finding.Rule, StringComparer.Ordinal)
            .OrderBy(group => group.Min(finding => Rank(finding.Severity))).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        return string.Join(", ", rules.Take(RulesNamed).Select(group => TerminalText.Line(group.Key) + (group.Count() > 1 ? string.Create(CultureInfo.InvariantCulture, $" ×{group.Count()}") : "")))
            + (rules.Count > RulesNamed ? string.Create(CultureInfo.InvariantCulture, $" and {rules.Count - RulesNamed} more rules") : "");
    }

    private static string Count(int findings) => findings == 1 ? "1 open finding" : string.Create(CultureInfo.InvariantCulture, $"{findings} open findings");
}
