using System.Text;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Triggers;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>Built-in workflows with the steps by which a repository's runs write outside of the house, as its rules want it. Pure.</summary>
internal static class EffectSteps
{
    // a forge that says "not before" may mean the better part of an hour
    private const string Retry = "retry: { max_attempts: 6, initial: 5s, longest_wait: 2h }";

    /// <summary>The analysis of a whole repository with those steps; null where there are none, for the one that every run has.</summary>
    public static WorkflowSource? AnalysisOf(TriggerRules rules) =>
        rules.Effects.Count == 0 ? null : new WorkflowSource(BuiltInWorkflows.RepoAnalysis, TextOf(BuiltInWorkflows.RepoAnalysis, rules, isPullRequest: false));

    /// <summary>The text of a built-in workflow and the steps that make sense for it; each by itself, after the report.</summary>
    /// <param name="isPullRequest">A comment needs one.</param>
    public static string TextOf(string workflow, TriggerRules rules, bool isPullRequest)
    {
        var text = BuiltInWorkflows.TextOf(workflow)!;
        var report = workflow switch { BuiltInWorkflows.ChangeAnalysis => "report", BuiltInWorkflows.RepoAnalysis => "publish", _ => null };
        if (report is null || rules.Effects.Count == 0) return text;
        var whole = new StringBuilder(text);
        foreach (var name in EffectNames.All.Where(name => rules.Effects.Contains(name, StringComparer.Ordinal) && Fits(name)))
        {
            var with = new List<string>();
            if (rules.DryRun) with.Add($"{StepKinds.DryRun}: true");
            if (name is EffectNames.Check or EffectNames.Status && rules.FailOn != TriggerRules.NeverFail) with.Add($"{StepKinds.FailOn}: {rules.FailOn}");
            whole.Append($"  {name}: {{ uses: {EffectNames.KindOf(name)}, needs: [{report}], {Retry}{(with.Count > 0 ? $", with: {{ {string.Join(", ", with)} }}" : "")} }}\n");
        }
        return whole.ToString();

        bool Fits(string name) => name switch
        {
            EffectNames.Comment => isPullRequest,
            EffectNames.Dashboard => workflow == BuiltInWorkflows.RepoAnalysis,
            _ => true,
        };
    }
}
