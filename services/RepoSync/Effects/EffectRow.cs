using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.RepoSync.Effects;

/// <summary>Something that was, is or would be written outside of the house: a row of <c>effects</c>.</summary>
internal sealed class EffectRow
{
    /// <summary><c>eff_</c> and 26 base32 characters of a UUIDv7.</summary>
    public required string EffectId { get; init; }
    /// <summary>The run that wanted it; null for what no run wanted.</summary>
    public string? RunId { get; init; }
    /// <summary>See <c>RunTrigger.Lineage</c>.</summary>
    public required string Lineage { get; init; }
    public required string Step { get; init; }
    /// <summary>The step kind.</summary>
    public required string Kind { get; init; }
    /// <summary>What it is about, whichever run wants it.</summary>
    public required string NaturalKey { get; init; }
    /// <summary>Lineage, step and natural key of what may happen once; null for what only would happen.</summary>
    public string? OnceKey { get; set; }
    /// <summary><c>github</c> or <c>gitlab</c>; empty for what goes elsewhere.</summary>
    public required string Forge { get; init; }
    /// <summary>Its address, where people look.</summary>
    public required string Repository { get; init; }
    public string? HeadSha { get; init; }
    /// <summary>One of <see cref="EffectStates"/>.</summary>
    public required string State { get; set; }
    public required string Summary { get; set; }
    /// <summary>What is to be written, as it was worked out; or a reference to it.</summary>
    [JsonText]
    public required string Request { get; init; }
    public required string RequestHash { get; init; }
    public string? ExternalId { get; set; }
    public string? ExternalUrl { get; set; }
    public required int Attempts { get; set; }
    public string? Error { get; set; }
    public string? ReleasedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
    /// <summary>Until when whoever reserved it may be at work on it.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
    /// <summary>When it is worked on without a step; null when nothing is owed.</summary>
    public DateTimeOffset? DriveAt { get; set; }

    /// <summary>As the step reports it.</summary>
    public EffectResult Result => new(State, Summary, ExternalUrl, EffectId);
}
