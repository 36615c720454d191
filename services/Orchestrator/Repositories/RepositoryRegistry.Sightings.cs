using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Git;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <content>What events of forges tell of registered repositories.</content>
internal sealed partial class RepositoryRegistry
{
    /// <summary>
    /// The registered repository that an event is about, by the forge's number, else by address; null when it is none. Learns what the event
    /// tells: number, name, default branch, and a move that nobody reported.
    /// </summary>
    public async Task<Registration?> SeeAsync(OrchestratorDbContext db, TriggerRepository reported, CancellationToken cancellationToken)
    {
        if (!HttpsTarget.IsOne(reported.Url)) return null;
        var (found, occupier) = await MatchAsync(db, reported, cancellationToken);
        if (occupier is null && (found is null || !Tells(found, reported))) return found;
        await LockAsync(db, cancellationToken);
        (found, occupier) = await MatchAsync(db, reported, cancellationToken);
        if (occupier is not null) await DisplaceAsync(db, occupier.Lane, cancellationToken);
        return found is null ? null : await LearnAsync(db, found, reported, cancellationToken);
    }

    /// <summary>As <see cref="SeeAsync"/>, and changes nothing.</summary>
    public async Task<Registration?> PeekAsync(OrchestratorDbContext db, TriggerRepository reported, CancellationToken cancellationToken) => (await MatchAsync(db, reported, cancellationToken)).Found;

    /// <summary>Takes over what the forge tells of a registered repository, its address too. The lock is held.</summary>
    public async Task<Registration> LearnAsync(OrchestratorDbContext db, Registration found, TriggerRepository reported, CancellationToken cancellationToken)
    {
        var row = await RowAsync(db, found, cancellationToken);
        if (row.Lane != RunQueue.LaneOf(reported.Url)) row = await MoveAsync(db, row, reported, cancellationToken);
        row.ForgeId ??= reported.ForgeId;
        row.Name = reported.Name;
        row.DefaultBranch = reported.DefaultBranch ?? row.DefaultBranch;
        return found with { Target = found.Setting is { } setting && RunQueue.LaneOf(setting.Url) == row.Lane ? setting.Url : row.Target, Row = row };
    }

    private static bool Tells(Registration found, TriggerRepository reported) =>
        found.Row is not { } row || row.Lane != RunQueue.LaneOf(reported.Url) || (row.ForgeId is null && reported.ForgeId is not null) || row.Name != reported.Name
        || (reported.DefaultBranch is { } branch && row.DefaultBranch != branch);

    /// <summary>The repository, and another one whose address it has.</summary>
    private async Task<(Registration? Found, RegisteredRepositoryRow? Occupier)> MatchAsync(OrchestratorDbContext db, TriggerRepository reported, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(reported.Url);
        if (reported.ForgeId is not { } id) return (await AtAsync(db, lane, cancellationToken), null);
        var there = await AtAsync(db, lane, cancellationToken);
        var isAnother = there?.Row?.ForgeId is { } other && other != id;
        var found = await db.RegisteredRepositories.AsNoTracking().FirstOrDefaultAsync(row => row.ForgeId == id, cancellationToken) is { } row
            ? await OfRowAsync(db, row, cancellationToken)
            : isAnother ? null : there;
        return (found, isAnother && there!.Lane == lane ? there.Row : null);
    }

    /// <summary>Gives a repository another address. What stood there without a number is the same one, registered twice; with another number it has gone elsewhere.</summary>
    private static async Task<RegisteredRepositoryRow> MoveAsync(OrchestratorDbContext db, RegisteredRepositoryRow row, TriggerRepository reported, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(reported.Url);
        if (await TrackedAsync(db, lane, cancellationToken) is { } there)
        {
            if (there.ForgeId is null)
            {
                (row.Rules, row.Schedule, row.Configured) = (row.Rules ?? there.Rules, row.Schedule ?? there.Schedule, row.Configured ?? there.Configured);
                await db.RegisteredRepositories.Where(other => other.Lane == lane).ExecuteDeleteAsync(cancellationToken);
                db.Entry(there).State = EntityState.Detached;
            }
            else
            {
                await DisplaceAsync(db, lane, cancellationToken);
            }
        }
        var moved = await RelaneAsync(db, row, lane, cancellationToken);
        var known = row.KnownAs ?? row.Target;
        (moved.Target, moved.KnownAs) = (reported.Url, known == reported.Url ? null : known);
        if (moved.Paused == PauseReasons.Displaced) moved.Paused = null;
        return moved;
    }

    /// <summary>Takes the address from a repository: the forge says that it is another one's. Nothing is started until an event tells where it is.</summary>
    private static async Task DisplaceAsync(OrchestratorDbContext db, string lane, CancellationToken cancellationToken)
    {
        var row = (await TrackedAsync(db, lane, cancellationToken))!;
        var displaced = await RelaneAsync(db, row, $"{lane}/~{row.ForgeId![(row.ForgeId!.LastIndexOf('/') + 1)..]}", cancellationToken);
        displaced.KnownAs ??= row.Target;
        displaced.Paused ??= PauseReasons.Displaced;
    }

    // The lane is the key, which no tracked row can change.
    private static async Task<RegisteredRepositoryRow> RelaneAsync(OrchestratorDbContext db, RegisteredRepositoryRow row, string lane, CancellationToken cancellationToken)
    {
        var moved = new RegisteredRepositoryRow
        {
            Lane = lane,
            Target = row.Target,
            AddedBy = row.AddedBy,
            AddedAt = row.AddedAt,
            ForgeId = row.ForgeId,
            Name = row.Name,
            KnownAs = row.KnownAs,
            DefaultBranch = row.DefaultBranch,
            Rules = row.Rules,
            Schedule = row.Schedule,
            Configured = row.Configured,
            Paused = row.Paused,
            MissingSince = row.MissingSince,
        };
        var before = row.Lane;
        await db.RegisteredRepositories.Where(one => one.Lane == before).ExecuteDeleteAsync(cancellationToken);
        db.Entry(row).State = EntityState.Detached;
        db.RegisteredRepositories.Add(moved);
        return moved;
    }
}
