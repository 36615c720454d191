using System.Text.RegularExpressions;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>Code of a pull request that runs with the repository's own token and secrets.</summary>
internal static partial class UntrustedCheckout
{
    private static readonly string[] Privileged = ["pull_request_target", "workflow_run", "issue_comment"];

    public static IEnumerable<Finding> Of(Workflow workflow, WorkflowJob job)
    {
        if (workflow.Triggers.FirstOrDefault(trigger => Privileged.Contains(trigger, StringComparer.Ordinal)) is not { } trigger || IsGuarded(workflow, job)) yield break;
        var at = -1;
        for (var i = 0; i < job.Steps.Count && at < 0; i++)
            if (ChecksOut(job.Steps[i]) && !IsGuarded(job.Steps[i].If)) at = i;
        if (at < 0) yield break;
        var runs = job.Steps.Skip(at + 1).FirstOrDefault(Executes);
        // Who accepts the trigger has not yet accepted that a stranger's code runs.
        if (runs is null && workflow.Waivers.Accept("dangerous-triggers", workflow.OnLines)) yield break;
        var powerless = workflow.IsPowerless(job);
        var asked = job.If.Contains("label", StringComparison.OrdinalIgnoreCase) || job.If.Contains("author_association", StringComparison.Ordinal) || job.If.Contains("actor", StringComparison.Ordinal) || trigger == "issue_comment" && job.If.Length > 0;
        var severity = runs is null || powerless ? Severities.Low : asked || trigger != "pull_request_target" ? Severities.Medium : Severities.High;
        yield return WorkflowRules.Make(workflow, "workflows/untrusted-checkout", severity, "A privileged workflow checks out a stranger's code", job.Steps[at].Line,
            $"the job {job.Name} starts on {trigger} and checks out the pull request's code{(runs is null ? "; no step was seen to run it" : $", which the step on line {runs.Line} may run")}{(powerless ? ", with a token that cannot write and without secrets" : "")}.",
            "Use pull_request for what runs that code, and let a second workflow without a checkout do what needs rights.", job.Name);
    }

    /// <summary>True when a condition, of the job or of one that it needs, leaves out what comes from forks.</summary>
    public static bool IsGuarded(Workflow workflow, WorkflowJob job) => workflow.ConditionsOf(job).Any(IsGuarded);

    /// <summary>True when a condition leaves only pull requests of people with rights in the repository, or of a bot. Who acted last says neither.</summary>
    public static bool IsOfInsiders(Workflow workflow, WorkflowJob job) => workflow.ConditionsOf(job).Any(condition => !condition.Contains("||", StringComparison.Ordinal) && InsidersOnly().IsMatch(condition));

    private static bool IsGuarded(string condition) => SameRepository().IsMatch(condition);

    private static bool ChecksOut(WorkflowStep step) =>
        step.IsAction("actions/checkout") && (HeadReference().IsMatch(step.Input("ref")?.Value ?? "") || HeadRepository().IsMatch(step.Input("repository")?.Value ?? ""))
        || step.Run is { } run && CommandCheckout().IsMatch(run.Value);

    private static bool Executes(WorkflowStep step) => step.Uses?.Value.StartsWith("./", StringComparison.Ordinal) == true || step.Run is { } run && Build().IsMatch(run.Value);

    [GeneratedRegex(@"github\.event\.pull_request\.head\.(sha|ref)|github\.head_ref|github\.event\.workflow_run\.(head_sha|head_branch|head_commit)|refs/pull/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HeadReference();

    [GeneratedRegex(@"github\.event\.(pull_request\.head\.repo|workflow_run\.head_repository)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HeadRepository();

    [GeneratedRegex(@"\bgh pr checkout\b|git fetch origin (\+?refs/)?pull/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommandCheckout();

    [GeneratedRegex(@"\b(npm|pnpm|yarn|bun|npx|make|pip|python3?|poetry|uv|tox|cargo|go (build|run|test|generate)|dotnet|mvn|mvnw|gradle|gradlew|bundle|rake|composer|cmake|bazel|just|nox|pre-commit|docker (build|compose))\b|(^|[\s;&])(\./|bash |sh )\S", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Build();

    [GeneratedRegex(@"pull_request\.head\.repo\.full_name\s*==\s*github\.repository\b|github\.repository\s*==\s*github\.event\.pull_request\.head\.repo\.full_name|pull_request\.head\.repo\.fork\s*==\s*false|!\s*github\.event\.pull_request\.head\.repo\.fork|pull_request\.user\.login\s*==\s*'[\w-]*(\[bot\])'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InsidersOnly();

    [GeneratedRegex(@"head\.repo\.(full_name|owner\.login|id)\s*==\s*(github\.|'|""|github\.event\.pull_request\.base)|github\.repository\s*==\s*github\.event\.pull_request\.head\.repo\.full_name|head\.repo\.fork\s*==\s*false|!\s*github\.event\.pull_request\.head\.repo\.fork|workflow_run\.event\s*==\s*'(push|schedule|workflow_dispatch)'|head_repository\.full_name\s*==|(actor|user\.login)\s*==\s*'[\w-]*(\[bot\]|bot)'|github\.event_name\s*==\s*'(push|schedule|workflow_dispatch)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SameRepository();
}
