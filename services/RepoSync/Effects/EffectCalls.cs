using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects;

/// <summary>Does what was reserved, between two entries of the ledger.</summary>
internal sealed class EffectCalls(EffectLedger ledger, IBlobStore blobs)
{
    /// <summary>The row afterwards.</summary>
    /// <exception cref="StepFailedException">It did not happen; the ledger has the reason.</exception>
    public async Task<EffectRow> MakeAsync(EffectKind kind, Reservation reservation, IForge? forge, string path, ForgePriority priority, CancellationToken cancellationToken)
    {
        var row = reservation.Row!;
        Failpoints.Hit(Failpoints.EffectReserved);
        EffectOutcome outcome;
        try
        {
            var request = await EffectLedger.RequestAsync(row, blobs, cancellationToken);
            outcome = await kind.CallAsync(new EffectCall(row.EffectId, forge, path, request, row.RequestHash, row.HeadSha, reservation.Before, priority), cancellationToken);
        }
        catch (StepFailedException problem)
        {
            await ledger.FailAsync(row.EffectId, problem.Failure.Message, again: null, isFinal: !problem.Failure.Retryable, cancellationToken);
            throw;
        }
        catch (BlobMissingException)
        {
            const string gone = "what was to be written is no longer kept";
            await ledger.FailAsync(row.EffectId, gone, again: null, isFinal: true, cancellationToken);
            throw StepFailedException.Permanent("effect_gone", gone, "Run the analysis again.");
        }
        Failpoints.Hit(Failpoints.EffectCalled);
        var settled = await ledger.SettleAsync(row.EffectId, outcome, cancellationToken);
        Failpoints.Hit(Failpoints.EffectSettled);
        return settled;
    }
}
