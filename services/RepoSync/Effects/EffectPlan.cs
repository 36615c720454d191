using System.Text.Json;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.RepoSync.Effects;

/// <summary>What a step makes of what its run found.</summary>
internal abstract record EffectDecision;

/// <summary>Why there is nothing to write.</summary>
internal sealed record EffectNothing(string Why) : EffectDecision;

/// <summary>What a step wants to write, worked out before anything is asked or written.</summary>
/// <param name="NaturalKey">What it is about, whichever run wants it: two effects of one key never happen at the same time.</param>
/// <param name="HeadSha">The commit that it speaks of; null for none.</param>
/// <param name="Would">What it does, for people, in the infinitive: <c>comment on #17</c>.</param>
/// <param name="Request">Everything that is needed to do it later.</param>
internal sealed record EffectPlan(string NaturalKey, string? HeadSha, string Would, JsonElement Request) : EffectDecision
{
    /// <summary>It is delivered beside the run, by the driver; the step does not wait.</summary>
    public bool IsSent { get; init; }
}

/// <summary>A plan and whose it is.</summary>
/// <param name="RunId">Null for what no run wants.</param>
/// <param name="Forge">The kind of the forge; empty for what goes elsewhere.</param>
internal sealed record EffectWish(EffectPlan Plan, string? RunId, string Lineage, string Step, string Kind, string Forge, string Repository, bool DryRun);

/// <summary>What came of doing it.</summary>
/// <param name="State"><see cref="EffectStates.Done"/> or <see cref="EffectStates.Skipped"/>.</param>
internal sealed record EffectOutcome(string State, string Summary, string? ExternalId = null, string? Url = null)
{
    public static EffectOutcome Done(string summary, string? externalId, string? url) => new(EffectStates.Done, summary, externalId, url);

    /// <summary>There is no use in it (any more).</summary>
    public static EffectOutcome Skipped(string why) => new(EffectStates.Skipped, why);
}

/// <summary>What was last done for a natural key.</summary>
internal sealed record EffectBefore(string? ExternalId, string? Url, string? HeadSha, string RequestHash);
