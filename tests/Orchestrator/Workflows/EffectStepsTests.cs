using Charterhouse.Contracts.Triggers;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Orchestrator.Tests.Workflows;

/// <summary>What a repository's rules put behind the report.</summary>
public sealed class EffectStepsTests
{
    [Fact]
    public void TextOf_NoEffects_IsTheBuiltInText() =>
        EffectSteps.TextOf(BuiltInWorkflows.ChangeAnalysis, new TriggerRules(), isPullRequest: true).ShouldBe(BuiltInWorkflows.TextOf(BuiltInWorkflows.ChangeAnalysis));

    [Fact]
    public void TextOf_AllEffectsOfAPullRequest_AreStepsBehindTheReport() =>
        Effects(BuiltInWorkflows.ChangeAnalysis, new TriggerRules { Effects = EffectNames.All }, isPullRequest: true).ShouldBe(
        [
            "comment: forge/comment < report", "check: forge/check < report", "status: forge/status < report", "sarif: forge/sarif < report", "webhook: forge/webhook < report",
        ]);

    [Fact]
    public void TextOf_AllEffectsOfACharter_HaveTheDashboardAndNoComment() =>
        Effects(BuiltInWorkflows.RepoAnalysis, new TriggerRules { Effects = EffectNames.All }, isPullRequest: false).ShouldBe(
        [
            "check: forge/check < publish", "status: forge/status < publish", "dashboard: forge/dashboard < publish", "sarif: forge/sarif < publish", "webhook: forge/webhook < publish",
        ]);

    [Fact]
    public void TextOf_DryRunAndFailOn_AreTheStepsParameters()
    {
        var steps = Graph(BuiltInWorkflows.ChangeAnalysis, new TriggerRules { Effects = [EffectNames.Comment, EffectNames.Check], DryRun = true, FailOn = "high" }, isPullRequest: true).Steps;

        steps.Single(step => step.Name == "comment").Parameters.GetRawText().ShouldBe("""{"dry_run":"true"}""");
        steps.Single(step => step.Name == "check").Parameters.GetRawText().ShouldBe("""{"dry_run":"true","fail_on":"high"}""");
    }

    [Fact]
    public void Read_ParameterOfAKind_TakesItsWordsOnly()
    {
        var reading = WorkflowReader.Read("""
            name: x
            state: { context: last, charter: last, effects: merge }
            steps:
              sync: { uses: repository/sync }
              check: { uses: forge/check, needs: [sync], with: { fail_on: hihg, dry_rn: true } }
            """, "x.yaml");

        reading.Problems.Select(problem => problem.Message).ShouldBe(["'fail_on' takes one of critical, high, medium, low, info, not 'hihg'.", "The step kind 'forge/check' has no parameter 'dry_rn'."]);
    }

    private static List<string> Effects(string workflow, TriggerRules rules, bool isPullRequest) =>
        [.. Graph(workflow, rules, isPullRequest).Steps.Where(step => step.Kind.StartsWith("forge/", StringComparison.Ordinal)).Select(step => $"{step.Name}: {step.Kind} < {string.Join(",", step.Needs)}")];

    private static WorkflowGraph Graph(string workflow, TriggerRules rules, bool isPullRequest)
    {
        var reading = WorkflowReader.Read(EffectSteps.TextOf(workflow, rules, isPullRequest), workflow);
        reading.Problems.ShouldBeEmpty();
        return reading.Graph!;
    }
}
