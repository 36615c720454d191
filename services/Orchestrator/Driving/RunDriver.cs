using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
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
/// queued runs and ends runs whose time is up. The rows are the truth; a message lost with a process or a queue comes again from here.
/// </summary>
internal sealed partial class RunDriver(Database<OrchestratorDbContext> database, WorkflowCatalog workflows, OrchestratorOptions options, DatabaseSettings settings, TimeProvider time, ILogger<RunDriver> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RequestAgainAfter = TimeSpan.FromSeconds(30);
    private const int Batch = 100;

    /// <summary>Makes everything that is owed due now.</summary>
    private Task MakeAllDueAsync(CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var now = time.GetUtcNow();
        await db.RunRequests.Where(row => row.Refused == null).ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token);
        await db.RunCommands.ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token);
        await db.RunTasks.Where(row => row.DriveAt != null).ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token);
    }, cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A host that has the database for itself need not wait: whoever had accepted something before is gone.
        if (settings.Exclusive) await MakeAllDueAsync(stoppingToken);
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
            Deadlines = await db.Runs.AnyAsync(run => run.DeadlineAt != null && run.DeadlineAt <= now, token),
            Waiting = await db.Runs.AnyAsync(run => run.StartedAt == null && run.EndedAt == null, token),
        }, cancellationToken);
        if (due.Requests) await database.WriteAsync((db, token) => DriveRequestsAsync(db, now, token), cancellationToken);
        if (due.Commands) await database.WriteAsync((db, token) => DriveCommandsAsync(db, now, token), cancellationToken);
        if (due.Tasks) await database.WriteAsync((db, token) => DriveTasksAsync(db, now, token), cancellationToken);
        if (due.Deadlines) await database.WriteAsync((db, token) => DriveDeadlinesAsync(db, now, token), cancellationToken);
        if (due.Waiting) await database.WriteAsync(DriveQueuedAsync, cancellationToken);
    }

    private static async Task DriveRequestsAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var requests = await db.RunRequests.AsTracking().Where(row => row.Refused == null && row.DriveAt <= now)
            .OrderBy(row => row.DriveAt).Take(Batch).ToListAsync(cancellationToken);
        foreach (var request in requests)
        {
            request.DriveAt = now + RequestAgainAfter;
            db.Send(Queues.Runs, JsonSerializer.Deserialize<StartRun>(request.Body, CanonicalJson.Options)!);
        }
    }

    private static async Task DriveCommandsAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var command in await db.RunCommands.AsTracking().Where(row => row.DriveAt <= now).OrderBy(row => row.DriveAt).Take(Batch).ToListAsync(cancellationToken))
        {
            var isVoid = await db.Runs.AnyAsync(run => run.RunId == command.RunId && run.EndedAt != null, cancellationToken)
                || await db.RunRequests.AnyAsync(request => request.RunId == command.RunId && request.Refused != null, cancellationToken);
            if (isVoid)
            {
                db.RunCommands.Remove(command);
                continue;
            }
            command.DriveAt = now + DecisionExecutor.DriveAfter;
            if (command.Type == "cancel") db.Send(Queues.Runs, JsonSerializer.Deserialize<CancelRun>(command.Body, CanonicalJson.Options)!);
            else db.Send(Queues.Runs, JsonSerializer.Deserialize<SteerRun>(command.Body, CanonicalJson.Options)!);
        }
    }

    private async Task DriveTasksAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tasks = await db.RunTasks.AsTracking().Where(row => row.DriveAt != null && row.DriveAt <= now)
            .OrderBy(row => row.DriveAt).Take(Batch).ToListAsync(cancellationToken);
        foreach (var task in tasks)
        {
            task.DriveAt = now + DecisionExecutor.DriveAfter;
            var queue = StepKinds.QueueOf(StepKinds.Find(task.Kind)!.Service);
            var run = await db.Runs.AsNoTracking().FirstAsync(row => row.RunId == task.RunId, cancellationToken);
            if (task.Status == RunTaskStatus.Cancelling)
            {
                db.Send(queue, new CancelStep(run.CorrelationId, task.TaskId, task.Attempt));
                continue;
            }
            if (run.EndedAt is not null)
            {
                // Its run is over without it: nothing is owed any more.
                task.DriveAt = null;
                continue;
            }
            var graph = await workflows.GetAsync(db, run.WorkflowHash, cancellationToken);
            var state = await CheckpointStore.LoadAsync(db, run.ThreadId, task.CheckpointSeq, cancellationToken);
            db.Send(queue, DecisionExecutor.Command(task, graph, run.CorrelationId, state));
            Driven(logger, run.RunId, task.TaskId, task.Step, task.Attempt);
        }
    }

    private static async Task DriveDeadlinesAsync(OrchestratorDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var id in await db.Runs.Where(run => run.DeadlineAt != null && run.DeadlineAt <= now).Select(run => run.CorrelationId).Take(Batch).ToListAsync(cancellationToken))
            db.Send(Queues.Runs, new RunTimedOut(id));
    }

    private async Task DriveQueuedAsync(OrchestratorDbContext db, CancellationToken cancellationToken)
    {
        var free = options.MaxConcurrentRuns - await db.Runs.CountAsync(run => run.StartedAt != null && run.EndedAt == null, cancellationToken);
        if (free <= 0) return;
        foreach (var id in await db.Runs.Where(run => run.StartedAt == null && run.EndedAt == null)
            .OrderBy(run => run.CreatedAt).Select(run => run.CorrelationId).Take(free).ToListAsync(cancellationToken))
            db.Send(Queues.Runs, new AdmitRun(id));
    }

    [LoggerMessage(2201, LogLevel.Information, "{RunId}: task {TaskId} ({Step}, attempt {Attempt}) was not acknowledged in time and is sent again")]
    private static partial void Driven(ILogger logger, string runId, string taskId, string step, int attempt);

    [LoggerMessage(2202, LogLevel.Error, "A round of re-driving failed; the next one tries again")]
    private static partial void DriveFailed(ILogger logger, Exception problem);
}
