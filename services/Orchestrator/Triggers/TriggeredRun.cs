using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>The run that an event calls for. Pure.</summary>
internal static class TriggeredRun
{
    /// <summary>
    /// A push to the default branch makes the next version of the charter. A pull request, and a push to any other branch, is a change measured from where
    /// it is to go: it makes no version, and no finding is settled by it. Where nobody says which branch is the default one, the repository's HEAD is
    /// analysed, whatever was pushed.
    /// </summary>
    public static StartRun Of(TriggerReceived e, TriggerSubject subject, Guid runId, DateTimeOffset now)
    {
        var trigger = new RunTrigger { Source = "webhook", Target = subject.Target, KnownAs = subject.KnownAs, Actor = e.Actor, EventId = e.EventId, PullRequest = e.PullRequest };
        var isWhole = e.Kind != TriggerKinds.PullRequest && (TriggerFilter.BranchOf(e) is not { } branch || branch == subject.DefaultBranch);
        var isUnknown = e.Kind == TriggerKinds.Push && subject.DefaultBranch is null && e.Ref is not null;
        if (!isUnknown) trigger = trigger with { Ref = e.Ref, HeadSha = e.HeadSha };
        var workflow = isWhole || isUnknown ? BuiltInWorkflows.Default : BuiltInWorkflows.ChangeAnalysis;
        return new StartRun
        {
            RunId = runId,
            Workflow = workflow,
            WorkflowText = EffectSteps.TextOf(workflow, subject.Rules, e.PullRequest is not null),
            Trigger = workflow == BuiltInWorkflows.ChangeAnalysis ? trigger with { Base = e.BaseBranch ?? subject.DefaultBranch } : trigger,
            RequestedAt = now,
        };
    }
}
