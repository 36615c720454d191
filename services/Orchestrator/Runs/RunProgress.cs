using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// What each event means for a run's rows, inside the saga's transaction: stores what came, asks the engine what follows and lets
/// <see cref="DecisionExecutor"/> carry it out.
/// </summary>
internal sealed partial class RunProgress(RunStart start, DecisionExecutor executor, RunCheckpoints checkpoints, RunHistory history, WorkflowCatalog workflows, TimeProvider time, ILogger<RunProgress> logger)
{
    /// <summary>A new run: from its input, or from a checkpoint. Leaves <see cref="RunSaga.Control"/> null when it is refused.</summary>
    public async Task AcceptAsync(OrchestratorDbContext db, RunSaga run, StartRun message, CancellationToken cancellationToken)
    {
        if (await start.PrepareAsync(db, run, message, cancellationToken) is { } state && await start.TryTakePlaceAsync(db, run, isNew: true, cancellationToken))
            await BeginAsync(db, run, state, cancellationToken);
    }

    /// <summary>Starts a queued run when a place is free; otherwise it stays queued.</summary>
    public async Task AdmitAsync(OrchestratorDbContext db, RunSaga run, CancellationToken cancellationToken)
    {
        if (await start.TryTakePlaceAsync(db, run, isNew: false, cancellationToken))
            await BeginAsync(db, run, null, cancellationToken);
    }

    private async Task BeginAsync(OrchestratorDbContext db, RunSaga run, StoredState? state, CancellationToken cancellationToken)
    {
        var graph = await workflows.GetAsync(db, run.WorkflowHash, cancellationToken);
        run.StartedAt = time.GetUtcNow();
        run.DeadlineAt = run.StartedAt + graph.Limits.Timeout;
        run.ExpiresAt = null;
        history.Record(db, run, "run.started", new { });
        var from = Payload(run).From;
        await AdvanceAsync(db, run, from is { Steered: true } ? new RunEvent.Steered(from.AsStep) : new RunEvent.Begin(), cancellationToken, state);
    }

    /// <summary>A task's result: stored as pending writes before anything follows from it.</summary>
    public async Task CompleteStepAsync(OrchestratorDbContext db, RunSaga run, StepCompleted message, CancellationToken cancellationToken)
    {
        var control = ControlRecord.Read(run.Control!);
        var task = await FindAsync(db, run, control, message.TaskId, cancellationToken);
        if (task is null || task.Attempt != message.Attempt || task.Status is not (RunTaskStatus.Running or RunTaskStatus.Cancelling))
        {
            Late(logger, run.RunId, message.TaskId, nameof(StepCompleted));
            return;
        }
        var graph = await workflows.GetAsync(db, run.WorkflowHash, cancellationToken);
        if (Undeclared(graph, task.Step, message.Writes) is { } channel)
        {
            await FailAsync(db, run, task, new FailureInfo
            {
                Code = "invalid_update",
                Message = $"step {task.Step} wrote the channel '{channel}', which its kind {task.Kind} does not declare",
                Retryable = false,
            }, message.StartedAt, message.DurationMs, cancellationToken);
            return;
        }
        task.StartedAt ??= message.StartedAt;
        task.DurationMs = message.DurationMs;
        task.EndedAt = time.GetUtcNow();
        task.DriveAt = null;
        if (task.Status == RunTaskStatus.Cancelling)
        {
            task.Status = RunTaskStatus.Cancelled;
        }
        else
        {
            task.Status = RunTaskStatus.Completed;
            task.Writes = CanonicalJson.WriteText(JsonSerializer.SerializeToElement(message.Writes, CanonicalJson.Options));
            history.Record(db, run, "step.completed", new { step = task.Step, attempt = task.Attempt, duration_ms = message.DurationMs });
        }
        await AdvanceAsync(db, run, new RunEvent.TaskCompleted(message.TaskId, message.Attempt), cancellationToken, control: control);
    }

    /// <summary>A failed attempt; the engine says whether there is another.</summary>
    public async Task FailStepAsync(OrchestratorDbContext db, RunSaga run, StepFailed message, CancellationToken cancellationToken)
    {
        var task = await db.FindTaskAsync(message.TaskId, cancellationToken);
        if (task is null || task.Attempt != message.Attempt || task.Status is not (RunTaskStatus.Running or RunTaskStatus.Cancelling))
        {
            Late(logger, run.RunId, message.TaskId, nameof(StepFailed));
            return;
        }
        await FailAsync(db, run, task, message.Failure, message.StartedAt, message.DurationMs, cancellationToken);
    }

    /// <summary>What ended together, one after the other; what follows from the first may be the run's end, and then the others come too late.</summary>
    public async Task TakeReportsAsync(OrchestratorDbContext db, RunSaga run, StepsReported message, CancellationToken cancellationToken)
    {
        foreach (var completed in message.Completed.TakeWhile(_ => run.EndedAt is null)) await CompleteStepAsync(db, run, completed, cancellationToken);
        foreach (var failed in message.Failed.TakeWhile(_ => run.EndedAt is null)) await FailStepAsync(db, run, failed, cancellationToken);
    }

    /// <summary>The worker let go of a task: of this epoch (the engine waits for it) or of an older one (only the row does).</summary>
    public async Task EndTaskAsync(OrchestratorDbContext db, RunSaga run, StepEnded message, CancellationToken cancellationToken)
    {
        var task = await db.FindTaskAsync(message.TaskId, cancellationToken);
        if (task is null || task.Status != RunTaskStatus.Cancelling) return;
        task.Status = RunTaskStatus.Cancelled;
        task.DriveAt = null;
        task.EndedAt = time.GetUtcNow();
        if (run.EndedAt is null)
            await AdvanceAsync(db, run, new RunEvent.TaskEnded(message.TaskId, message.Attempt), cancellationToken);
    }

    /// <summary>A person's update on the checkpoint that the run stands on, then the next epoch.</summary>
    public async Task SteerAsync(OrchestratorDbContext db, RunSaga run, SteerRun message, CancellationToken cancellationToken)
    {
        if (!await TakeCommandAsync(db, message.CommandId, cancellationToken)) return;
        var graph = await workflows.GetAsync(db, run.WorkflowHash, cancellationToken);
        var control = ControlRecord.Read(run.Control!);
        var asStep = message.AsStep ?? WorkflowEngine.WriterOf(graph, control, message.Update.Keys);
        if (asStep is not null && graph.Steps.All(step => step.Name != asStep))
        {
            Refused(logger, run.RunId, $"the workflow has no step '{asStep}'");
            return;
        }
        if (await checkpoints.UpdateAsync(db, run, graph, control, message.Update, cancellationToken) is not { } state)
        {
            Refused(logger, run.RunId, "the update does not fit the workflow's channels");
            return;
        }
        await AdvanceAsync(db, run, new RunEvent.Steered(asStep), cancellationToken, state);
    }

    /// <summary>A person's cancel.</summary>
    public async Task CancelAsync(OrchestratorDbContext db, RunSaga run, CancelRun message, CancellationToken cancellationToken)
    {
        if (!await TakeCommandAsync(db, message.CommandId, cancellationToken)) return;
        history.Record(db, run, "run.cancelling", new { reason = message.Reason, actor = message.Actor });
        await AdvanceAsync(db, run, new RunEvent.CancelRequested(), cancellationToken);
    }

    /// <summary>The run's total time is up; a repeated or early message changes nothing.</summary>
    public async Task TimeIsUpAsync(OrchestratorDbContext db, RunSaga run, CancellationToken cancellationToken)
    {
        if (run.DeadlineAt is { } deadline && deadline <= time.GetUtcNow())
            await AdvanceAsync(db, run, new RunEvent.TimeIsUp(), cancellationToken);
    }

    /// <summary>A queued run has waited as long as it may; a repeated or early message changes nothing.</summary>
    public async Task WaitIsUpAsync(OrchestratorDbContext db, RunSaga run, CancellationToken cancellationToken)
    {
        if (run.ExpiresAt is not { } expiry || expiry > time.GetUtcNow()) return;
        var message = $"The run waited {Durations.Write(TimeSpan.FromSeconds(Math.Round(start.QueueTtl.TotalSeconds)))} for a free place and was not begun.";
        await AdvanceAsync(db, run, new RunEvent.QueueTimeIsUp(message), cancellationToken);
    }

    /// <summary>A task's row; when it is the last one that its super-step waits for, its siblings' rows come along, because the barrier follows.</summary>
    private static async Task<RunTaskRow?> FindAsync(OrchestratorDbContext db, RunSaga run, RunControl control, string taskId, CancellationToken cancellationToken)
    {
        var tasks = control.Tasks;
        if (tasks.Count > 1 && tasks.Any(task => task.TaskId == taskId) && tasks.All(task => task.TaskId == taskId || task.Phase == TaskPhase.Completed)
            && !tasks.All(task => db.RunTasks.Local.FindEntry(task.TaskId) is not null))
            await db.GetPendingTasksAsync(run.RunId, cancellationToken);
        return await db.FindTaskAsync(taskId, cancellationToken);
    }

    /// <summary>A command is carried out by whoever removes its row; a repeated message finds none.</summary>
    private static async Task<bool> TakeCommandAsync(OrchestratorDbContext db, Guid commandId, CancellationToken cancellationToken)
    {
        if (await db.RunCommands.AsTracking().FirstOrDefaultAsync(row => row.CommandId == commandId, cancellationToken) is not { } row) return false;
        db.RunCommands.Remove(row);
        return true;
    }

    private async Task FailAsync(OrchestratorDbContext db, RunSaga run, RunTaskRow task, FailureInfo failure, DateTimeOffset? startedAt, long durationMs, CancellationToken cancellationToken)
    {
        task.Failure = Text(failure);
        task.StartedAt ??= startedAt;
        task.DurationMs = durationMs;
        task.DriveAt = null;
        task.EndedAt = time.GetUtcNow();
        var stopped = task.Status == RunTaskStatus.Cancelling;
        task.Status = stopped ? RunTaskStatus.Cancelled : RunTaskStatus.Failed;
        // Whatever a step that was being stopped says at its end is no failure of it.
        if (!stopped) history.Record(db, run, "step.failed", new { step = task.Step, attempt = task.Attempt, code = failure.Code, message = failure.Message });
        var told = new TaskFailure(failure.Code, failure.Message, failure.Retryable, failure.RetryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
        await AdvanceAsync(db, run, new RunEvent.TaskFailed(task.TaskId, task.Attempt, told), cancellationToken);
    }

    private async Task AdvanceAsync(OrchestratorDbContext db, RunSaga run, RunEvent occurred, CancellationToken cancellationToken, StoredState? state = null, RunControl? control = null)
    {
        var graph = await workflows.GetAsync(db, run.WorkflowHash, cancellationToken);
        control = await executor.ExecuteAsync(db, run, graph, control ?? ControlRecord.Read(run.Control!), occurred, state, cancellationToken);
        run.Control = ControlRecord.Write(control);
        run.Phase = control.Phase;
        run.UpdatedAt = time.GetUtcNow();
    }

    private static string? Undeclared(WorkflowGraph graph, string step, IReadOnlyDictionary<string, JsonElement> writes)
    {
        var declared = graph.Steps.First(candidate => candidate.Name == step).Writes;
        return writes.Keys.Order(StringComparer.Ordinal).FirstOrDefault(channel => !declared.Contains(channel, StringComparer.Ordinal));
    }

    internal static RunPayload Payload(RunSaga run) => JsonSerializer.Deserialize<RunPayload>(run.Payload, CanonicalJson.Options)!;

    internal static string Text<T>(T value) => JsonSerializer.Serialize(value, CanonicalJson.Options);

    [LoggerMessage(2001, LogLevel.Debug, "{RunId}: {Message} for task {TaskId} came late and was ignored")]
    private static partial void Late(ILogger logger, string runId, string taskId, string message);

    [LoggerMessage(2002, LogLevel.Warning, "{RunId}: refused, {Reason}")]
    private static partial void Refused(ILogger logger, string runId, string reason);
}
