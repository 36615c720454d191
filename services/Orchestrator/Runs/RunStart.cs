using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>How a run comes to be: its row, its first checkpoint, its place among the running ones.</summary>
internal sealed class RunStart(WorkflowCatalog workflows, RunCheckpoints checkpoints, RunHistory history, OrchestratorOptions options, TimeProvider time)
{
    /// <summary>How long a run may wait.</summary>
    public TimeSpan QueueTtl => options.QueueTtl;

    // Compiled once: they are part of every run's first message.
    private static readonly Compiled<Func<OrchestratorDbContext, string, Task<RunRequestRow?>>> FindRequest =
        new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string run) => db.RunRequests.AsTracking().FirstOrDefault(row => row.RunId == run)));
    private static readonly Compiled<Func<OrchestratorDbContext, string[], IAsyncEnumerable<RunRequestRow>>> FindRequests =
        new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string[] runs) => db.RunRequests.AsTracking().Where(row => runs.Contains(row.RunId))));
    private static readonly Compiled<Func<OrchestratorDbContext, string, Task<string?>>> LastHead = new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string target) =>
        db.Charters.Where(charter => charter.Target == target).OrderByDescending(charter => charter.CreatedAt).Select(charter => charter.HeadSha).FirstOrDefault()));

    /// <summary>Reads the wishes that the messages are about.</summary>
    public static async Task FindRequestsAsync(OrchestratorDbContext db, IReadOnlyList<object> messages, CancellationToken cancellationToken)
    {
        await foreach (var _ in FindRequests.For(db)(db, [.. messages.OfType<StartRun>().Select(message => new RunId(message.RunId).ToString())]).WithCancellation(cancellationToken))
        {
            // tracked by being read
        }
    }

    /// <summary>Fills the saga and stores its start checkpoint, whose state it returns. Null: refused, with the reason on the request's row.</summary>
    public async Task<StoredState?> PrepareAsync(OrchestratorDbContext db, RunSaga run, StartRun message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var runId = new RunId(message.RunId).ToString();
        cancellationToken.ThrowIfCancellationRequested();
        var request = db.RunRequests.Local.FindEntry(runId)?.Entity ?? await FindRequest.For(db)(db, runId);
        var reading = workflows.Read(message.WorkflowText, message.Workflow);
        if (reading.Graph is not { } graph)
            return Refuse(request, "the workflow is not valid: " + string.Join("; ", reading.Problems.Select(problem => problem.Message)));

        run.RunId = runId;
        run.ThreadId = message.From is { Fork: false } same ? same.ThreadId : ThreadIdOf(message.RunId);
        if (message.From is { Fork: false } && await db.Runs.AnyAsync(other => other.ThreadId == run.ThreadId && other.EndedAt == null, cancellationToken))
            return Refuse(request, $"thread {run.ThreadId} is live in another run; cancel that one or wait for its end");
        run.Workflow = graph.Name;
        run.WorkflowHash = graph.Hash;
        run.Project = message.Trigger.Target;
        run.TraceContext = request?.TraceContext ?? db.TraceContext;
        run.CreatedAt = run.UpdatedAt = now;
        run.Lane = RunQueue.LaneOf(message.Trigger);
        // from the wish, which may be older than its acceptance
        run.ExpiresAt = message.RequestedAt + options.QueueTtl;
        await workflows.StoreAsync(db, new WorkflowTextRow { Hash = graph.Hash, Name = message.Workflow, Body = message.WorkflowText, CreatedAt = now }, cancellationToken);

        var (state, refusal) = message.From is { } from
            ? await FromCheckpointAsync(db, run, graph, message, from, cancellationToken)
            : await FromInputAsync(db, run, graph, message, cancellationToken);
        if (state is null)
        {
            run.Control = null;
            return Refuse(request, refusal!);
        }
        // The saga's row is the owner from here on.
        if (request is not null) db.RunRequests.Remove(request);
        return state;
    }

    /// <summary>True when the run may start now: fewer than <c>max_concurrent_runs</c> others are running or stand before it in the line.</summary>
    public async Task<bool> TryTakePlaceAsync(OrchestratorDbContext db, RunSaga run, bool isNew, CancellationToken cancellationToken)
    {
        await RunQueue.LockAsync(db, cancellationToken);
        var now = time.GetUtcNow();
        // Under the lock, so that the order of creation is the order in the line.
        if (isNew) run.CreatedAt = now;
        var before = isNew ? await RunQueue.EnterAsync(db, run) : await RunQueue.CountBeforeAsync(db, run);
        return before < options.MaxConcurrentRuns && !(run.ExpiresAt <= now);
    }

    /// <summary>The thread that a run makes: the same 26 characters under another prefix.</summary>
    public static string ThreadIdOf(Guid runId) => "thread_" + new RunId(runId).ToString()["run_".Length..];

    private async Task<(StoredState? State, string? Refusal)> FromInputAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, StartRun message, CancellationToken cancellationToken)
    {
        var target = message.Trigger.KnownAs ?? message.Trigger.Target;
        var trigger = message.Trigger.Base is not null ? message.Trigger
            : message.Trigger with { BaseSha = message.Trigger.BaseSha ?? await db.OnceAsync("head " + target, () => LastHead.For(db)(db, target)) };
        trigger = trigger with { Lineage = run.RunId };
        run.Payload = RunProgress.Text(new RunPayload { Trigger = trigger, RecursionLimit = message.RecursionLimit });
        var control = WorkflowEngine.Create(graph, run.RunId, message.RecursionLimit);
        run.Control = ControlRecord.Write(control);
        run.CheckpointSeq = 0;
        RecordQueued(db, run, message);
        var input = CanonicalJson.ToElement(trigger);
        var state = checkpoints.Save(db, run, graph, control, "input", null, [new ChannelChange(Channels.Trigger, ChangeKind.Set, input)],
            StoredState.Empty, new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Trigger] = input });
        return (state, null);
    }

    private async Task<(StoredState? State, string? Refusal)> FromCheckpointAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, StartRun message, StartPoint from, CancellationToken cancellationToken)
    {
        var checkpoint = await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(row => row.ThreadId == from.ThreadId && row.Seq == from.Seq, cancellationToken);
        if (checkpoint is null) return (null, $"there is no checkpoint {from.ThreadId}:{from.Seq}");
        // Another run may have taken the thread further since this one was asked for: what it stored must not be overwritten.
        if (!from.Fork && await db.Checkpoints.AnyAsync(row => row.ThreadId == from.ThreadId && row.Seq > from.Seq, cancellationToken))
            return (null, $"thread {from.ThreadId} has gone on since checkpoint {from.Seq}; resume its latest run, or fork from that checkpoint");
        var before = ControlRecord.Read(checkpoint.Control);
        // Every run of the thread may have finished a part of the same super-step; the newest result of a step counts.
        var pending = await db.RunTasks.AsNoTracking()
            .Where(task => task.CheckpointSeq == from.Seq && task.Status == RunTaskStatus.Completed && task.Writes != null)
            .Where(task => db.Runs.Any(other => other.RunId == task.RunId && other.ThreadId == from.ThreadId))
            .OrderByDescending(task => task.CreatedAt)
            .ToListAsync(cancellationToken);
        // A result of another kind of step is no result of this one: an exchanged workflow may have changed it.
        pending.RemoveAll(task => !graph.Steps.Any(step => step.Name == task.Step && step.Kind == task.Kind));
        var control = WorkflowEngine.ContinueFrom(graph, before, run.RunId, pending.Select(task => task.Step).ToHashSet(StringComparer.Ordinal), message.RecursionLimit);
        var asStep = from.AsStep ?? (from.Update is { Count: > 0 } edited ? WorkflowEngine.WriterOf(graph, control, edited.Keys) : null);
        if (asStep is not null && graph.Steps.All(step => step.Name != asStep)) return (null, $"workflow {graph.Name} has no step '{asStep}'");
        var steered = from.Update is { Count: > 0 };
        run.Payload = RunProgress.Text(new RunPayload
        {
            Trigger = message.Trigger,
            RecursionLimit = message.RecursionLimit,
            From = new StartPointNote(from.ThreadId, from.Seq, from.Fork, steered, asStep),
        });
        run.Control = ControlRecord.Write(control);
        run.CheckpointSeq = from.Fork ? 0 : from.Seq;

        var state = await CheckpointStore.LoadAsync(db, from.ThreadId, from.Seq, cancellationToken);
        IReadOnlyList<ChannelChange> changes = [];
        var after = state.Channels;
        if (steered)
        {
            if (WorkflowEngine.Apply(graph, after, [new TaskWrites("", "", from.Update!)]) is not ApplyResult.Applied applied)
                return (null, "the update does not fit the workflow's channels");
            (changes, after) = (applied.Changes, applied.State);
        }
        RecordQueued(db, run, message);
        if (from.Fork)
            state = checkpoints.Save(db, run, graph, control, "fork", (from.ThreadId, from.Seq), changes, state, after);
        else if (steered)
            state = checkpoints.Save(db, run, graph, control, "update", null, changes, state, after);

        foreach (var kept in control.Tasks)
        {
            var original = pending.First(task => task.Step == kept.Step);
            db.RunTasks.Add(new RunTaskRow
            {
                TaskId = kept.TaskId,
                RunId = run.RunId,
                Epoch = control.Epoch,
                StepNumber = original.StepNumber,
                Step = original.Step,
                Kind = original.Kind,
                Status = RunTaskStatus.Completed,
                Attempt = kept.Attempt,
                CheckpointSeq = run.CheckpointSeq,
                Writes = original.Writes,
                CreatedAt = time.GetUtcNow(),
                StartedAt = original.StartedAt,
                EndedAt = original.EndedAt,
                DurationMs = original.DurationMs,
            });
        }
        var subject = await db.Runs.Where(other => other.RunId == checkpoint.RunId).Select(other => new { other.Repository, other.HeadSha }).FirstOrDefaultAsync(cancellationToken);
        (run.Repository, run.HeadSha) = (subject?.Repository, subject?.HeadSha);
        return (state, null);
    }

    /// <summary>The first event of a run, once nothing can refuse it any more.</summary>
    private void RecordQueued(OrchestratorDbContext db, RunSaga run, StartRun message) =>
        history.Record(db, run, "run.queued", new { workflow = run.Workflow, target = message.Trigger.Target });

    private static StoredState? Refuse(RunRequestRow? request, string reason)
    {
        if (request is not null) request.Refused = reason;
        return null;
    }
}
