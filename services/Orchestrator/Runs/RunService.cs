using System.Runtime.CompilerServices;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// The Orchestrator's public face in one process: what the CLI and the HTTP API call. Commands write a row and an outbox message; they need a
/// running host to be carried out. Queries only read.
/// </summary>
public sealed class RunService : IRunService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookForEndEvery = TimeSpan.FromMilliseconds(500);
    private readonly Database<OrchestratorDbContext> _database;
    private readonly RunQueries _queries;
    private readonly RunSignal _signal;
    private readonly WorkflowCatalog _workflows;
    private readonly TimeProvider _time;
    private readonly GroupedWrites<OrchestratorDbContext, Wish, RunId> _wishes;

    private sealed record Wish(Guid Key, RunRequest Request, string? Trace);

    internal RunService(Database<OrchestratorDbContext> database, RunQueries queries, RunSignal signal, WorkflowCatalog workflows, TimeProvider time)
    {
        (_database, _queries, _signal, _workflows, _time) = (database, queries, signal, workflows, time);
        _wishes = new GroupedWrites<OrchestratorDbContext, Wish, RunId>(database, StartAsync, static wish => wish.Key.ToString());
    }

    /// <summary>Asks for a run on a new thread. When this returns, the request survives a crash.</summary>
    /// <exception cref="RunRequestException">The workflow cannot be read, or a limit is out of bounds.</exception>
    public async Task<RunId> StartAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Check(request.Workflow, request.RecursionLimit);
        cancellationToken.ThrowIfCancellationRequested();
        return await _wishes.WriteAsync(new Wish(NewId(), request, Tracing.Current));
    }

    private async Task<IReadOnlyList<RunId>> StartAsync(OrchestratorDbContext db, IReadOnlyList<Wish> wishes, CancellationToken cancellationToken)
    {
        var runs = new List<RunId>(wishes.Count);
        foreach (var wish in wishes) runs.Add(await StartAsync(db, wish.Request, TimeSpan.Zero, cancellationToken, wish.Trace));
        return runs;
    }

    /// <summary>Asks for a run in the surrounding transaction.</summary>
    /// <param name="request">Its workflow is one that this program has.</param>
    /// <param name="delay">It is not to begin before this much time has passed.</param>
    /// <param name="trace">The trace that the run belongs to, where that is not the write's.</param>
    internal async Task<RunId> StartAsync(OrchestratorDbContext db, RunRequest request, TimeSpan delay, CancellationToken cancellationToken, string? trace = null)
    {
        var builtIn = request.Base is null ? BuiltInWorkflows.Default : BuiltInWorkflows.ChangeAnalysis;
        var now = _time.GetUtcNow();
        var message = new StartRun
        {
            RunId = NewId(),
            Workflow = request.Workflow?.Name ?? builtIn,
            WorkflowText = request.Workflow?.Text ?? BuiltInWorkflows.TextOf(builtIn)!,
            Trigger = new RunTrigger
            {
                Source = request.Source,
                Target = request.Target,
                Actor = request.Actor,
                Base = request.Base,
                KnownAs = await RepositoryRegistry.KnownAsAsync(db, request.Target, cancellationToken),
            },
            RecursionLimit = request.RecursionLimit,
            // how long it may wait counts from when it is due
            RequestedAt = now + delay,
        };
        RunRequests.Add(db, message, now, trace, delay);
        return new RunId(message.RunId);
    }

    /// <summary>
    /// Lets a run go on. Not terminal: the same run (steered when an update is given). Terminal: a new run on the same thread from its last
    /// checkpoint. Returns the run to watch.
    /// </summary>
    /// <exception cref="RunRequestException">No such run, the update is invalid, the thread is live in another run …</exception>
    public async Task<RunId> ResumeAsync(RunId run, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, WorkflowSource? workflow, int? recursionLimit, CancellationToken cancellationToken)
    {
        Check(workflow, recursionLimit);
        var (saga, requested) = await _queries.KnownAsync(run, cancellationToken);
        // Asked for, not yet accepted: the driver starts it as soon as a host runs.
        if (saga is null) return requested ? run : throw NotFound(run);
        if (saga.EndedAt is null)
        {
            if (workflow is not null)
                throw new RunRequestException("run_is_live", $"{run} is not finished; its workflow cannot be exchanged", $"Cancel it first: charter runs cancel {run}");
            if (update is { Count: > 0 })
            {
                await _queries.CheckUpdateAsync(saga, saga.CheckpointSeq, update, asStep, cancellationToken);
                var steer = new SteerRun { RunId = run.Value, CommandId = NewId(), Update = update, AsStep = asStep };
                await WriteAsync(db => RunRequests.Steer(db, steer, _time.GetUtcNow()), cancellationToken);
            }
            return run;
        }
        var last = await _queries.LastCheckpointAsync(saga.ThreadId, cancellationToken)
            ?? throw new RunRequestException("checkpoint_not_found", $"{run} has no checkpoint to go on from", "Start a new analysis: charter analyze");
        return await ContinueAsync(saga, last, fork: false, update, asStep, workflow, recursionLimit, cancellationToken);
    }

    /// <summary>A new run on a new thread from a checkpoint, with an optional edit; the original is untouched.</summary>
    /// <exception cref="RunRequestException">No such checkpoint, or the edit does not fit.</exception>
    public async Task<RunId> ForkAsync(RunId run, long seq, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, CancellationToken cancellationToken)
    {
        var threadId = (await _queries.SagaAsync(run, cancellationToken) ?? throw NotFound(run)).ThreadId;
        var checkpoint = await _queries.CheckpointAsync(threadId, seq, cancellationToken)
            ?? throw new RunRequestException("checkpoint_not_found", $"there is no checkpoint {threadId}:{seq}", "List them: charter runs checkpoints RUN");
        var owner = RunId.TryParse(checkpoint.RunId, out var id) ? await _queries.SagaAsync(id, cancellationToken) : null;
        return await ContinueAsync(owner ?? throw new RunRequestException("run_not_found", $"the run of checkpoint {threadId}:{seq} is gone"), checkpoint, fork: true, update, asStep, null, null, cancellationToken);
    }

    /// <summary>Asks for the end of a run; false when it is terminal already.</summary>
    /// <exception cref="RunRequestException">No such run.</exception>
    public async Task<bool> CancelAsync(RunId run, string reason, string? actor, CancellationToken cancellationToken)
    {
        var (saga, requested) = await _queries.KnownAsync(run, cancellationToken);
        if (saga is null && !requested) throw NotFound(run);
        if (saga is { EndedAt: not null }) return false;
        var cancel = new CancelRun(run.Value, NewId(), reason, actor);
        await WriteAsync(db => RunRequests.Cancel(db, cancel, _time.GetUtcNow()), cancellationToken);
        return true;
    }

    /// <summary>The run of that id, or of an unambiguous beginning of it (at least 8 characters), or null.</summary>
    /// <exception cref="RunRequestException">The beginning fits several runs.</exception>
    public Task<RunId?> ResolveAsync(string text, CancellationToken cancellationToken) => _queries.ResolveAsync(text, cancellationToken);

    /// <summary>The newest run of a thread, or null.</summary>
    public Task<RunId?> LatestOfThreadAsync(string threadId, CancellationToken cancellationToken) => _queries.LatestOfThreadAsync(threadId, cancellationToken);

    /// <summary>Newest first; the cursor is the last run id of the page before.</summary>
    public Task<IReadOnlyList<RunSummary>> ListAsync(string? status, int limit, RunId? before, CancellationToken cancellationToken) =>
        _queries.ListAsync(status, limit, before, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunSummary>> StuckAsync(TimeSpan quiet, int limit, CancellationToken cancellationToken) => _queries.StuckAsync(_time.GetUtcNow() - quiet, limit, cancellationToken);

    /// <summary>Everything about a run, or null.</summary>
    public Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken) => _queries.FindAsync(run, cancellationToken);

    /// <summary>Oldest first, including those inherited from a parent thread.</summary>
    /// <exception cref="RunRequestException">No such run.</exception>
    public Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(RunId run, CancellationToken cancellationToken) => _queries.CheckpointsAsync(run, cancellationToken);

    /// <summary>The channels' values at a checkpoint (null: the last), big ones as <c>{"$blob": …}</c>.</summary>
    /// <exception cref="RunRequestException">No such run or checkpoint.</exception>
    public Task<IReadOnlyDictionary<string, JsonElement>> StateAsync(RunId run, long? seq, CancellationToken cancellationToken) => _queries.StateAsync(run, seq, cancellationToken);

    /// <summary>What differs between two checkpoints of a run's thread.</summary>
    /// <exception cref="RunRequestException">No such run or checkpoint.</exception>
    public async Task<IReadOnlyList<StateDifference>> DiffAsync(RunId run, long from, long to, CancellationToken cancellationToken) =>
        StateDiff.Compare(await _queries.StateAsync(run, from, cancellationToken), await _queries.StateAsync(run, to, cancellationToken));

    /// <summary>Turns <c>--checkpoint N</c> (a sequence number, <c>thread:seq</c>, or a step number as <c>step:N</c>) into a sequence number of the run's thread.</summary>
    /// <exception cref="RunRequestException">It names no checkpoint of the run.</exception>
    public Task<long> ResolveCheckpointAsync(RunId run, string text, CancellationToken cancellationToken) => _queries.ResolveCheckpointAsync(run, text, cancellationToken);

    /// <summary>Events after a sequence number (0: all), as they happen, until the run is terminal.</summary>
    /// <exception cref="RunRequestException">The request was refused.</exception>
    public async IAsyncEnumerable<RunEventView> EventsAsync(RunId run, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = _signal.Begin(run.ToString(), endOnly: false);
        while (true)
        {
            var (events, over) = await _queries.EventsAsync(run, after, cancellationToken);
            foreach (var item in events)
            {
                after = item.Seq;
                yield return item;
            }
            if (over) yield break;
            await watch.WaitAsync(LookEvery, _time, cancellationToken);
        }
    }

    /// <summary>Waits until a run is terminal; returns its status, one of <c>RunStatus</c>.</summary>
    /// <exception cref="RunRequestException">No such run, or the request was refused.</exception>
    public async Task<string> EndAsync(RunId run, CancellationToken cancellationToken)
    {
        using var watch = _signal.Begin(run.ToString(), endOnly: true);
        while (true)
        {
            if (await _queries.EndOfAsync(run, cancellationToken) is { } status) return status;
            await watch.WaitAsync(LookForEndEvery, _time, cancellationToken);
        }
    }

    private async Task<RunId> ContinueAsync(RunSaga original, CheckpointRow from, bool fork, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, WorkflowSource? workflow, int? recursionLimit, CancellationToken cancellationToken)
    {
        if (!fork && await _queries.LiveRunAsync(original.ThreadId, cancellationToken) is { } live)
            throw new RunRequestException("thread_is_live", $"thread {original.ThreadId} is live in {live}", $"Watch it: charter resume {live}");
        if (update is { Count: > 0 } || asStep is not null)
            await _queries.CheckUpdateAsync(original, from.Seq, update ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal), asStep, cancellationToken, from.ThreadId);
        var text = workflow ?? await _queries.WorkflowTextAsync(original.WorkflowHash, cancellationToken);
        return await RequestAsync(new StartRun
        {
            RunId = NewId(),
            Workflow = text.Name,
            WorkflowText = text.Text,
            Trigger = RunProgress.Payload(original).Trigger,
            From = new StartPoint { ThreadId = from.ThreadId, Seq = from.Seq, Fork = fork, Update = update, AsStep = asStep },
            RecursionLimit = recursionLimit,
            RequestedAt = _time.GetUtcNow(),
        }, cancellationToken);
    }

    private async Task<RunId> RequestAsync(StartRun message, CancellationToken cancellationToken)
    {
        await WriteAsync(db => RunRequests.Add(db, message, _time.GetUtcNow()), cancellationToken);
        return new RunId(message.RunId);
    }

    private Task WriteAsync(Action<OrchestratorDbContext> write, CancellationToken cancellationToken) => _database.WriteAsync((db, _) =>
    {
        write(db);
        return Task.CompletedTask;
    }, cancellationToken);

    private Guid NewId() => Guid.CreateVersion7(_time.GetUtcNow());

    /// <summary>What the saga would refuse later, when nobody listens any more.</summary>
    private void Check(WorkflowSource? workflow, int? recursionLimit)
    {
        if (recursionLimit is < 1 or > LimitsSection.MaxRecursion)
            throw new RunRequestException("invalid_request", $"recursion_limit is {recursionLimit}", $"Give a whole number from 1 to {LimitsSection.MaxRecursion}.");
        if (workflow is null || _workflows.Read(workflow.Text, workflow.Name) is not { Problems: [var first, ..] problems }) return;
        var more = problems.Count > 1 ? $" (and {problems.Count - 1} more)" : "";
        throw new RunRequestException("invalid_workflow", $"workflow '{workflow.Name}', line {first.Line}, column {first.Column}: {first.Message}{more}", first.Fix);
    }

    private static RunRequestException NotFound(RunId run) => new("run_not_found", $"there is no run {run}", "List them: charter runs list");
}
