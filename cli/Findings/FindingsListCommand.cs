using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Findings;

/// <summary><c>charter findings list</c>: what is known of findings, the most severe first.</summary>
internal static class FindingsListCommand
{
    private const string All = "all";
    private const int PageSize = 1000;
    private static readonly string[] States = [FindingStates.Open, FindingStates.Dismissed, FindingStates.Fixed, All];

    public static Command Create(CliContext context)
    {
        var repo = CommonOptions.Repo();
        var state = new Option<string>("--state") { Description = "Only findings of this state", HelpName = string.Join('|', States), DefaultValueFactory = _ => FindingStates.Open };
        state.TakesOneOf(States);
        var severity = new Option<string>("--severity") { Description = "Only findings of this severity", HelpName = string.Join('|', Severities.All) };
        severity.TakesOneOf(Severities.All);
        var rule = new Option<string>("--rule") { Description = "Only findings of this rule", HelpName = "RULE" };
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists findings, the most severe first") { repo, state, severity, rule, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            CheckRule(parsed.GetValue(rule));
            var wanted = parsed.GetRequiredValue(state);
            await using var session = await HostSession.TryReadAsync(context, options);
            var repository = parsed.GetValue(repo) is { } named ? await RepositoryLookup.FindAsync(session, named, context.Interrupted) : null;
            IReadOnlyList<FindingRecord> findings = session is null ? [] : await AllAsync(
                session.Findings, new FindingQuery(repository, wanted == All ? null : wanted, parsed.GetValue(severity), parsed.GetValue(rule)),
                context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Findings = findings }));
            else Print(context, findings, wanted);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<IReadOnlyList<FindingRecord>> AllAsync(IFindingService findings, FindingQuery query, CancellationToken cancellationToken)
    {
        var all = new List<FindingRecord>();
        for (string? cursor = null; ;)
        {
            var page = await findings.ListAsync(query, PageSize, cursor, cancellationToken);
            all.AddRange(page.Findings);
            if ((cursor = page.NextCursor) is null) return all;
        }
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
        context.Terminal.Print(FindingText.List(findings));
    }
}
