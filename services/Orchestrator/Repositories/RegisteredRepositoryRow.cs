namespace Charterhouse.Orchestrator.Repositories;

/// <summary>A repository that somebody registered.</summary>
internal sealed class RegisteredRepositoryRow
{
    /// <summary>What all spellings of the target have in common, as <c>RunQueue.LaneOf</c> spells it.</summary>
    public required string Lane { get; init; }
    public required string Target { get; init; }
    public string? AddedBy { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
}
