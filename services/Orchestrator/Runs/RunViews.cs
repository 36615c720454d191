using System.Text.Json;
using System.Text.Json.Serialization;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Http;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>What a person or a program asks for when it wants a run.</summary>
public sealed record RunRequest
{
    /// <summary>A real absolute path, or a <c>file://</c> or <c>https://</c> URL.</summary>
    public required string Target { get; init; }
    /// <summary>The workflow's name and text; null takes the built-in one for the whole repository, or with <see cref="Base"/> the one for a change.</summary>
    public WorkflowSource? Workflow { get; init; }
    public string Source { get; init; } = "cli";
    public string? Actor { get; init; }
    /// <summary>A branch, tag or commit: analyses the change since then instead of the whole.</summary>
    public string? Base { get; init; }
    public int? RecursionLimit { get; init; }
}

/// <summary>A workflow as text, with the name that it is shown by (a built-in's name or the file's).</summary>
public sealed record WorkflowSource(string Name, string Text);

/// <summary>A run as the list shows it: one row, no state.</summary>
public sealed record RunSummary
{
    public required string RunId { get; init; }
    public required string ThreadId { get; init; }
    public required string Workflow { get; init; }
    public required string Status { get; init; }
    /// <summary>What was asked to be analysed.</summary>
    public required string Target { get; init; }
    /// <summary>Null until the repository is synced.</summary>
    public required RunRepository? Repository { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }
    public required RunError? Error { get; init; }
    /// <summary>What a reader must know: dirty tree, shallow clone, missing objects …</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
    public IReadOnlyList<RunArtifact> Artifacts { get; init; } = [];
    /// <summary>Where a queued run stands in the line; null for any other.</summary>
    public QueuePlace? Queue { get; init; }
    /// <summary>Since when nothing has happened to it; only in the list of stuck runs.</summary>
    public DateTimeOffset? QuietSince { get; init; }
    /// <summary>What it waits for, one sentence each; only in the list of stuck runs.</summary>
    public IReadOnlyList<string>? WaitsFor { get; init; }
}

/// <summary>A run's place in the line for <c>max_concurrent_runs</c>.</summary>
/// <param name="Position">1 for the next to begin.</param>
/// <param name="Behind">The run that it waits behind: the one before it in the line, for the first the one that has been running longest. Null when nothing keeps it.</param>
/// <param name="Running">Runs that have a place.</param>
public sealed record QueuePlace(int Position, string? Behind, int Running);

/// <summary>The repository of a run.</summary>
public sealed record RunRepository(string Name, string? Url, string? DefaultBranch, string HeadSha);

/// <summary>Why a run failed.</summary>
public sealed record RunError(string Code, string Message, string? Step, string? Remedy, string? Detail);

/// <summary>Everything about one run.</summary>
public sealed record RunDetails
{
    public required RunSummary Run { get; init; }
    /// <summary>In workflow order; steps that have not begun are <c>pending</c>.</summary>
    public required IReadOnlyList<RunStep> Steps { get; init; }
    /// <summary>The charter document (JSON, see the Reports feature) without markdown; null before there is one.</summary>
    public required JsonElement? Charter { get; init; }
    public required string? Markdown { get; init; }
    public required IReadOnlyList<Finding> Findings { get; init; }
    /// <summary>What changed since the last version of the charter, one sentence each; null for the first version or when there is none.</summary>
    public required IReadOnlyList<string>? Changes { get; init; }
    /// <summary>What its steps wrote outside of the house, or would; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunEffect>? Effects { get; init; }
    /// <summary>What an unfinished run waits for, one sentence each; empty for a terminal one.</summary>
    public required IReadOnlyList<string> WaitsFor { get; init; }
}

/// <summary>What a step wrote outside of the house, or would.</summary>
/// <param name="State">One of <c>EffectStates</c>.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Url">Where people look at it; null for nowhere.</param>
/// <param name="EffectId">By which it can be released; null where there was nothing to write.</param>
public sealed record RunEffect(string Step, string State, string Summary, string? Url, string? EffectId);

/// <summary>A step of a run.</summary>
/// <param name="Status"><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="DurationMs">Of the last attempt; null before it ended.</param>
public sealed record RunStep(string Name, string Uses, string Status, int Attempts, long? DurationMs, DateTimeOffset? StartedAt, string? Progress, FailureInfo? Failure);

/// <summary>A file that a run made, or something that another system made for it.</summary>
/// <param name="MediaType">Of a file; null for what another system made.</param>
/// <param name="Path">Absolute path in the data folder; null for what another system made.</param>
public sealed record RunArtifact(string Type, string? MediaType, string? Path)
{
    /// <summary>The system that made it; null for a file of the run's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }
    /// <summary>Where people look at what another system made; null for nowhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }
    /// <summary>How it stands, in the provider's word; null where it said nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }
}

/// <summary>A checkpoint as the list shows it.</summary>
/// <param name="Id"><c>thread:seq</c>.</param>
/// <param name="Step">Super-step number: -1 for the input.</param>
/// <param name="Source"><c>input</c>, <c>loop</c>, <c>update</c>, <c>fork</c>.</param>
public sealed record CheckpointView(
    string Id, string ThreadId, long Seq, string RunId, int Step, string Source, string? Parent, IReadOnlyList<string> Next,
    IReadOnlyList<string> Changed, string WorkflowHash, DateTimeOffset CreatedAt);

/// <summary>A difference between two states.</summary>
/// <param name="Pointer">RFC 6901 JSON pointer; the first part is the channel.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c>, <c>changed</c>.</param>
public sealed record StateDifference(string Pointer, string Kind, JsonElement? Before, JsonElement? After);

/// <summary>Something that happened to a run, in order.</summary>
/// <param name="Type"><c>run.queued</c>, <c>run.started</c>, <c>step.started</c>, <c>step.completed</c>, <c>step.failed</c>, <c>step.retrying</c>, <c>checkpoint.saved</c>, <c>run.cancelling</c>, <c>run.published</c>, <c>run.failed</c>, <c>run.cancelled</c>, <c>run.expired</c>.</param>
public sealed record RunEventView(string RunId, long Seq, string Type, JsonElement Data, DateTimeOffset At);

/// <summary>A request that cannot be met, with a stable code: <c>run_not_found</c>, <c>checkpoint_not_found</c>, <c>run_is_terminal</c>, <c>thread_is_live</c>, <c>invalid_update</c> …</summary>
public sealed class RunRequestException(string code, string message, string? remedy = null) : RequestException(code, message, remedy);
