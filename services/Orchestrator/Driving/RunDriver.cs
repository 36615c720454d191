using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Orchestrator.Driving;

/// <summary>
/// The owner's side of every hand-over: sends again what was not acknowledged in time (requests, tasks, cancels), gives free places to
/// queued runs, ends runs whose time is up, running or waiting, and closes windows that are due. The rows are the truth; a message lost with a process or a queue comes again from here.
/// </summary>
internal sealed partial class RunDriver(Database<OrchestratorDbContext> database, WorkflowCatalog workflows, OrchestratorOptions options, DatabaseSettings settings, TimeProvider time, ILogger<RunDriver> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private const int Batch = 100;

    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when what an earlier host owed is due: what is asked for from then on waits for its own time.</summary>
    internal Task Begun => begun.Task;

    /// <summary>Makes everything that is owed due now, save retries whose delay is not over.</summary>
    internal Task MakeAllDueAsync(CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var now = time.GetUtcNow();
        await db.RunRequests.Where(row => row.Refused == null).ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token);
        await db.RunCommands.ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token);
        await db.RunTasks.Where(row => row.DriveAt != null && (row.NotBefore == null || row.NotBefore <= now)).ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token);
    }, cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A host that has the database for itself need not wait: whoever had accepted something before is gone.
        if (settings.Exclusive) await MakeAllDueAsync(stoppingToken);
        begun.TrySetResult();
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await DriveAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                DriveFailed(logger, problem);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round. Looks first without a write transaction: most rounds have nothing to do.</summary>
    internal async Task DriveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await database.ReadAsync(async (db, token) => new
        {
            Requests = await db.RunRequests.AnyAsync(row => row.Refused == null && row.DriveAt <= now, token),
            Commands = await db.RunCommands.AnyAsync(row => row.DriveAt <= now, token),
            Tasks = await db.RunTasks.AnyAsync(row => row.DriveAt != null && row.DriveAt <= now, token),
            Expiries = await db.Runs.AnyAsync(run => run.ExpiresAt != null && run.ExpiresAt <= now, token),
            Deadlines = await db.Runs.AnyAsync(run => run.DeadlineAt != null && run.DeadlineAt <= now, token),
            Windows = await db.TriggerWindows.AnyAsync(window => window.DueAt != null && window.DueAt <= now, token),
            // with the status, which the index goes by: the runs that ever were are many more than the live ones
            Waiting = await db.Runs.AnyAsync(run => run.Status == "Queued" && run.StartedAt == null && run.EndedAt == null, token),
        }, cancellationToken);
        if (due.Requests) await database.WriteAsync((db, token) => DriveRequestsAsync(db, now, token), cancellationToken);
        if (due.Commands) await database.WriteAsync((db, token) => DriveCommandsAsync(db, now, token), cancellationToken);
        if (due.Tasks) await database.WriteAsync((db, token) => DriveTasksAsync(db, now, token), cancellationToken);
        if (due.Deadlines) await database.WriteAsync((db, token) => DriveDeadlinesAsync(db, now, token), cancellationToken);
        if (due.Expiries) await database.WriteAsync((db, token) => DriveExpiriesAsync(db, now, token), cancellationToken);
        if (due.Windows) await database.WriteAsync((db, token) => DriveWindowsAsync(db, now, token), cancellationToken);
        if (due.Waiting) await database.WriteAsync((db, token) => DriveQueuedAsync(db, now, token), cancellationToken);
    }

    private static async Task DriveRequestsAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var request in await db.DueAsync<RunRequestRow>(row => row.Refused == null && row.DriveAt <= now, "refused IS NULL AND", now, Batch, cancellationToken))
        {
            request.DriveAt = now + RunRequests.AgainAfter;
            db.Send(Queues.Runs, JsonSerializer.Deserialize<StartRun>(request.Body, CanonicalJson.Options)!, trace: request.TraceContext);
        }
    }

    private static async Task DriveCommandsAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var commands = await db.DueAsync<RunCommandRow>(row => row.DriveAt <= now, "", now, Batch, cancellationToken);
        var runs = commands.Select(command => command.RunId).Distinct(StringComparer.Ordinal).ToList();
        var over = await db.Runs.Where(run => runs.Contains(run.RunId) && run.EndedAt != null).Select(run => run.RunId)
            .Union(db.RunRequests.Where(request => runs.Contains(request.RunId) && request.Refused != null).Select(request => request.RunId)).ToListAsync(cancellationToken);
        foreach (var command in commands)
        {
            if (over.Contains(command.RunId, StringComparer.Ordinal))
            {
                db.RunCommands.Remove(command);
                continue;
            }
            command.DriveAt = now + DecisionExecutor.DriveAfter;
            if (command.Type == RunRequests.CancelType) db.Send(Queues.Runs, JsonSerializer.Deserialize<CancelRun>(command.Body, CanonicalJson.Options)!);
            else db.Send(Queues.Runs, JsonSerializer.Deserialize<SteerRun>(command.Body, CanonicalJson.Options)!);
        }
    }

    private async Task DriveTasksAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tasks = await db.DueAsync<RunTaskRow>(row => row.DriveAt != null && row.DriveAt <= now, "", now, Batch, cancellationToken);
        var ids = tasks.Select(task => task.RunId).Distinct(StringComparer.Ordinal).ToList();
        var runs = await db.Runs.AsNoTracking().Where(run => ids.Contains(run.RunId)).ToDictionaryAsync(run => run.RunId, StringComparer.Ordinal, cancellationToken);
        var states = new Dictionary<(string, long), StoredState>();
        foreach (var task in tasks)
        {
            task.DriveAt = now + DecisionExecutor.DriveAfter;
            var queue = StepKinds.QueueOf(StepKinds.Find(task.Kind)!.Service);
            var run = runs[task.RunId];
            if (task.Status == RunTaskStatus.Cancelling)
            {
                db.Send(queue, new CancelStep(run.CorrelationId, task.TaskId, task.Attempt), trace: run.TraceContext);
                continue;
            }
            if (run.EndedAt is not null || task.Status != RunTaskStatus.Running)
            {
                // Its run is over without it: nothing is owed any more.
                task.DriveAt = null;
                continue;
            }
            var graph = await workflows.GetAsync(db, run.WorkflowHash, cancellationToken);
            if (!states.TryGetValue((run.ThreadId, task.CheckpointSeq), out var state))
                states[(run.ThreadId, task.CheckpointSeq)] = state = await CheckpointStore.LoadAsync(db, run.ThreadId, task.CheckpointSeq, cancellationToken);
            db.Send(queue, DecisionExecutor.Command(task, graph, run.CorrelationId, state.Channels), trace: run.TraceContext);
            Driven(logger, run.RunId, task.TaskId, task.Step, task.Attempt);
        }
    }

    private static async Task DriveDeadlinesAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var run in await db.Runs.Where(run => run.DeadlineAt != null && run.DeadlineAt <= now).Select(run => new { run.CorrelationId, run.TraceContext }).Take(Batch).ToListAsync(cancellationToken))
            db.Send(Queues.Runs, new RunTimedOut(run.CorrelationId), trace: run.TraceContext);
    }

    private static async Task DriveExpiriesAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var run in await db.Runs.Where(run => run.ExpiresAt != null && run.ExpiresAt <= now).OrderBy(run => run.ExpiresAt).Select(run => new { run.CorrelationId, run.TraceContext }).Take(Batch).ToListAsync(cancellationToken))
            db.Send(Queues.Runs, new QueueTimedOut(run.CorrelationId), trace: run.TraceContext);
    }

    private static async Task DriveWindowsAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var window in await db.TriggerWindows.Where(window => window.DueAt != null && window.DueAt <= now).OrderBy(window => window.DueAt).Select(window => window.CorrelationId).Take(Batch).ToListAsync(cancellationToken))
            db.Send(Queues.Triggers, new TriggerWindowDue(window));
    }

    private async Task DriveQueuedAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var free = options.MaxConcurrentRuns - await RunQueue.Placed(db).CountAsync(cancellationToken);
        if (free <= 0) return;
        foreach (var run in await RunQueue.Waiting(db).Where(run => !(run.ExpiresAt <= now)).Select(run => new { run.CorrelationId, run.TraceContext }).Take(free).ToListAsync(cancellationToken))
            db.Send(Queues.Runs, new AdmitRun(run.CorrelationId), trace: run.TraceContext);
    }

    [LoggerMessage(2201, LogLevel.Information, "{RunId}: task {TaskId} ({Step}, attempt {Attempt}) was not acknowledged in time and is sent again")]
    private static partial void Driven(ILogger logger, string runId, string taskId, string step, int attempt);

    [LoggerMessage(2202, LogLevel.Error, "A round of re-driving failed; the next one tries again")]
    private static partial void DriveFailed(ILogger logger, Exception problem);
}
