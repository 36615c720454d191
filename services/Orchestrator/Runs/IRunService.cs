using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Checkpoints;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// The Orchestrator's public face: in this process on its database, or of another process through its HTTP API. Commands are stored before they
/// return; queries only read. Refusals are <see cref="RunRequestException"/> with a stable code.
/// </summary>
public interface IRunService
{
    /// <summary>Asks for a run on a new thread. When this returns, the request survives a crash.</summary>
    Task<RunId> StartAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Lets a run go on. Not terminal: the same run (steered when an update is given). Terminal: a new run on the same thread from its last
    /// checkpoint. Returns the run to watch.
    /// </summary>
    Task<RunId> ResumeAsync(RunId run, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, WorkflowSource? workflow, int? recursionLimit, CancellationToken cancellationToken);

    /// <summary>A new run on a new thread from a checkpoint of a run, with an optional edit; the original is untouched.</summary>
    Task<RunId> ForkAsync(RunId run, long seq, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, CancellationToken cancellationToken);

    /// <summary>Asks for the end of a run; false when it is terminal already.</summary>
    Task<bool> CancelAsync(RunId run, string reason, string? actor, CancellationToken cancellationToken);

    /// <summary>The run of that id, or of an unambiguous beginning of it (at least 8 characters), or null.</summary>
    Task<RunId?> ResolveAsync(string text, CancellationToken cancellationToken);

    /// <summary>The newest run of a thread, or null.</summary>
    Task<RunId?> LatestOfThreadAsync(string threadId, CancellationToken cancellationToken);

    /// <summary>Newest first; <paramref name="before"/> is the last run of the page before.</summary>
    Task<IReadOnlyList<RunSummary>> ListAsync(string? status, int limit, RunId? before, CancellationToken cancellationToken);

    /// <summary>Live runs to which nothing has happened for that long, the longest first, with what each waits for.</summary>
    Task<IReadOnlyList<RunSummary>> StuckAsync(TimeSpan quiet, int limit, CancellationToken cancellationToken);

    /// <summary>Everything about a run, or null.</summary>
    Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Oldest first, including those inherited from a parent thread.</summary>
    Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>The channels' values at a checkpoint (null: the last), big ones as <c>{"$blob": …}</c>.</summary>
    Task<IReadOnlyDictionary<string, JsonElement>> StateAsync(RunId run, long? seq, CancellationToken cancellationToken);

    /// <summary>What differs between two checkpoints of a run's thread.</summary>
    Task<IReadOnlyList<StateDifference>> DiffAsync(RunId run, long from, long to, CancellationToken cancellationToken);

    /// <summary>Turns <c>N</c> (a sequence number), <c>thread:seq</c> or <c>step:N</c> into a sequence number of the run's thread.</summary>
    Task<long> ResolveCheckpointAsync(RunId run, string text, CancellationToken cancellationToken);

    /// <summary>Events after a sequence number (0: all), as they happen, until the run is terminal.</summary>
    IAsyncEnumerable<RunEventView> EventsAsync(RunId run, long after, CancellationToken cancellationToken);
}
