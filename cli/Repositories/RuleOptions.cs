using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Repositories;

/// <summary>The options by which one repository gets rules and times of its own.</summary>
internal sealed class RuleOptions
{
    private readonly (string Rule, Option<string> Option)[] values =
    [
        (RuleSettings.Events, new("--events") { Description = "What calls for a run: push, pull_request, issues, with commas between", HelpName = "LIST" }),
        (RuleSettings.Branches, new("--branches") { Description = "Branches that count, with commas between: 'main,release/*'; '' for the default branch and every pull request", HelpName = "GLOBS" }),
        (RuleSettings.Paths, new("--paths") { Description = "Files of which one must have changed, with commas between: 'src/**'; '' for any", HelpName = "GLOBS" }),
        (RuleSettings.WindowSeconds, new("--window") { Description = "How long events of a burst are collected before its run begins", HelpName = "SECONDS" }),
        (RuleSettings.Edge, new("--edge") { Description = "trailing (the run begins when the window closes) or leading (at once, and again for what came after)", HelpName = "EDGE" }),
        (RuleSettings.Supersede, new("--supersede") { Description = "Which run of an older head is cancelled for a newer one: none, queued or running", HelpName = "POLICY" }),
        (RuleSettings.Effects, new("--effects") { Description = "What runs write outside when they have ended: " + string.Join(", ", EffectNames.All) + ", with commas between; '' for nothing", HelpName = "LIST" }),
        (RuleSettings.FailOn, new("--fail-on") { Description = "The least severity of a new finding that fails checks and statuses: " + string.Join(", ", Severities.All) + ", or never", HelpName = "SEVERITY" }),
    ];

    private readonly (string Rule, Option<bool> On, Option<bool> Off)[] switches =
    [
        (RuleSettings.Drafts, new("--drafts") { Description = "Pull requests that are drafts count" }, new("--no-drafts") { Description = "They do not" }),
        (RuleSettings.Forks, new("--forks") { Description = "Pull requests from other repositories count" }, new("--no-forks") { Description = "They do not" }),
        (RuleSettings.Bots, new("--bots") { Description = "What programs do counts" }, new("--no-bots") { Description = "It does not" }),
        (RuleSettings.DryRun, new("--dry-run") { Description = "What would be written outside is only shown: charter effects list" }, new("--no-dry-run") { Description = "It is written" }),
    ];

    private readonly Option<string> schedule = new("--schedule") { Description = "Times at which it is analysed beside the audit (UTC): '0 3 * * 1'; off for none", HelpName = "CRON" };
    private readonly Option<bool> reset = new("--reset") { Description = "First forgets the rules and times that it had of its own" };

    public void AddTo(Command command)
    {
        foreach (var (_, option) in values) command.Add(option);
        foreach (var (_, on, off) in switches)
        {
            command.Add(on);
            command.Add(off);
        }
        command.Add(schedule);
        command.Add(reset);
    }

    /// <summary>What is wished; null for nothing.</summary>
    /// <exception cref="UsageException">With all problems.</exception>
    public RepositoryWishes? Read(ParseResult parsed)
    {
        var problems = new List<InputProblem>();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (rule, option) in values)
        {
            if (parsed.GetValue(option) is not { } text) continue;
            if (RuleSettings.Check(rule, text) is { } problem) problems.Add(Problem(option.Name, problem));
            texts[rule] = text;
        }
        foreach (var (rule, on, off) in switches)
        {
            var (yes, no) = (parsed.GetValue(on), parsed.GetValue(off));
            if (yes && no) problems.Add(new InputProblem($"{on.Name} and {off.Name} contradict each other", "Leave one of them away."));
            if (yes || no) texts[rule] = yes ? "true" : "false";
        }
        var when = parsed.GetValue(schedule);
        if (when is not null && RuleSettings.CheckSchedule(when) is { } wrong) problems.Add(Problem(schedule.Name, wrong));
        if (problems.Count > 0) throw new UsageException(problems);
        if (texts.Count == 0 && when is null && !parsed.GetValue(reset)) return null;
        return new RepositoryWishes { Rules = texts.Count == 0 ? null : RuleTexts.Read(texts), Schedule = when, Reset = parsed.GetValue(reset) };
    }

    private static InputProblem Problem(string option, (string Message, string Fix) problem) => new($"{option} {problem.Message}", char.ToUpperInvariant(problem.Fix[0]) + problem.Fix[1..] + ".");
}
