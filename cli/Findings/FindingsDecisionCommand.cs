using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Findings;

/// <summary>
/// <c>charter findings dismiss ID</c> and <c>charter findings reopen ID</c>. A decision is a row: it needs no host, and holds from the next
/// version of the charter on.
/// </summary>
internal static class FindingsDecisionCommand
{
    public static Command Dismiss(CliContext context) => Create(context, "dismiss", "Says that a finding needs no action: it is counted, no longer listed", "Why it needs no action");

    public static Command Reopen(CliContext context) => Create(context, "reopen", "Takes the dismissal of a finding back", "Why it is open again");

    private static Command Create(CliContext context, string name, string description, string why)
    {
        var id = new Argument<string>("id") { Description = $"A finding's id, or an unambiguous beginning of one (at least {FindingService.ShortestId} characters)" };
        var reason = new Option<string>("--reason") { Description = why, HelpName = "TEXT", Required = true };
        var author = new Option<string>("--author") { Description = "Who decides (else the user of this machine)", HelpName = "NAME" };
        var repo = CommonOptions.Repo();
        var json = CommonOptions.Json();
        var command = new Command(name, description) { id, reason, author, repo, json };
        command.SetAction(async (parsed, _) =>
        {
            var (text, because) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(reason));
            var by = parsed.GetValue(author) ?? Environment.UserName;
            List<InputProblem> problems = [];
            if (string.IsNullOrWhiteSpace(because)) problems.Add(new("--reason is empty", "Say in a few words why, for whoever reads it later."));
            if (string.IsNullOrWhiteSpace(by)) problems.Add(new("--author is empty", "Give a name."));
            if (problems.Count > 0) throw new UsageException(problems);
            var options = context.Load(parsed).Options;
            await using var session = await HostSession.TryReadAsync(context, options)
                ?? throw new RunRequestException("finding_not_found", $"there is no finding {text}", "Analyse a repository first: charter analyze .");
            var repository = parsed.GetValue(repo) is { } named ? await RepositoryLookup.FindAsync(session, named, context.Interrupted) : null;
            var finding = name == "dismiss"
                ? await session.Findings.DismissAsync(text, repository, because, by, context.Interrupted)
                : await session.Findings.ReopenAsync(text, repository, because, by, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(finding));
            else context.Terminal.Print($"{finding.Id} is {finding.State}: {TerminalText.Line(finding.Title)}{(finding.Path is null ? "" : $" ({TerminalText.Line(finding.Path)})")} in {TerminalText.Line(finding.Repository)}");
            context.Terminal.Note(finding.State == FindingStates.Dismissed
                ? $"the next version of the charter counts it and does not list it; take it back with: {context.NextCommand(parsed, $"findings reopen {finding.Id} --reason …")}"
                : "the next version of the charter lists it again if it is still there");
            return ExitCodes.Ok;
        });
        return command;
    }
}
