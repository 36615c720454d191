using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Git;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>
/// What the syncs of ended runs say of whether registered repositories still exist. Only the answer that there is none counts, and only when it
/// comes twice, a day apart, with no good one in between; whatever else goes wrong says nothing.
/// </summary>
internal sealed class MissingRepositories(RepositoryRegistry registry, TimeProvider time)
{
    /// <summary>What RepoSync's failure is called when the source answers that there is no such repository.</summary>
    private const string NotFound = "not_found";

    /// <summary>Two answers that are closer together count as one.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromDays(1);

    /// <summary>Takes note of a run that ends, in the transaction that ends it.</summary>
    public async Task NoteAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunFailure? failure, CancellationToken cancellationToken)
    {
        var payload = RunProgress.Payload(run);
        if (!HttpsTarget.IsOne(payload.Trigger.Target)) return;
        var lane = RunQueue.LaneOf(payload.Trigger.Target);
        if (failure is { Code: NotFound } && payload.Trigger.Ref is null && graph.Steps.Any(step => step.Name == failure.Step && step.Kind == StepKinds.RepositorySync))
            await NotFoundAsync(db, payload.Trigger.Target, lane, cancellationToken);
        else if (run.Repository is not null && payload.From is null) // a run that goes on from another's checkpoint may not have synced
            await db.RegisteredRepositories.Where(row => row.Lane == lane && row.MissingSince != null).ExecuteUpdateAsync(row => row.SetProperty(x => x.MissingSince, (DateTimeOffset?)null), cancellationToken);
    }

    private async Task NotFoundAsync(OrchestratorDbContext db, string target, string lane, CancellationToken cancellationToken)
    {
        await RepositoryRegistry.LockAsync(db, cancellationToken);
        // what has moved away from the address is not missing
        if (await registry.FindAsync(db, target, cancellationToken) is not { } found || found.Lane != lane) return;
        var (row, now) = (await registry.RowAsync(db, found, cancellationToken), time.GetUtcNow());
        if (row.MissingSince is not { } since) row.MissingSince = now;
        else if (now - since >= Apart) row.Paused ??= PauseReasons.NotFound(since);
    }
}
