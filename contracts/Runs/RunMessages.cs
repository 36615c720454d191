using System.Text.Json;

namespace Charterhouse.Contracts.Runs;

/// <summary>
/// Asks the Orchestrator for a run. Sent by the owner of a run request; sending it twice is one run (keyed by <see cref="RunId"/>).
/// Re-driven every 30 s until the saga's first transaction removes the request's row or refuses it.
/// </summary>
public sealed record StartRun
{
    /// <summary>Made by the sender (UUIDv7).</summary>
    public required Guid RunId { get; init; }
    /// <summary>The workflow's name, for display.</summary>
    public required string Workflow { get; init; }
    /// <summary>The whole workflow text (YAML); the run keeps to this text whatever happens to the file.</summary>
    public required string WorkflowText { get; init; }
    /// <summary>What the run is about; becomes the <c>trigger</c> channel.</summary>
    public required RunTrigger Trigger { get; init; }
    /// <summary>Where the run starts from: null for a new thread, otherwise a checkpoint to continue or to fork from.</summary>
    public StartPoint? From { get; init; }
    /// <summary>Overrides the workflow's own recursion limit (super-steps).</summary>
    public int? RecursionLimit { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
}

/// <summary>A checkpoint that a new run starts from.</summary>
public sealed record StartPoint
{
    public required string ThreadId { get; init; }
    /// <summary>The checkpoint's sequence number on that thread.</summary>
    public required long Seq { get; init; }
    /// <summary>True: a new thread with this one as parent. False: the same thread goes on.</summary>
    public required bool Fork { get; init; }
    /// <summary>Channel values that a person sets before the run goes on (steering); null or empty for none.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Update { get; init; }
    /// <summary>The step in whose name the update is made; null lets the engine choose the last writer of the edited channels.</summary>
    public string? AsStep { get; init; }
}

/// <summary>Why a run exists and what it looks at. Untrusted where it came from outside.</summary>
public sealed record RunTrigger
{
    /// <summary>Where it came from: <c>cli</c>, <c>api</c>, <c>schedule</c> or <c>webhook</c>.</summary>
    public required string Source { get; init; }
    /// <summary>A real absolute path, or a <c>file://</c> or <c>https://</c> URL without credentials.</summary>
    public required string Target { get; init; }
    /// <summary>Who asked, for display.</summary>
    public string? Actor { get; init; }
    /// <summary>Head of the last charter of the same target, put in by the Orchestrator; null for the first and with a <see cref="Base"/>.</summary>
    public string? BaseSha { get; init; }
    /// <summary>A branch, tag or commit that a change is to be measured from, as a person named it; null for a whole analysis.</summary>
    public string? Base { get; init; }
    /// <summary>The ref of the repository whose newest commit is analysed: <c>refs/heads/main</c>, <c>refs/pull/17/head</c>; null for its HEAD.</summary>
    public string? Ref { get; init; }
    /// <summary>The commit that an event says the ref is at. The ref's own is taken where that is newer or has another history; null for none.</summary>
    public string? HeadSha { get; init; }
    /// <summary>Number of the pull or merge request that the run is about; null for none.</summary>
    public long? PullRequest { get; init; }
    /// <summary>
    /// The run that began the line of runs that this one belongs to, put in by the Orchestrator: resumed and forked runs have it from the checkpoint that
    /// they start from, and by it what was written outside of the house is not written again.
    /// </summary>
    public string? Lineage { get; init; }
    /// <summary>The event in <c>webhook_events</c> that led to the run; null for none.</summary>
    public string? EventId { get; init; }
    /// <summary>
    /// The https URL under which the repository became known, where its forge has moved it since: cache, charters and findings are kept under it. Null where
    /// that is <see cref="Target"/>.
    /// </summary>
    public string? KnownAs { get; init; }
}

/// <summary>A place became free: a queued run may start. Harmless when it may not.</summary>
public sealed record AdmitRun(Guid RunId);

/// <summary>Asks for the end of a run. Owned by a row in <c>run_commands</c>, re-driven until the saga removes it: first after 2 s, then every 10 s.</summary>
/// <param name="CommandId">Made by the sender.</param>
public sealed record CancelRun(Guid RunId, Guid CommandId, string Reason, string? Actor);

/// <summary>Steers a run that is not terminal: applies an update as a named step and goes on in the next epoch. Owned like <see cref="CancelRun"/>.</summary>
public sealed record SteerRun
{
    public required Guid RunId { get; init; }
    /// <summary>Made by the sender, so that sending twice steers once.</summary>
    public required Guid CommandId { get; init; }
    public required IReadOnlyDictionary<string, JsonElement> Update { get; init; }
    public string? AsStep { get; init; }
}

/// <summary>The run's total time is up (a delayed message, sent when the run starts).</summary>
public sealed record RunTimedOut(Guid RunId);

/// <summary>A queued run has waited for its place as long as it may. Harmless for one that has begun.</summary>
public sealed record QueueTimedOut(Guid RunId);

/// <summary>A run reached a terminal state. A hint: the row in <c>runs</c> is the truth.</summary>
public sealed record RunEnded(Guid RunId, string Status);
