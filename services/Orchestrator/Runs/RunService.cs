using System.Text.Json;
using Charterhouse.Contracts.Runs;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// The Orchestrator's public face in one process: what the CLI calls, and later the HTTP API. Commands write a row and an outbox message;
/// they need a running host to be carried out. Queries only read.
/// </summary>
public sealed class RunService
{
    /// <summary>Asks for a run on a new thread. When this returns, the request survives a crash.</summary>
    public Task<RunId> StartAsync(RunRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Lets a run go on. Not terminal: the same run (steered when an update is given). Terminal: a new run on the same thread from its last
    /// checkpoint. Returns the run to watch.
    /// </summary>
    /// <exception cref="RunRequestException">No such run, the update is invalid, the thread is live in another run …</exception>
    public Task<RunId> ResumeAsync(RunId run, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, WorkflowSource? workflow, int? recursionLimit, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>A new run on a new thread from a checkpoint, with an optional edit; the original is untouched.</summary>
    public Task<RunId> ForkAsync(string threadId, long seq, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Asks for the end of a run; false when it is terminal already.</summary>
    public Task<bool> CancelAsync(RunId run, string reason, string? actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The run of that id, or of an unambiguous beginning of it (at least 8 characters), or null.</summary>
    public Task<RunId?> ResolveAsync(string text, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The newest run of a thread, or null.</summary>
    public Task<RunId?> LatestOfThreadAsync(string threadId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Newest first; the cursor is the last run id of the page before.</summary>
    public Task<IReadOnlyList<RunSummary>> ListAsync(string? status, string? target, int limit, RunId? before, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Everything about a run, or null.</summary>
    public Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Oldest first, including those inherited from a parent thread.</summary>
    public Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(RunId run, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The channels' values at a checkpoint (null: the last), big ones as <c>{"$blob": …}</c>.</summary>
    public Task<IReadOnlyDictionary<string, JsonElement>> StateAsync(RunId run, long? seq, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What differs between two checkpoints of a run's thread.</summary>
    public Task<IReadOnlyList<StateDifference>> DiffAsync(RunId run, long from, long to, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Turns <c>--checkpoint N</c> (a sequence number, <c>thread:seq</c>, or a step number as <c>step:N</c>) into a sequence number of the run's thread.</summary>
    public Task<long> ResolveCheckpointAsync(RunId run, string text, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Events after a sequence number (0: all), as they happen, until the run is terminal.</summary>
    public IAsyncEnumerable<RunEventView> EventsAsync(RunId run, long after, CancellationToken cancellationToken) => throw new NotSupportedException();
}
