using System.Text.Json;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>The checkpoints that a run makes, inside the saga's transaction.</summary>
internal sealed class RunCheckpoints(RunHistory history, RecentStates recent, TimeProvider time)
{
    /// <summary>The state that the run stands on.</summary>
    public async Task<StoredState> LoadAsync(OrchestratorDbContext db, RunSaga run, CancellationToken cancellationToken) =>
        recent.Find(run.ThreadId, run.CheckpointSeq)
        ?? await CheckpointStore.LoadAsync(db, run.ThreadId, run.CheckpointSeq, cancellationToken, isRoot: RunProgress.Payload(run).From is null);

    /// <summary>The run has ended with this transaction: nobody goes on from its state soon.</summary>
    public void Forget(OrchestratorDbContext db, RunSaga run)
    {
        var thread = run.ThreadId;
        db.AfterCommit(() => recent.Forget(thread));
    }

    /// <summary>Adds the next checkpoint of the run's thread; returns the state at it.</summary>
    public StoredState Save(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, string source, (string ThreadId, long Seq)? parent,
        IReadOnlyList<ChannelChange> changes, StoredState before, IReadOnlyDictionary<string, JsonElement> after)
    {
        run.CheckpointSeq++;
        var state = CheckpointStore.Add(db, new CheckpointRow
        {
            ThreadId = run.ThreadId,
            Seq = run.CheckpointSeq,
            RunId = run.RunId,
            StepNumber = control.StepNumber,
            Source = source,
            ParentThreadId = parent?.ThreadId,
            ParentSeq = parent?.Seq,
            NextSteps = NextSteps(graph, control),
            Control = Stored(control),
            Workflow = graph.Name,
            WorkflowHash = graph.Hash,
            CreatedAt = time.GetUtcNow(),
        }, changes, before, after);
        history.Record(db, run, "checkpoint.saved", new { seq = run.CheckpointSeq, step = control.StepNumber, source });
        var (thread, seq) = (run.ThreadId, run.CheckpointSeq);
        db.AfterCommit(() => recent.Keep(thread, seq, state));
        return state;
    }

    /// <summary>A person's update as a checkpoint; null when it does not fit the channels.</summary>
    public async Task<StoredState?> UpdateAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, IReadOnlyDictionary<string, JsonElement> update, CancellationToken cancellationToken)
    {
        var before = await LoadAsync(db, run, cancellationToken);
        if (WorkflowEngine.Apply(graph, before.Channels, [new TaskWrites("", "", update)]) is not ApplyResult.Applied applied) return null;
        var state = Save(db, run, graph, control, "update", null, applied.Changes, before, applied.State);
        // What is already finished was written on the checkpoint before; it now waits on this one.
        foreach (var row in await db.GetPendingTasksAsync(run.RunId, cancellationToken)) row.CheckpointSeq = run.CheckpointSeq;
        return state;
    }

    /// <summary>
    /// Steering decides which steps count as arrived: the run's checkpoint says so for whoever forks from it, and pending writes that became
    /// void must not come back at a later resume.
    /// </summary>
    public static async Task FollowSteeringAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, CancellationToken cancellationToken)
    {
        var kept = control.Tasks.Select(task => task.TaskId).ToHashSet(StringComparer.Ordinal);
        foreach (var row in await db.GetPendingTasksAsync(run.RunId, cancellationToken))
        {
            if (!kept.Contains(row.TaskId)) row.Writes = null;
        }
        // Not there when the update was saved before the run got its place.
        var checkpoint = db.Checkpoints.Local.FirstOrDefault(row => row.ThreadId == run.ThreadId && row.Seq == run.CheckpointSeq)
            ?? await db.Checkpoints.AsTracking().FirstOrDefaultAsync(row => row.ThreadId == run.ThreadId && row.Seq == run.CheckpointSeq && row.RunId == run.RunId, cancellationToken);
        if (checkpoint is null) return;
        checkpoint.NextSteps = NextSteps(graph, control);
        checkpoint.Control = Stored(control);
    }

    /// <summary>What is due follows from what has arrived, also for a run that may not go on.</summary>
    private static string NextSteps(WorkflowGraph graph, RunControl control)
    {
        var arrived = control.Arrived.ToHashSet(StringComparer.Ordinal);
        return RunProgress.Text(graph.Steps.Where(step => !arrived.Contains(step.Name) && step.Needs.All(arrived.Contains)).Select(step => step.Name));
    }

    private static string Stored(RunControl control) => ControlRecord.Write(control with { Tasks = [], Failure = null, Phase = RunPhase.Running });
}
