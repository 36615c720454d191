using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Persistence;

/// <summary>A checkpoint of a thread. Append-only.</summary>
internal sealed class CheckpointRow
{
    public required string ThreadId { get; init; }
    /// <summary>1, 2, 3 … without gaps on a thread.</summary>
    public required long Seq { get; init; }
    public required string RunId { get; init; }
    public required int StepNumber { get; init; }
    /// <summary><c>input</c>, <c>loop</c>, <c>update</c>, <c>fork</c>.</summary>
    public required string Source { get; init; }
    /// <summary>Set on a fork's first checkpoint: the state goes on there.</summary>
    public string? ParentThreadId { get; init; }
    public long? ParentSeq { get; init; }
    /// <summary>Names of the steps that are due, a JSON array.</summary>
    [JsonText]
    public required string NextSteps { get; set; }
    /// <summary>The engine's control record.</summary>
    [JsonText]
    public required string Control { get; set; }
    public required string Workflow { get; init; }
    public required string WorkflowHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What one checkpoint changed in one channel.</summary>
internal sealed class ChannelVersionRow
{
    public required string ThreadId { get; init; }
    public required string Channel { get; init; }
    public required long Seq { get; init; }
    /// <summary><c>set</c>, <c>append</c>, <c>merge</c>.</summary>
    public required string Change { get; init; }
    [JsonText]
    public required string Value { get; init; }
}

/// <summary>A published version of a repository's charter.</summary>
internal sealed class CharterRow
{
    public required string RepositoryId { get; init; }
    public required int Version { get; init; }
    public required string RunId { get; init; }
    /// <summary>The target as it was asked for, or under which the repository became known where it has moved since; finds the base of the next run.</summary>
    public required string Target { get; init; }
    public required string HeadSha { get; init; }
    /// <summary>Hash of what the charter says, without version and run.</summary>
    public required string ContentHash { get; init; }
    /// <summary>The charter document, or a blob reference.</summary>
    [JsonText]
    public required string Document { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A file that a run made, whose content is a blob; or something that another system made for it.</summary>
internal sealed class ArtifactRow
{
    public required string RunId { get; init; }
    /// <summary>The file's name, such as <c>charter.md</c>; of another system's what it calls it.</summary>
    public required string Type { get; init; }
    /// <summary><see cref="Charters.ArtifactFiles.House"/>, or the name of the other system.</summary>
    public required string Provider { get; set; }
    public string? Persona { get; init; }
    public required string MediaType { get; init; }
    /// <summary><c>blob:</c> and the content's SHA-256; of another system's where people look at it, empty for nowhere.</summary>
    public required string Url { get; set; }
    /// <summary>Of another system's an <see cref="Charters.ArtifactReport"/>.</summary>
    [JsonText]
    public required string Metadata { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}
