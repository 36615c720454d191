using System.Globalization;
using Charterhouse.Contracts.Serialization;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary>A delivery of GitHub's webhook that failed is sent again. No step wants it, only <see cref="SweepDeliveriesConsumer"/>.</summary>
internal sealed class RedeliveryEffect : EffectKind
{
    /// <summary>A failed attempt at a delivery.</summary>
    internal sealed record Attempt(long Id, string Guid, string Event);

    public override string Name => "forge/redelivery";

    public override EffectDecision Plan(EffectSubject subject) => new EffectNothing("only the sweep of deliveries asks for it");

    /// <summary>What has one failed attempt made good.</summary>
    public static EffectPlan PlanOf(GitHubDelivery failed) => new(
        string.Create(CultureInfo.InvariantCulture, $"github/delivery/{failed.Id}"), null, $"have {failed.Event} {failed.Guid} delivered again", CanonicalJson.ToElement(new Attempt(failed.Id, failed.Guid, failed.Event)));

    public override async Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken)
    {
        var attempt = call.Read<Attempt>();
        await ((GitHubForge)call.At).RedeliverAsync(attempt.Id, call.Priority, cancellationToken);
        return EffectOutcome.Done($"GitHub delivers {attempt.Event} {attempt.Guid} again", null, null);
    }
}
