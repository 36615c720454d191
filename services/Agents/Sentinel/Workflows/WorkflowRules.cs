using System.Text.RegularExpressions;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>What a workflow lets strangers do.</summary>
internal static partial class WorkflowRules
{
    private static readonly string[] StrongScopes = ["contents", "packages", "actions", "deployments"];

    public static IEnumerable<Finding> Of(Workflow workflow) =>
        [.. workflow.Jobs.SelectMany(job => UntrustedCheckout.Of(workflow, job)), .. workflow.Jobs.SelectMany(job => Injections(workflow, job)), .. TokenPermissions(workflow), .. workflow.Jobs.SelectMany(job => SelfHosted(workflow, job)), .. workflow.Jobs.SelectMany(job => Echoes(workflow, job))];

    private static IEnumerable<Finding> Injections(Workflow workflow, WorkflowJob job)
    {
        foreach (var step in job.Steps)
        {
            if (ScriptOf(step) is not { } script || Expressions.Untrusted(script.Value) is not { } found || workflow.Waivers.Accept("template-injection", step.Lines)) continue;
            if (IsOfThePullRequest(found.Context) && UntrustedCheckout.IsOfInsiders(workflow, job)) continue;
            var line = script.Line + (script.Block ? 1 : 0) + script.Value.AsSpan(0, found.Index).Count('\n');
            yield return Make(workflow, "workflows/script-injection", SeverityOf(workflow, job, found.Context), "Script injection in a workflow", line,
                $"the job {job.Name} puts {found.Context} into a script; whoever chooses that text chooses commands.",
                "Give it to the script as an environment variable (env:) and quote it there.", $"{job.Name}:{found.Context}");
        }
    }

    /// <summary>
    /// High where the text of a stranger meets the repository's rights. In a pull request from a fork the job has none, and its author could
    /// change the workflow itself; a commit's message must first have been merged.
    /// </summary>
    private static string SeverityOf(Workflow workflow, WorkflowJob job, string context)
    {
        if (UntrustedCheckout.IsGuarded(workflow, job)) return Severities.Low;
        if (context.Contains("commit", StringComparison.Ordinal) && !context.Contains("workflow_run", StringComparison.Ordinal)) return workflow.StartsOn("push") ? Severities.Medium : Severities.Low;
        var stranger = context switch
        {
            _ when IsOfThePullRequest(context) => workflow.StartsOn("pull_request_target"),
            _ when context.Contains("workflow_run", StringComparison.Ordinal) => workflow.StartsOn("workflow_run"),
            _ => workflow.IsPrivileged,
        };
        return stranger ? Severities.High : Severities.Low;
    }

    private static bool IsOfThePullRequest(string context) =>
        context.Contains("pull_request", StringComparison.Ordinal) && !context.Contains("workflow_run", StringComparison.Ordinal) || context.Contains("head_ref", StringComparison.Ordinal);

    private static YamlText? ScriptOf(WorkflowStep step) => step.Run ?? (step.IsAction("actions/github-script") ? step.Input("script") : null);

    private static IEnumerable<Finding> TokenPermissions(Workflow workflow)
    {
        if (workflow.Permissions is { All: true } all && !IsAccepted(all))
            yield return Make(workflow, "workflows/token-permissions", Severities.Medium, "The workflow's token may write everything", all.Line, "permissions is write-all.", "Give read rights at the top, and each job the rights that it needs.", "");
        // With one job the top is the job.
        var inheriting = workflow.Jobs.Where(job => job.Permissions is null).ToArray();
        if (workflow.Permissions is { All: false } top && workflow.Jobs.Count > 1 && inheriting.Length > 1 && top.Writes.Intersect(StrongScopes, StringComparer.Ordinal).ToArray() is { Length: > 0 } scopes && !IsAccepted(top) && !Array.TrueForAll(inheriting, WritingSteps.NeedsToWrite))
            yield return Make(workflow, "workflows/token-permissions", Severities.Low, "Every job may write", top.Line,
                $"{string.Join(" and ", scopes.Select(scope => scope + ": write"))} at the top applies to {inheriting.Length} jobs.", "Move it to the jobs that need it.", "");
        foreach (var job in workflow.Jobs.Where(job => job.Permissions is { All: true } own && !IsAccepted(own)))
            yield return Make(workflow, "workflows/token-permissions", Severities.Medium, "A job's token may write everything", job.Permissions!.Line, $"permissions of the job {job.Name} is write-all.", "Give it the rights that it needs.", job.Name);

        bool IsAccepted(Permissions permissions) => workflow.Waivers.Accept("excessive-permissions", permissions.Lines);
    }

    private static IEnumerable<Finding> SelfHosted(Workflow workflow, WorkflowJob job)
    {
        if (!job.RunsOn.Contains("self-hosted", StringComparer.OrdinalIgnoreCase) || UntrustedCheckout.IsGuarded(workflow, job) || workflow.Waivers.Accept("self-hosted-runner", job.RunsOnLines)) yield break;
        if (workflow.Triggers.FirstOrDefault(trigger => trigger is "pull_request" or "pull_request_target") is not { } trigger) yield break;
        yield return Make(workflow, "workflows/self-hosted-on-pull-request", Severities.Medium, "Pull requests run on own machines", job.Line,
            $"the job {job.Name} runs on a self-hosted runner on {trigger}; in a public repository anyone can open one.", "Use hosted or one-job-only runners for pull requests, or ask for approval of all outside contributors.", job.Name);
    }

    private static IEnumerable<Finding> Echoes(Workflow workflow, WorkflowJob job)
    {
        foreach (var step in job.Steps)
        {
            if (step.Run is not { } run || Echo().Match(run.Value) is not { Success: true } match) continue;
            yield return Make(workflow, "workflows/secret-echoed", Severities.Low, "A workflow prints a secret", run.Line + (run.Block ? 1 : 0) + run.Value.AsSpan(0, match.Groups["name"].Index).Count('\n'),
                $"the job {job.Name} prints secrets.{match.Groups["name"].Value}; the mask of the log does not hold for parts or encodings of it.", "Do not print it.", $"{job.Name}:{match.Groups["name"].Value}");
        }
    }

    internal static Finding Make(Workflow workflow, string rule, string severity, string title, int line, string evidence, string recommendation, string what) =>
        Findings.Make(SentinelAgent.Name, rule, severity, title, workflow.Path, $"{workflow.Path}:{line}: {evidence}", recommendation, line, what);

    // Nothing takes the output: no pipe, file, here-string or substitution.
    [GeneratedRegex(@"^[ \t]*(echo|printf)[ \t](?!.*(::add-mask::|\||>|<|\$\())[^\n]*\$\{\{[ \t]*secrets\.(?<name>[A-Za-z_0-9]+)[ \t]*\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Echo();
}
