using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Turns the engine's decisions into rows, delays and messages of the saga's transaction.</summary>
internal sealed partial class DecisionExecutor(PartialReport partialReport, IBlobStore blobs, TimeProvider time, ILogger<DecisionExecutor> logger)
{
    /// <summary>How long an unaccepted <c>ExecuteStep</c> or an unanswered <c>CancelStep</c> may take before it is sent again.</summary>
    public static readonly TimeSpan DriveAfter = TimeSpan.FromSeconds(10);

    /// <summary>Feeds the event to the engine, carries out what follows and returns the control record that results.</summary>
    public async Task<RunControl> ExecuteAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunEvent occurred, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, JsonElement>? state = null;
        var events = new Queue<RunEvent>([occurred]);
        while (events.TryDequeue(out var next))
        {
            var transition = WorkflowEngine.Accept(graph, control, next);
            control = transition.Control;
            if (next is RunEvent.Steered) await DropPendingAsync(db, run, control, cancellationToken);
            foreach (var decision in transition.Decisions)
            {
                switch (decision)
                {
                    case RunDecision.StartTask task:
                        state ??= await CheckpointStore.LoadAsync(db, run.ThreadId, run.CheckpointSeq, cancellationToken);
                        await StartTaskAsync(db, run, graph, control, task, state, cancellationToken);
                        break;
                    case RunDecision.CancelTask task:
                        await CancelTaskAsync(db, run, task, cancellationToken);
                        break;
                    case RunDecision.ApplyBarrier barrier:
                        var (applied, outcome) = await ApplyAsync(db, run, graph, control, barrier, cancellationToken);
                        state = applied ?? state;
                        events.Enqueue(outcome);
                        break;
                    case RunDecision.EndRun end:
                        await EndAsync(db, run, graph, control, end, cancellationToken);
                        break;
                    case RunDecision.Ignore ignored:
                        Ignored(logger, run.RunId, next.GetType().Name, ignored.Reason);
                        break;
                    default:
                        throw new InvalidOperationException($"unknown decision {decision.GetType().Name}");
                }
            }
        }
        await RefreshPlanAsync(db, run, control, occurred is RunEvent.Begin or RunEvent.Steered, cancellationToken);
        return control;
    }

    /// <summary>Adds the next checkpoint of the run's thread.</summary>
    public async Task SaveCheckpointAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, string source, (string ThreadId, long Seq)? parent, IReadOnlyList<ChannelChange> changes, IReadOnlyDictionary<string, JsonElement> state, CancellationToken cancellationToken)
    {
        run.CheckpointSeq++;
        await CheckpointStore.AddAsync(db, new CheckpointRow
        {
            ThreadId = run.ThreadId,
            Seq = run.CheckpointSeq,
            RunId = run.RunId,
            StepNumber = control.StepNumber,
            Source = source,
            ParentThreadId = parent?.ThreadId,
            ParentSeq = parent?.Seq,
            NextSteps = "[]",
            Control = ControlRecord.Write(control with { Tasks = [] }),
            Workflow = graph.Name,
            WorkflowHash = graph.Hash,
            CreatedAt = time.GetUtcNow(),
        }, changes, state, cancellationToken);
        Record(db, run, "checkpoint.saved", new { seq = run.CheckpointSeq, step = control.StepNumber, source });
    }

    /// <summary>A person's update as a checkpoint; false when it does not fit the channels.</summary>
    public async Task<bool> UpdateAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, IReadOnlyDictionary<string, JsonElement> update, CancellationToken cancellationToken)
    {
        var state = await CheckpointStore.LoadAsync(db, run.ThreadId, run.CheckpointSeq, cancellationToken);
        if (WorkflowEngine.Apply(graph, state, [new TaskWrites("", "", update)]) is not ApplyResult.Applied applied) return false;
        await SaveCheckpointAsync(db, run, graph, control, "update", null, applied.Changes, applied.State, cancellationToken);
        // What is already finished was written on the checkpoint before; it now waits on this one. Tracked rows are saved with it.
        foreach (var row in await db.RunTasks.AsTracking().Where(row => row.RunId == run.RunId && row.Status == RunTaskStatus.Completed && row.Writes != null).ToListAsync(cancellationToken))
            row.CheckpointSeq = run.CheckpointSeq;
        return true;
    }

    /// <summary>Adds an event to the run's history.</summary>
    public void Record<T>(OrchestratorDbContext db, RunSaga run, string type, T data) => db.RunEvents.Add(new RunEventRow
    {
        RunId = run.RunId,
        Seq = ++run.EventSeq,
        Type = type,
        Data = RunProgress.Text(data),
        CreatedAt = time.GetUtcNow(),
    });

    /// <summary>The message of a task, as its row and the state say; the same at every sending.</summary>
    public static ExecuteStep Command(RunTaskRow task, WorkflowGraph graph, Guid runId, IReadOnlyDictionary<string, JsonElement> state)
    {
        var step = graph.Steps.First(candidate => candidate.Name == task.Step);
        var reads = StepKinds.Find(task.Kind)?.Reads ?? [];
        return new ExecuteStep
        {
            RunId = runId,
            TaskId = task.TaskId,
            Attempt = task.Attempt,
            Epoch = task.Epoch,
            Step = task.Step,
            Kind = task.Kind,
            Inputs = state.Where(channel => reads.Contains("*") || reads.Contains(channel.Key)).ToDictionary(StringComparer.Ordinal),
            Parameters = step.Parameters,
            TimeoutMs = (long)step.Timeout.TotalMilliseconds,
        };
    }

    private async Task StartTaskAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunDecision.StartTask decision, IReadOnlyDictionary<string, JsonElement> state, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var step = graph.Steps.First(candidate => candidate.Name == decision.Step);
        RunTaskRow task;
        if (decision.Attempt == 1)
        {
            task = new RunTaskRow
            {
                TaskId = decision.TaskId,
                RunId = run.RunId,
                Epoch = control.Epoch,
                StepNumber = control.StepNumber < 0 ? 1 : control.StepNumber + 1,
                Step = decision.Step,
                Kind = step.Kind,
                Status = RunTaskStatus.Running,
                Attempt = 1,
                CheckpointSeq = run.CheckpointSeq,
                CreatedAt = now,
            };
            db.RunTasks.Add(task);
            Record(db, run, "step.started", new { step = decision.Step, attempt = 1 });
        }
        else
        {
            task = await db.RunTasks.AsTracking().FirstAsync(row => row.TaskId == decision.TaskId, cancellationToken);
            task.Attempt = decision.Attempt;
            task.Status = RunTaskStatus.Running;
            task.EndedAt = null;
            Record(db, run, "step.retrying", new { step = decision.Step, attempt = decision.Attempt, delay_ms = (long)decision.Delay.TotalMilliseconds });
        }
        task.DriveAt = now + decision.Delay + DriveAfter;
        var owner = StepKinds.Find(step.Kind) ?? throw new InvalidDataException($"the kind {step.Kind} is not known to this version");
        db.Send(StepKinds.QueueOf(owner.Service), Command(task, graph, run.CorrelationId, state), decision.Delay > TimeSpan.Zero ? decision.Delay : null);
    }

    private async Task CancelTaskAsync(OrchestratorDbContext db, RunSaga run, RunDecision.CancelTask decision, CancellationToken cancellationToken)
    {
        var task = await db.RunTasks.AsTracking().FirstAsync(row => row.TaskId == decision.TaskId, cancellationToken);
        task.Status = RunTaskStatus.Cancelling;
        task.DriveAt = time.GetUtcNow() + DriveAfter;
        db.Send(StepKinds.QueueOf(StepKinds.Find(task.Kind)!.Service), new CancelStep(run.CorrelationId, task.TaskId, decision.Attempt));
    }

    private async Task<(IReadOnlyDictionary<string, JsonElement>?, RunEvent)> ApplyAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunDecision.ApplyBarrier barrier, CancellationToken cancellationToken)
    {
        var state = await CheckpointStore.LoadAsync(db, run.ThreadId, run.CheckpointSeq, cancellationToken);
        var tasks = await PendingAsync(db, barrier.TaskIds, cancellationToken);
        switch (WorkflowEngine.Apply(graph, state, await WritesAsync(graph, control, tasks, cancellationToken)))
        {
            case ApplyResult.Applied applied:
                foreach (var task in tasks) task.Writes = null;
                var after = control with { StepNumber = barrier.StepNumber, Arrived = [.. control.Arrived.Concat(tasks.Select(task => task.Step)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
                await SaveCheckpointAsync(db, run, graph, after, "loop", null, applied.Changes, applied.State, cancellationToken);
                Describe(run, applied);
                return (applied.State, new RunEvent.BarrierApplied());
            case ApplyResult.Rejected rejected:
                return (null, new RunEvent.BarrierRejected(rejected.Code, rejected.Message, rejected.Step));
            default:
                throw new InvalidOperationException("unknown outcome of a barrier");
        }
    }

    /// <summary>The finished tasks' writes; a reducer needs the value itself where a worker sent a reference to it.</summary>
    private async Task<List<TaskWrites>> WritesAsync(WorkflowGraph graph, RunControl control, IReadOnlyList<RunTaskRow> tasks, CancellationToken cancellationToken)
    {
        var reduced = graph.Channels.Where(channel => channel.Reducer != Reducer.Last).Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        var paths = control.Tasks.ToDictionary(task => task.TaskId, task => task.Path, StringComparer.Ordinal);
        var all = new List<TaskWrites>();
        foreach (var task in tasks)
        {
            var writes = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(task.Writes ?? "{}", CanonicalJson.Options)!;
            foreach (var channel in writes.Keys.Where(reduced.Contains).ToList())
            {
                if (BlobReference.TryRead(writes[channel]) is { } reference)
                    writes[channel] = JsonSerializer.Deserialize<JsonElement>(await blobs.GetAsync(reference, cancellationToken), CanonicalJson.Options);
            }
            all.Add(new TaskWrites(paths.GetValueOrDefault(task.TaskId, task.Step), task.Step, writes));
        }
        return all;
    }

    private async Task EndAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunDecision.EndRun end, CancellationToken cancellationToken)
    {
        var status = end.Phase switch
        {
            RunPhase.Completed => RunStatus.Published,
            RunPhase.Cancelled => RunStatus.Cancelled,
            _ => RunStatus.Failed,
        };
        run.EndedAt = time.GetUtcNow();
        run.DeadlineAt = null;
        var state = await CheckpointStore.LoadAsync(db, run.ThreadId, run.CheckpointSeq, cancellationToken);
        RunError? error = null;
        if (end.Failure is { } failure)
        {
            var finished = await PendingAsync(db, [.. control.Tasks.Where(task => task.Phase == TaskPhase.Completed).Select(task => task.TaskId)], cancellationToken);
            error = await ExplainAsync(db, run, control, failure, cancellationToken);
            var preview = WorkflowEngine.Apply(graph, state, await WritesAsync(graph, control, finished, cancellationToken)) is ApplyResult.Applied applied ? applied.State : state;
            await partialReport.StoreAsync(db, run, graph, preview, error, [.. control.Arrived, .. finished.Select(task => task.Step)], cancellationToken);
        }
        run.Result = RunProgress.Text(new RunResult(error, PublishedVersion(state)));
        Record(db, run, "run." + status, new { error = error is null ? null : new { error.Code, error.Message, error.Step } });
        db.Send(Queues.RepoSyncEvents, new RunEnded(run.CorrelationId, status));
        await AdmitNextAsync(db, run, cancellationToken);
    }

    /// <summary>The place that became free goes to the run that has waited longest.</summary>
    private static async Task AdmitNextAsync(OrchestratorDbContext db, RunSaga ended, CancellationToken cancellationToken)
    {
        var waiting = await db.Runs.Where(other => other.StartedAt == null && other.EndedAt == null && other.CorrelationId != ended.CorrelationId)
            .OrderBy(other => other.CreatedAt).Select(other => (Guid?)other.CorrelationId).FirstOrDefaultAsync(cancellationToken);
        if (waiting is { } next) db.Send(Queues.Runs, new AdmitRun(next));
    }

    private static async Task<RunError> ExplainAsync(OrchestratorDbContext db, RunSaga run, RunControl control, RunFailure failure, CancellationToken cancellationToken)
    {
        var taskId = control.Tasks.FirstOrDefault(task => task.Phase == TaskPhase.Failed && task.Step == failure.Step)?.TaskId;
        var row = taskId is null ? null : await db.RunTasks.AsTracking().FirstOrDefaultAsync(task => task.TaskId == taskId, cancellationToken);
        var told = row?.Failure is { } text ? JsonSerializer.Deserialize<FailureInfo>(text, CanonicalJson.Options) : null;
        return new RunError(failure.Code, failure.Message, failure.Step, told?.Remedy, told?.Detail);
    }

    private static int? PublishedVersion(IReadOnlyDictionary<string, JsonElement> state) =>
        state.TryGetValue(Channels.Charter, out var charter) && charter.ValueKind == JsonValueKind.Object
        && charter.TryGetProperty("version", out var version) && version.TryGetInt32(out var number) ? number : null;

    private static async Task<List<RunTaskRow>> PendingAsync(OrchestratorDbContext db, IReadOnlyList<string> taskIds, CancellationToken cancellationToken)
    {
        if (taskIds.Count == 0) return [];
        var rows = await db.RunTasks.AsTracking().Where(row => taskIds.Contains(row.TaskId)).ToListAsync(cancellationToken);
        return [.. taskIds.Select(id => rows.First(row => row.TaskId == id))];
    }

    /// <summary>Steering may make finished work void: its pending writes must not come back at a later resume.</summary>
    private static async Task DropPendingAsync(OrchestratorDbContext db, RunSaga run, RunControl control, CancellationToken cancellationToken)
    {
        var kept = control.Tasks.Select(task => task.TaskId).ToHashSet(StringComparer.Ordinal);
        foreach (var row in await db.RunTasks.AsTracking().Where(row => row.RunId == run.RunId && row.Writes != null).ToListAsync(cancellationToken))
        {
            if (!kept.Contains(row.TaskId)) row.Writes = null;
        }
    }

    /// <summary>The checkpoint that the run stands on says what is due, for whoever looks at it or forks from it.</summary>
    private static async Task RefreshPlanAsync(OrchestratorDbContext db, RunSaga run, RunControl control, bool begins, CancellationToken cancellationToken)
    {
        var checkpoint = db.Checkpoints.Local.FirstOrDefault(row => row.ThreadId == run.ThreadId && row.Seq == run.CheckpointSeq);
        // A run that waited for its place stored its first checkpoint before it was planned.
        if (checkpoint is null && begins)
            checkpoint = await db.Checkpoints.AsTracking().FirstOrDefaultAsync(row => row.ThreadId == run.ThreadId && row.Seq == run.CheckpointSeq && row.RunId == run.RunId, cancellationToken);
        if (checkpoint is null) return;
        checkpoint.NextSteps = RunProgress.Text(control.Tasks.Select(task => task.Step));
        checkpoint.Control = ControlRecord.Write(control with { Tasks = [], Failure = null, Phase = RunPhase.Running });
    }

    private static void Describe(RunSaga run, ApplyResult.Applied applied)
    {
        if (applied.Changes.All(change => change.Channel != Channels.Context)) return;
        try
        {
            var context = CanonicalJson.FromElement<RepoContext>(applied.State[Channels.Context]);
            run.Repository = RunProgress.Text(new RunRepository(context.Repository.Name, context.Repository.Url, context.Repository.DefaultBranch, context.HeadSha));
            run.Project = context.Repository.Name;
        }
        catch (JsonException)
        {
            // A person's edit need not have the shape of a RepoContext; the steps that read it will say so.
        }
    }

    [LoggerMessage(2101, LogLevel.Debug, "{RunId}: {Event} ignored, {Reason}")]
    private static partial void Ignored(ILogger logger, string runId, string @event, string reason);
}
