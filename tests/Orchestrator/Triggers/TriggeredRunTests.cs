using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>The run that follows from an event.</summary>
public sealed class TriggeredRunTests
{
    private static readonly TriggerSubject Subject = new(Forge.Shop, "https://forge.example/old/shop", "main", null, new TriggerRules());

    [Fact]
    public void Of_PushToTheDefaultBranch_MakesACharter()
    {
        var e = Forge.Push('a', 'b');
        var run = TriggeredRun.Of(e, Subject, Guid.NewGuid(), TimeProvider.System.GetUtcNow());

        run.Workflow.ShouldBe(BuiltInWorkflows.RepoAnalysis);
        (run.Trigger.Target, run.Trigger.KnownAs, run.Trigger.Ref, run.Trigger.HeadSha, run.Trigger.Base).ShouldBe((Forge.Shop, Subject.KnownAs, "refs/heads/main", Forge.Sha('b'), null));
        (run.Trigger.Source, run.Trigger.Actor, run.Trigger.EventId, run.Trigger.PullRequest).ShouldBe(("webhook", "ada", e.EventId, null));
    }

    [Fact]
    public void Of_PushToAnotherBranch_IsAChangeToTheDefaultBranch()
    {
        var run = TriggeredRun.Of(Forge.Push('a', 'b', "topic"), Subject, Guid.NewGuid(), TimeProvider.System.GetUtcNow());

        (run.Workflow, run.Trigger.Base, run.Trigger.Ref).ShouldBe((BuiltInWorkflows.ChangeAnalysis, "main", "refs/heads/topic"));
    }

    [Fact]
    public void Of_PullRequest_IsAChangeToItsBase()
    {
        var run = TriggeredRun.Of(Forge.Pull("opened", 'b') with { BaseBranch = "next" }, Subject, Guid.NewGuid(), TimeProvider.System.GetUtcNow());

        (run.Workflow, run.Trigger.Base, run.Trigger.Ref, run.Trigger.PullRequest).ShouldBe((BuiltInWorkflows.ChangeAnalysis, "next", "refs/pull/17/head", 17));
    }

    [Fact]
    public void Of_PushWhereTheDefaultBranchIsUnknown_AnalysesTheRepositorysHead()
    {
        var run = TriggeredRun.Of(Forge.Push('a', 'b', "topic"), Subject with { DefaultBranch = null }, Guid.NewGuid(), TimeProvider.System.GetUtcNow());

        (run.Workflow, run.Trigger.Ref, run.Trigger.HeadSha, run.Trigger.Base).ShouldBe((BuiltInWorkflows.RepoAnalysis, null, null, null));
    }

    [Fact]
    public void Of_Issue_MakesACharter()
    {
        var run = TriggeredRun.Of(Forge.Push('a', 'b') with { Kind = TriggerKinds.Issues, Ref = null, HeadSha = null, BeforeSha = null }, Subject, Guid.NewGuid(), TimeProvider.System.GetUtcNow());

        (run.Workflow, run.Trigger.Ref, run.Trigger.Base).ShouldBe((BuiltInWorkflows.RepoAnalysis, null, null));
    }
}
