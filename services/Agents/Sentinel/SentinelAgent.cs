using Charterhouse.Agents.Facts;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Sentinel.Workflows;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Says what of a repository endangers those who keep or use it: credentials, workflows, images, programs and keys. Pure.</summary>
internal static class SentinelAgent
{
    /// <summary>The step's short name in findings.</summary>
    public const string Name = "sentinel";
    private const FileFlags NotRead = FileFlags.Binary | FileFlags.Vendored | FileFlags.Generated | FileFlags.Large | FileFlags.Missing;

    /// <summary>The section and findings.</summary>
    public static AgentResult Describe(RepoContext context, RepositoryFacts facts)
    {
        var trusted = TrustedOwners.Of(RepositoryOwner.Of(context), facts);
        var workflows = Workflow.All(facts).Where(workflow => workflow.Jobs.Count > 0).ToArray();
        var dockerfiles = facts.Excerpts.Where(DockerfileRules.IsBuilt).ToArray();
        var findings = new List<Finding>();
        findings.AddRange(SecretFindings.Of(facts));
        findings.AddRange(OfWorkflows(workflows.Where(workflow => workflow.Generator is null).ToArray(), trusted));
        foreach (var generated in workflows.Where(workflow => workflow.Generator is not null).GroupBy(workflow => workflow.Generator!, StringComparer.Ordinal))
            findings.AddRange(OfWorkflows([.. generated], trusted).Select(finding => OfGenerator(finding, generated.Key)));
        findings.AddRange(DockerfileRules.Of(dockerfiles, new ComposeTargets(facts), SampleCollection.Is(facts)));
        findings.AddRange(CommittedFiles.Of(facts));
        findings.AddRange(Policies.Of(facts));
        var section = new SecuritySection(
            facts.Files.Count(file => file.IsFile && (file.Flags & NotRead) == FileFlags.None), workflows.Length, dockerfiles.Length,
            findings.GroupBy(finding => finding.Rule, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new RuleCount(group.Key, group.Count())).ToArray(),
            ScorecardChecks.Of(facts, workflows, trusted, findings));
        return new AgentResult([AgentResult.Section(SectionNames.Security, section)], findings.DistinctBy(finding => finding.Id, StringComparer.Ordinal).ToArray());
    }

    private static IEnumerable<Finding> OfWorkflows(IReadOnlyList<Workflow> workflows, TrustedOwners trusted) => [.. workflows.SelectMany(WorkflowRules.Of), .. ActionPins.Of(workflows, trusted)];

    // Whoever changes the file loses the change when it is written again.
    private static Finding OfGenerator(Finding finding, string generator) =>
        finding with { Severity = Severities.Info, Recommendation = $"The file is written by {generator}: change it by the settings of {generator}, or report it there. {finding.Recommendation}" };
}
