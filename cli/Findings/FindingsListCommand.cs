using System.CommandLine;
using System.Globalization;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Findings;

/// <summary><c>charter findings list</c>: what is known of findings, the most severe first.</summary>
internal static class FindingsListCommand
{
    private const string All = "all";
    private const int ShownId = 12;
    private static readonly string[] States = [FindingStates.Open, FindingStates.Dismissed, FindingStates.Fixed, All];

    public static Command Create(CliContext context)
    {
        var repo = CommonOptions.Repo();
        var state = new Option<string>("--state") { Description = "Only findings of this state", HelpName = string.Join('|', States), DefaultValueFactory = _ => FindingStates.Open };
        state.AcceptOnlyFromAmong(States);
        var severity = new Option<string>("--severity") { Description = "Only findings of this severity", HelpName = string.Join('|', Severities.All) };
        severity.AcceptOnlyFromAmong([.. Severities.All]);
        var rule = new Option<string>("--rule") { Description = "Only findings of this rule", HelpName = "RULE" };
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists findings, the most severe first") { repo, state, severity, rule, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            CheckRule(parsed.GetValue(rule));
            var wanted = parsed.GetRequiredValue(state);
            await using var session = await HostSession.TryReadAsync(context, options);
            IReadOnlyList<FindingRecord> findings = session is null ? [] : await session.Findings.ListAsync(
                new FindingQuery(await FindingLookup.RepositoryAsync(session, parsed.GetValue(repo), context.Interrupted), wanted == All ? null : wanted, parsed.GetValue(severity), parsed.GetValue(rule)),
                context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Findings = findings }));
            else Print(context, findings, wanted);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void CheckRule(string? rule)
    {
        if (rule is null || RuleCatalog.Find(rule) is not null) return;
        var names = RuleCatalog.All.Select(one => one.Name).ToList();
        throw new UsageException($"there is no rule '{rule}'", Suggestion.Or(rule, names, "charter findings list shows the rules of what was found; docs/reference/rules has all of them."));
    }

    private static void Print(CliContext context, IReadOnlyList<FindingRecord> findings, string state)
    {
        if (findings.Count == 0)
        {
            context.Terminal.Note(state == All ? "no findings" : $"no {state} findings; others with: charter findings list --state all");
            return;
        }
        // Enough of the id to name each of them, as git does.
        var ids = findings.Select(finding => finding.Id).Distinct(StringComparer.Ordinal).ToList();
        var length = ShownId;
        while (ids.Select(id => id[..Math.Min(length, id.Length)]).Distinct(StringComparer.Ordinal).Count() < ids.Count) length++;
        foreach (var repository in findings.GroupBy(finding => (finding.RepositoryId, finding.Repository)))
        {
            context.Terminal.Print(TerminalText.Line(repository.Key.Repository));
            var table = new Columns("ID", "SEVERITY", "STATE", "RULE", "WHERE", "TITLE");
            foreach (var one in repository) table.Add(one.Id[..Math.Min(length, one.Id.Length)], one.Severity, StateOf(one), one.Rule, Where(one), one.Title);
            context.Terminal.Print(table.ToString());
            foreach (var one in repository.Where(one => one.State == FindingStates.Dismissed)) context.Terminal.Print($"{one.Id[..Math.Min(length, one.Id.Length)]} {Decision("dismissed", one.Dismissed!)}");
            foreach (var one in repository.Where(one => one.Reopened is not null)) context.Terminal.Print($"{one.Id[..Math.Min(length, one.Id.Length)]} {Decision("reopened", one.Reopened!)}");
        }
    }

    private static string StateOf(FindingRecord finding) => finding switch
    {
        { State: FindingStates.Fixed, Fixed: { } at } => string.Create(CultureInfo.InvariantCulture, $"fixed in v{at.Version}"),
        { State: FindingStates.Open, Hidden: true } => "open, hidden by settings",
        { State: FindingStates.Open } => string.Create(CultureInfo.InvariantCulture, $"open since v{finding.FirstSeen.Version}"),
        _ => finding.State,
    };

    private static string Where(FindingRecord finding) =>
        finding.Path is null ? "-" : finding.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{finding.Path}:{line}") : finding.Path;

    private static string Decision(string what, FindingDecision decision) =>
        $"{what} by {TerminalText.Line(decision.By)} on {decision.At.UtcDateTime:yyyy-MM-dd}: {TerminalText.Line(decision.Reason)}";
}
