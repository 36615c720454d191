using Charterhouse.Agents.Facts;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Agents.Sentinel.Workflows;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel;

/// <summary>What the same evidence says in the words of OpenSSF Scorecard's checks. No scores: those also weigh what is not in the repository.</summary>
internal static class ScorecardChecks
{
    public static IReadOnlyList<SecurityCheck> Of(RepositoryFacts facts, Workflow[] workflows, TrustedOwners trusted, IReadOnlyList<Finding> findings)
    {
        var programs = CommittedFiles.ProgramsOf(facts).Length;
        var tool = Policies.UpdateTool(facts);
        var policy = Policies.SecurityPolicy(facts);
        return
        [
            programs == 0 ? Pass("Binary-Artifacts", "no compiled program") : Warn("Binary-Artifacts", programs == 1 ? "1 compiled program" : $"{programs} compiled programs"),
            Dangerous(workflows, findings),
            tool is not null ? Pass("Dependency-Update-Tool", tool) : Policies.HasDependencies(facts) ? Warn("Dependency-Update-Tool", "manifests, but no configuration of Dependabot or Renovate") : None("Dependency-Update-Tool", "no dependencies"),
            Pinned(workflows, trusted),
            policy is not null ? Pass("Security-Policy", policy) : Warn("Security-Policy", "no SECURITY file"),
            Token(workflows),
        ];
    }

    private static SecurityCheck Dangerous(Workflow[] workflows, IReadOnlyList<Finding> findings)
    {
        if (workflows.Length == 0) return None("Dangerous-Workflow", "no workflows");
        var dangerous = findings.Count(finding => finding.Rule is "workflows/untrusted-checkout" or "workflows/script-injection" && finding.Severity is not (Severities.Low or Severities.Info));
        return dangerous == 0 ? Pass("Dangerous-Workflow", $"{Workflows(workflows.Length)} read") : Warn("Dangerous-Workflow", dangerous == 1 ? "1 place" : $"{dangerous} places");
    }

    private static SecurityCheck Pinned(Workflow[] workflows, TrustedOwners trusted)
    {
        var (uses, pinned) = ActionPins.Count(workflows, trusted);
        if (uses == 0) return None("Pinned-Dependencies", "no actions of others");
        var evidence = $"{pinned} of {uses} uses of others' actions name a commit";
        return pinned == uses ? Pass("Pinned-Dependencies", evidence) : Warn("Pinned-Dependencies", evidence);
    }

    private static SecurityCheck Token(Workflow[] workflows)
    {
        if (workflows.Length == 0) return None("Token-Permissions", "no workflows");
        var silent = workflows.Count(workflow => workflow.Permissions is null && workflow.Jobs.Any(job => job.Permissions is null));
        var writing = workflows.Count(workflow => workflow.Permissions is { All: true } or { Writes.Count: > 0 });
        if (silent == 0 && writing == 0) return Pass("Token-Permissions", $"all of {Workflows(workflows.Length)} limit the token");
        var parts = new[] { silent > 0 ? $"{silent} of {Workflows(workflows.Length)} leave the token's rights to the repository's settings" : null, writing > 0 ? $"{writing} give rights to write at the top" : null };
        return Warn("Token-Permissions", string.Join("; ", parts.OfType<string>()));
    }

    private static string Workflows(int count) => count == 1 ? "1 workflow" : $"{count} workflows";

    private static SecurityCheck Pass(string name, string evidence) => new(name, SecurityCheck.Pass, evidence);

    private static SecurityCheck Warn(string name, string evidence) => new(name, SecurityCheck.Warn, evidence);

    private static SecurityCheck None(string name, string evidence) => new(name, SecurityCheck.NotApplicable, evidence);
}
