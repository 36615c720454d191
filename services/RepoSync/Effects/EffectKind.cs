using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.RepoSync.Effects.Text;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects;

/// <summary>What a plan is made of.</summary>
/// <param name="Forge">Null only for kinds that need none.</param>
/// <param name="Path">The repository's path at the forge; its address where there is none.</param>
/// <param name="Report">What the run found.</param>
/// <param name="FailOn">The least severity that fails; null for none.</param>
/// <param name="Sarif">Reference to the findings as SARIF; null where the report has none.</param>
/// <param name="Ref">The full name of the ref that the commit is on; null where nobody knows.</param>
internal sealed record EffectSubject(IForge? Forge, string Path, EffectReport Report, string? FailOn, BlobReference? Sarif, string? Ref)
{
    /// <summary>The beginning of the natural keys of the repository.</summary>
    public string Key => $"{Forge!.Web.Authority}/{Path.ToLowerInvariant()}";
}

/// <summary>One attempt at doing something.</summary>
/// <param name="EffectId">The ledger's row.</param>
/// <param name="Forge">Null only for kinds that need none.</param>
/// <param name="Request">The plan's.</param>
/// <param name="Hash">Of the request.</param>
/// <param name="Before">What was last done for the same key; null for nothing.</param>
internal sealed record EffectCall(string EffectId, IForge? Forge, string Path, JsonElement Request, string Hash, string? HeadSha, EffectBefore? Before, ForgePriority Priority)
{
    /// <summary>The forge of a kind that needs one.</summary>
    public IForge At => Forge ?? throw new InvalidOperationException("The kind of effect says that it needs no forge.");

    public T Read<T>() => CanonicalJson.FromElement<T>(Request);
}

/// <summary>A sort of effect: works out what is to be written, and writes it. Both may be called again: a plan by a repeated step, a call after a crash at any point of the one before.</summary>
internal abstract class EffectKind
{
    /// <summary>The step kind.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it goes to a forge.</summary>
    public virtual bool NeedsForge => true;

    /// <summary>What is to be written, or why nothing is.</summary>
    public abstract EffectDecision Plan(EffectSubject subject);

    /// <summary>Writes it, or finds that it is written already.</summary>
    public abstract Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken);
}
