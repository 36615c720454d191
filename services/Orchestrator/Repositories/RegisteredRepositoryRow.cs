using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>A registered repository: one that somebody or an installation added, or what was learned of one of the configuration.</summary>
internal sealed class RegisteredRepositoryRow
{
    /// <summary>What all spellings of the target have in common, as <c>RunQueue.LaneOf</c> spells it. Changes when the repository moves.</summary>
    public required string Lane { get; init; }
    public required string Target { get; set; }
    public string? AddedBy { get; set; }
    public required DateTimeOffset AddedAt { get; set; }
    /// <summary>The forge's host and its number for the repository, which outlives names; null until an event tells.</summary>
    public string? ForgeId { get; set; }
    /// <summary><c>owner/name</c>; null until an event tells.</summary>
    public string? Name { get; set; }
    /// <summary>The address that charters and findings are kept under, where the repository has moved since; null for <see cref="Target"/>.</summary>
    public string? KnownAs { get; set; }
    /// <summary>Null until an event tells.</summary>
    public string? DefaultBranch { get; set; }
    /// <summary>A <see cref="Triggers.TriggerRuleOverrides"/>; null for none.</summary>
    [JsonText]
    public string? Rules { get; set; }
    /// <summary>When it is analysed beside the audit, as <c>CronText</c> reads it; null for never, or for when the configuration says.</summary>
    public string? Schedule { get; set; }
    /// <summary>The lane of the address in the configuration, where the row only keeps what is learned of that one; null for one that was added.</summary>
    public string? Configured { get; set; }
    /// <summary>Why nothing is started for it, one of <see cref="PauseReasons"/>; null when it is looked after.</summary>
    public string? Paused { get; set; }
    /// <summary>When a sync was first told that it does not exist; null after any sync that found it.</summary>
    public DateTimeOffset? MissingSince { get; set; }
}
