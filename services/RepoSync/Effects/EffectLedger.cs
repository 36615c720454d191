using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.RepoSync.Effects;

/// <summary>Whether an effect is to be done now.</summary>
/// <param name="Row">Its row; null while another run is at work on the same.</param>
/// <param name="IsMine">True: do it and tell the ledger. False: the row says how it stands.</param>
/// <param name="Before">What was last done for its key.</param>
internal sealed record Reservation(EffectRow? Row, bool IsMine, EffectBefore? Before);

/// <summary>
/// The table <c>effects</c>: every write outside of the house is on record before it is tried and settled after it was. An effect happens at most once for each
/// line of runs, step and natural key; what would repeat one is held. Of a natural key one effect at a time is worked on, whichever runs want it.
/// </summary>
internal sealed class EffectLedger(Database<RepoSyncDbContext> database, TimeProvider time)
{
    /// <summary>How long whoever reserved an effect has for it before another run may take the key: longer than the calls of one effect may take together.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    // first half of the key of PostgreSQL's advisory lock under which a natural key is reserved
    private const int KeyLock = 0x45464645;
    // what is larger is a blob of its own, as in messages
    private const int LargestInline = 64 * 1024;

    /// <summary>Puts a wish on record, or finds it there.</summary>
    public Task<Reservation> ReserveAsync(EffectWish wish, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var plan = wish.Plan;
        await LockAsync(db, plan.NaturalKey, token);
        var now = time.GetUtcNow();
        var own = await db.Effects.AsTracking().FirstOrDefaultAsync(row => row.RunId == wish.RunId && row.Step == wish.Step && row.NaturalKey == plan.NaturalKey, token);
        if (own is { State: not (EffectStates.Reserved or EffectStates.Failed) }) return new Reservation(own, false, null);
        var onceKey = OnceKey(wish);
        if (own is null)
        {
            var once = await db.Effects.AsNoTracking().FirstOrDefaultAsync(row => row.OnceKey == onceKey, token);
            if (wish.DryRun || once is { State: EffectStates.Done or EffectStates.Sending or EffectStates.Skipped })
            {
                var (state, summary) = wish.DryRun ? (EffectStates.DryRun, $"would {plan.Would}") : (EffectStates.Held, $"would {plan.Would} again; {once!.RunId} did it");
                own = await AddAsync(db, wish, state, summary, now, token);
                return new Reservation(own, false, null);
            }
            if (once is { State: EffectStates.Reserved } && once.LeaseUntil > now) return new Reservation(null, false, null);
            if (once is not null)
            {
                // whoever reserved it never came back: this run goes on with it, and looks for what the other may have left
                await db.Effects.Where(row => row.EffectId == once.EffectId).ExecuteUpdateAsync(row => row.SetProperty(x => x.OnceKey, (string?)null).SetProperty(x => x.State, EffectStates.Failed)
                    .SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null).SetProperty(x => x.UpdatedAt, now), token);
            }
            if (!plan.IsSent && await IsBusyAsync(db, plan.NaturalKey, null, now, token)) return new Reservation(null, false, null);
            own = await AddAsync(db, wish, plan.IsSent ? EffectStates.Sending : EffectStates.Reserved, plan.Would, now, token);
            own.OnceKey = onceKey;
            if (plan.IsSent)
            {
                own.DriveAt = now;
                return new Reservation(own, false, null);
            }
        }
        else if (await IsBusyAsync(db, plan.NaturalKey, own.EffectId, now, token)) return new Reservation(null, false, null);
        return await TakeAsync(db, own, now, token);
    }, cancellationToken);

    /// <summary>Takes an effect that was released, or is to be sent, and whose time has come; null when another effect of its key is being worked on.</summary>
    public Task<Reservation?> TakeAsync(string effectId, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var key = await db.Effects.Where(row => row.EffectId == effectId).Select(row => row.NaturalKey).SingleAsync(token);
        await LockAsync(db, key, token);
        var now = time.GetUtcNow();
        var row = await db.Effects.AsTracking().SingleAsync(one => one.EffectId == effectId, token);
        if (row.DriveAt is null || row.DriveAt > now) return null;
        if (await IsBusyAsync(db, key, effectId, now, token))
        {
            row.DriveAt = now + TimeSpan.FromSeconds(5);
            return null;
        }
        // another process leaves it alone while this one is at work
        row.DriveAt = now + Lease;
        return await TakeAsync(db, row, now, token);
    }, cancellationToken);

    /// <summary>It happened, or there was no use in it.</summary>
    public Task<EffectRow> SettleAsync(string effectId, EffectOutcome outcome, CancellationToken cancellationToken) => ChangeAsync(effectId, row =>
    {
        (row.State, row.Summary, row.Error) = (outcome.State, outcome.Summary, null);
        (row.ExternalId, row.ExternalUrl) = (outcome.ExternalId ?? row.ExternalId, outcome.Url ?? row.ExternalUrl);
        (row.DoneAt, row.DriveAt) = (row.UpdatedAt, null);
        Count(row);
    }, cancellationToken);

    /// <summary>It was tried in vain.</summary>
    /// <param name="again">When it is tried again without a step; null leaves that as it is.</param>
    /// <param name="isFinal">Nobody tries again.</param>
    public Task<EffectRow> FailAsync(string effectId, string error, TimeSpan? again, bool isFinal, CancellationToken cancellationToken) => ChangeAsync(effectId, row =>
    {
        row.Error = error;
        if (again is { } wait) row.DriveAt = row.UpdatedAt + wait;
        if (!isFinal) return;
        (row.State, row.DriveAt) = (EffectStates.Failed, null);
        Count(row);
    }, cancellationToken);

    /// <summary>Lets what only would happen happen.</summary>
    /// <returns>The row as it stands; it was released only when it was waiting.</returns>
    public Task<(EffectRow Row, bool Released)> ReleaseAsync(string effectId, string by, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var row = await db.Effects.AsTracking().SingleAsync(one => one.EffectId == effectId, token);
        if (!EffectStates.IsWaiting(row.State)) return (row, false);
        var now = time.GetUtcNow();
        (row.State, row.ReleasedBy, row.DriveAt, row.UpdatedAt) = (EffectStates.Released, by, now, now);
        return (row, true);
    }, cancellationToken);

    /// <summary>What is to be written.</summary>
    /// <exception cref="BlobMissingException">It is no longer kept.</exception>
    public static async Task<JsonElement> RequestAsync(EffectRow row, IBlobStore blobs, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<JsonElement>(row.Request, CanonicalJson.Options);
        return BlobReference.TryRead(request) is { } reference ? await blobs.GetJsonAsync<JsonElement>(reference, cancellationToken) : request;
    }

    /// <summary>Lets go of what is settled and older than runs' history is kept. What was last written about a thing stays: by it that is found again.</summary>
    /// <returns>How many rows went.</returns>
    public Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync((db, token) => db.Effects
        .Where(row => row.CreatedAt < before && row.DriveAt == null && row.State != EffectStates.Reserved)
        .Where(row => row.State != EffectStates.Done || db.Effects.Any(newer => newer.NaturalKey == row.NaturalKey && newer.State == EffectStates.Done && newer.DoneAt > row.DoneAt))
        .ExecuteDeleteAsync(token), cancellationToken);

    private static void Count(EffectRow row) => Metrics.Effects.Add(1, Metrics.Label("kind", row.Kind), Metrics.Label("state", row.State));

    private Task<EffectRow> ChangeAsync(string effectId, Action<EffectRow> change, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var row = await db.Effects.AsTracking().SingleAsync(one => one.EffectId == effectId, token);
        (row.UpdatedAt, row.LeaseUntil) = (time.GetUtcNow(), null);
        change(row);
        return row;
    }, cancellationToken);

    private static async Task<Reservation> TakeAsync(RepoSyncDbContext db, EffectRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (row.LeaseUntil, row.UpdatedAt) = (now + Lease, now);
        if (row.State == EffectStates.Failed) row.State = EffectStates.Reserved;
        row.Attempts++;
        var before = await db.Effects.AsNoTracking().Where(one => one.NaturalKey == row.NaturalKey && one.State == EffectStates.Done && one.EffectId != row.EffectId)
            .OrderByDescending(one => one.DoneAt).Select(one => new EffectBefore(one.ExternalId, one.ExternalUrl, one.HeadSha, one.RequestHash)).FirstOrDefaultAsync(cancellationToken);
        return new Reservation(row, true, before);
    }

    private static Task<bool> IsBusyAsync(RepoSyncDbContext db, string key, string? own, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Effects.AnyAsync(row => row.NaturalKey == key && row.EffectId != own && row.LeaseUntil != null && row.LeaseUntil > now, cancellationToken);

    private static async Task LockAsync(RepoSyncDbContext db, string key, CancellationToken cancellationToken)
    {
        if (db.Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal))
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({KeyLock}, hashtext({key}))", cancellationToken);
    }

    private static async Task<EffectRow> AddAsync(RepoSyncDbContext db, EffectWish wish, string state, string summary, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var text = CanonicalJson.WriteText(wish.Plan.Request);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (text.Length > LargestInline) text = CanonicalJson.WriteText((await db.PutBlobAsync(Encoding.UTF8.GetBytes(text), cancellationToken)).ToElement());
        var row = new EffectRow
        {
            EffectId = "eff_" + new RunId(Guid.CreateVersion7(now)).ToString()["run_".Length..],
            RunId = wish.RunId,
            Lineage = wish.Lineage,
            Step = wish.Step,
            Kind = wish.Kind,
            NaturalKey = wish.Plan.NaturalKey,
            Forge = wish.Forge,
            Repository = wish.Repository,
            HeadSha = wish.Plan.HeadSha,
            State = state,
            Summary = summary,
            Request = text,
            RequestHash = hash,
            Attempts = 0,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Effects.Add(row);
        return row;
    }

    private static string OnceKey(EffectWish wish) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{wish.Lineage}\n{wish.Step}\n{wish.Plan.NaturalKey}")));
}
