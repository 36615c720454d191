using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>A repository that somebody registered.</summary>
internal sealed class RegisteredRepositoryRow
{
    /// <summary>What all spellings of the target have in common, as <c>RunQueue.LaneOf</c> spells it.</summary>
    public required string Lane { get; init; }
    public required string Target { get; set; }
    public string? AddedBy { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    /// <summary>The forge's host and its number for the repository, which outlives names; null until an event has told.</summary>
    public string? ForgeId { get; set; }
    /// <summary><c>owner/name</c>, as the forge says; null until it has.</summary>
    public string? Name { get; set; }
    /// <summary>The address that charters and findings are kept under, where the repository has moved since; null where that is the target.</summary>
    public string? KnownAs { get; set; }
    public string? DefaultBranch { get; set; }
    /// <summary>A <c>TriggerRuleOverrides</c>; null where nothing deviates.</summary>
    [JsonText]
    public string? Rules { get; set; }
    /// <summary>Why nothing is started for it; null when it is looked after.</summary>
    public string? Paused { get; set; }
    /// <summary>The first of the answers that it does not exist; null after any other.</summary>
    public DateTimeOffset? MissingSince { get; set; }
}
