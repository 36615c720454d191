using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Work;

/// <summary>A pool as the host starts and stops it.</summary>
internal interface IStepWorker
{
    /// <summary>Checks the handlers.</summary>
    /// <exception cref="InvalidOperationException">They are not complete.</exception>
    void Validate();

    void Start();

    /// <summary>Takes nothing new, lets what runs go on for a while, then gives it back.</summary>
    Task StopAsync(TimeSpan drain, CancellationToken cancellationToken);
}

/// <summary>
/// Executes one service's steps: a step is a row before it is acknowledged, is claimed by lease and fencing number, renewed while it runs, and its
/// result is stored together with the reply. A worker that vanishes costs a lease; one that comes back is fenced off.
/// </summary>
internal sealed partial class StepWorker<TContext> : IStepWorker, IDisposable where TContext : ServiceDbContext
{
    private readonly Database<TContext> database;
    private readonly StepWorkerOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly StepStore store;
    private readonly GroupedWrites<TContext, StepWrite, bool> writes;
    private readonly Lazy<StepExecution> execution;
    private readonly ConcurrentDictionary<StepKey, RunningStep> running = new();
    private readonly SemaphoreSlim slots;
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource stopped = new();
    private Task claiming = Task.CompletedTask;
    private Task ticking = Task.CompletedTask;
    private volatile bool accepting;
    private volatile bool pending = true;

    public StepWorker(Database<TContext> database, IServiceProvider services, StepWorkerOptions options, TimeProvider time, ILogger<StepWorker<TContext>> log)
    {
        this.database = database;
        this.options = options;
        this.time = time;
        this.log = log;
        Worker = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}"[..Math.Min(64, Environment.MachineName.Length + 20)];
        store = new StepStore(database.Clock, database.Service, Worker, options);
        writes = new GroupedWrites<TContext, StepWrite, bool>(database, StoreAsync, static write => $"{write.Key.TaskId}:{write.Key.Attempt}");
        slots = new SemaphoreSlim(options.Concurrency, options.Concurrency);
        execution = new Lazy<StepExecution>(() => new StepExecution(services, new StepHandlers(services, database.Service, options.Kinds), time));
    }

    public string Service => database.Service;

    /// <summary>Who claims, as it stands in the rows.</summary>
    public string Worker { get; }

    public void Validate() => _ = execution.Value;

    public void Start()
    {
        accepting = true;
        // off this thread: SQLite works synchronously, and the first use of a context builds its model
        claiming = Task.Run(() => ClaimLoopAsync(stopping.Token), CancellationToken.None);
        ticking = Task.Run(() => TickLoopAsync(stopped.Token), CancellationToken.None);
    }

    /// <summary>Stores a step, starts it when there is a place, and answers at once when it has ended already.</summary>
    public async Task AcceptAsync(ExecuteStep command, CancellationToken cancellationToken)
    {
        var step = TryTakePlace(command);
        var started = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stored = await writes.WriteAsync(new StepWrite(new ArrivedStep(command, Claimed: step is not null, Tracing.Current), null));
            Failpoints.Hit(Failpoints.WorkerAfterStore);
            if (!stored) return;
            if (step is not null)
            {
                started = true;
                Begin(step);
            }
            else
            {
                Wake();
            }
        }
        finally
        {
            if (step is not null && !started) Forget(step);
        }
    }

    /// <summary>A place in the pool, or null. The step is known before it is stored, so that a cancel in between finds it.</summary>
    private RunningStep? TryTakePlace(ExecuteStep command)
    {
        if (!accepting || !slots.Wait(0, CancellationToken.None)) return null;
        var step = new RunningStep(command, Tracing.Current);
        if (running.TryAdd(step.Key, step)) return step;
        step.Dispose();
        slots.Release();
        return null;
    }

    /// <summary>Cancels an attempt here or wherever it runs.</summary>
    public async Task CancelAsync(CancelStep cancel, CancellationToken cancellationToken)
    {
        var key = new StepKey(cancel.TaskId, cancel.Attempt);
        await database.WriteAsync(async (db, token) =>
        {
            await store.CancelAsync(db, cancel, token);
            var row = await FindAsync(db, key, token);
            if (!IsBeingStopped(row!)) db.Send(Queues.Runs, new StepEnded(cancel.RunId, cancel.TaskId, cancel.Attempt));
        }, cancellationToken);
        if (running.TryGetValue(key, out var step)) step.Stop(StopReason.Cancelled);
    }

    /// <summary>Removes the ended steps of these runs.</summary>
    public Task ForgetAsync(ForgetSteps forget, CancellationToken cancellationToken) =>
        database.WriteAsync((db, token) => store.ForgetAsync(db, forget.RunIds, token), cancellationToken);

    private void Begin(RunningStep step)
    {
        step.RenewedAt = database.Clock.UtcNow;
        step.Execution = Task.Run(() => ExecuteAsync(step), CancellationToken.None);
    }

    private async Task ExecuteAsync(RunningStep step)
    {
        var command = step.Command;
        using var scope = log.BeginScope(new RunScope(new RunId(command.RunId).ToString(), command.TaskId));
        var began = Stopwatch.GetTimestamp();
        using var span = Tracing.Start("step " + command.Step, ActivityKind.Internal, step.Trace);
        try
        {
            var outcome = await execution.Value.RunAsync(step);
            Metrics.StepDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Metrics.Label("kind", command.Kind), Metrics.Label("outcome", outcome?.Status ?? "dropped"));
            if (span is not null) Describe(span, step, outcome);
            Failpoints.Hit(Failpoints.WorkerBeforeResult);
            await StoreAsync(step, outcome);
            Failpoints.Hit(Failpoints.WorkerAfterResult);
        }
        catch (Exception problem)
        {
            // The claim runs out and the step is taken up again.
            LogNotStored(log, problem, new RunId(step.Command.RunId), step.Key.TaskId, step.Key.Attempt);
        }
        finally
        {
            Forget(step);
            if (pending) Wake();
        }
    }

    private static void Describe(Activity span, RunningStep step, StepOutcome? outcome)
    {
        span.SetTag("charter.run_id", new RunId(step.Command.RunId).ToString());
        span.SetTag("charter.task_id", step.Command.TaskId);
        span.SetTag("charter.step.kind", step.Command.Kind);
        span.SetTag("charter.step.attempt", step.Command.Attempt);
        span.SetTag("charter.step.claim", step.Claim);
        span.SetTag("charter.step.outcome", outcome?.Status ?? "dropped");
        if (outcome?.Failed is not { } failed) return;
        span.SetTag("error.type", failed.Failure.Code);
        span.SetStatus(ActivityStatusCode.Error, failed.Failure.Code);
    }

    private void Forget(RunningStep step)
    {
        running.TryRemove(new KeyValuePair<StepKey, RunningStep>(step.Key, step));
        step.Dispose();
        slots.Release();
    }

    private void Wake()
    {
        pending = true;
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // woken already
        }
    }

    public async Task StopAsync(TimeSpan drain, CancellationToken cancellationToken)
    {
        accepting = false;
        await stopping.CancelAsync();
        await claiming;
        // Claims are renewed meanwhile: what still runs here is nobody else's.
        var executions = Task.WhenAll(running.Values.Select(step => step.Execution));
        if (drain > TimeSpan.Zero && !executions.IsCompleted)
            await Task.WhenAny(executions, Task.Delay(drain, time, cancellationToken));
        foreach (var step in running.Values) step.Stop(StopReason.Shutdown);
        await Task.WhenAny(executions, Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
        await stopped.CancelAsync();
        await ticking;
    }

    public void Dispose()
    {
        slots.Dispose();
        wake.Dispose();
        stopping.Dispose();
        stopped.Dispose();
    }

    [LoggerMessage(1101, LogLevel.Warning, "run {RunId}, task {TaskId}, attempt {Attempt}: the result could not be stored")]
    private static partial void LogNotStored(ILogger logger, Exception problem, RunId runId, string taskId, int attempt);

    [LoggerMessage(1102, LogLevel.Warning, "run {RunId}, task {TaskId}, attempt {Attempt}: claim {Claim} was taken over; its result is dropped")]
    private static partial void LogFencedOff(ILogger logger, RunId runId, string taskId, int attempt, int claim);

    [LoggerMessage(1103, LogLevel.Warning, "steps of {Service}: a round failed and will be tried again")]
    private static partial void LogRoundFailed(ILogger logger, Exception problem, string service);

    [LoggerMessage(1104, LogLevel.Warning, "run {RunId}, task {TaskId}, attempt {Attempt}: the claim is no longer ours; the handler is stopped")]
    private static partial void LogClaimLost(ILogger logger, RunId runId, string taskId, int attempt);
}
