using System.Globalization;
using System.Text;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Findings;

namespace Charterhouse.Cli.Findings;

/// <summary>Findings as text for people. Everything that a repository or a person wrote is cleaned here.</summary>
internal static class FindingText
{
    private const int ShownId = 12;

    /// <summary>A table for each repository, and below it what people decided.</summary>
    public static string List(IReadOnlyList<FindingRecord> findings)
    {
        var length = IdLength(findings);
        var text = new StringBuilder();
        foreach (var repository in findings.GroupBy(finding => finding.RepositoryId, StringComparer.Ordinal))
        {
            var table = new Columns("ID", "SEVERITY", "STATE", "RULE", "WHERE", "TITLE");
            foreach (var one in repository) table.Add(Id(one), one.Severity, StateOf(one), one.Rule, Where(one), one.Title);
            text.Append(text.Length > 0 ? "\n" : "").Append(TerminalText.Line(repository.First().Repository)).Append('\n').Append(table).Append('\n');
            foreach (var one in repository)
            {
                if (one is { State: FindingStates.Dismissed, Dismissed: { } dismissed }) text.Append(Id(one)).Append(Decision(" dismissed", dismissed));
                if (one is { State: FindingStates.Open, Reopened: { } reopened }) text.Append(Id(one)).Append(Decision(" reopened", reopened));
            }
        }
        return text.ToString().TrimEnd('\n');

        string Id(FindingRecord finding) => TerminalText.Line(finding.Id[..Math.Min(length, finding.Id.Length)]);
    }

    // Enough of the ids to tell them apart, as git does.
    private static int IdLength(IReadOnlyList<FindingRecord> findings)
    {
        var ids = findings.Select(finding => finding.Id).Distinct(StringComparer.Ordinal).ToList();
        var length = ShownId;
        while (ids.Select(id => id[..Math.Min(length, id.Length)]).Distinct(StringComparer.Ordinal).Count() < ids.Count) length++;
        return length;
    }

    private static string StateOf(FindingRecord finding) => finding switch
    {
        { State: FindingStates.Fixed, Fixed: { } at } => string.Create(CultureInfo.InvariantCulture, $"fixed in v{at.Version}"),
        { State: FindingStates.Open, Hidden: true } => "hidden by settings",
        { State: FindingStates.Open } => string.Create(CultureInfo.InvariantCulture, $"open since v{finding.FirstSeen.Version}"),
        _ => finding.State,
    };

    private static string Where(FindingRecord finding) =>
        finding.Path is null ? "-" : finding.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{finding.Path}:{line}") : finding.Path;

    private static string Decision(string what, FindingDecision decision) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} by {TerminalText.Line(decision.By)} on {decision.At.UtcDateTime:yyyy-MM-dd}: {TerminalText.Line(decision.Reason)}\n");
}
