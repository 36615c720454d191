using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>
/// Which repositories are registered: the rows, and the items of the configuration with what was learned of them. The forge's number finds a
/// repository again whatever it is called, its address where the number is not known. Everything is asked and done in the caller's transaction.
/// </summary>
internal sealed partial class RepositoryRegistry(OrchestratorOptions options, TimeProvider time)
{
    /// <summary>Key of the PostgreSQL advisory lock under which the registry changes: two that add the same must not both find nothing.</summary>
    private const long RegistryLock = 0x43484152_00000002;

    private readonly Dictionary<string, RepositorySetting> settings = options.Repositories
        .DistinctBy(setting => RunQueue.LaneOf(setting.Url), StringComparer.Ordinal).ToDictionary(setting => RunQueue.LaneOf(setting.Url), StringComparer.Ordinal);

    /// <summary>Lets one writer at a time change the registry.</summary>
    public static async Task LockAsync(OrchestratorDbContext db, CancellationToken cancellationToken)
    {
        if (db.Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal))
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({RegistryLock})", cancellationToken);
    }

    /// <summary>All of them, by target.</summary>
    public async Task<List<Registration>> AllAsync(OrchestratorDbContext db, CancellationToken cancellationToken)
    {
        var rows = await db.RegisteredRepositories.ToListAsync(cancellationToken);
        var claimed = rows.Where(row => row.Configured is not null && settings.ContainsKey(row.Configured)).Select(row => row.Configured!).ToHashSet(StringComparer.Ordinal);
        var known = rows.Select(row => OfRow(row, claimed.Contains(row.Lane))).OfType<Registration>().ToList();
        var unknown = settings.Values.Except(known.Select(one => one.Setting)).Select(setting => new Registration(setting!.Url, null, setting, options.Triggers));
        return [.. known.Concat(unknown).DistinctBy(one => one.Lane, StringComparer.Ordinal).OrderBy(one => one.Target, StringComparer.Ordinal)];
    }

    /// <summary>The one at this address, or that was at it before it moved; null when there is none.</summary>
    public async Task<Registration?> FindAsync(OrchestratorDbContext db, string target, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(target);
        if (await AtAsync(db, lane, cancellationToken) is { } found) return found;
        return (await MovedAsync(db, cancellationToken)).Find(row => RunQueue.LaneOf(row.KnownAs!) == lane) is { } moved ? await OfRowAsync(db, moved, cancellationToken) : null;
    }

    /// <summary>The address under which a registered repository became known; null for its own, and for one that is not registered.</summary>
    public static Task<string?> KnownAsAsync(OrchestratorDbContext db, string target, CancellationToken cancellationToken)
    {
        if (!HttpsTarget.IsOne(target)) return Task.FromResult<string?>(null);
        var lane = RunQueue.LaneOf(target);
        return db.RegisteredRepositories.Where(row => row.Lane == lane).Select(row => row.KnownAs).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Registers what is not registered. The lock is held.</summary>
    /// <param name="reported">As its forge names it, where that is known.</param>
    public async Task<RegisteredRepositoryRow> AddAsync(OrchestratorDbContext db, string target, string? addedBy, TriggerRepository? reported, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(target);
        if (await TrackedAsync(db, lane, cancellationToken) is { } left)
        {
            // of an item that is no longer in the configuration
            (left.Configured, left.AddedBy, left.AddedAt, left.Target) = (null, addedBy, time.GetUtcNow(), target);
            return left;
        }
        var row = new RegisteredRepositoryRow { Lane = lane, Target = target, AddedBy = addedBy, AddedAt = time.GetUtcNow(), KnownAs = await FreeNameAsync(db, target, reported, cancellationToken) };
        db.RegisteredRepositories.Add(row);
        return row;
    }

    /// <summary>The row of a registered repository, to be changed; made for one of the configuration that has none yet. The lock is held.</summary>
    public async Task<RegisteredRepositoryRow> RowAsync(OrchestratorDbContext db, Registration registration, CancellationToken cancellationToken)
    {
        if (registration.Row is { } known) return (await TrackedAsync(db, known.Lane, cancellationToken))!;
        var row = await AddAsync(db, registration.Target, null, null, cancellationToken);
        row.Configured = RunQueue.LaneOf(registration.Setting!.Url);
        return row;
    }

    /// <summary>A row that this transaction adds.</summary>
    public Registration OfAdded(RegisteredRepositoryRow row) => new(row.Target, row, null, options.Triggers);

    private async Task<Registration?> AtAsync(OrchestratorDbContext db, string lane, CancellationToken cancellationToken)
    {
        var row = await db.RegisteredRepositories.AsNoTracking().FirstOrDefaultAsync(one => one.Lane == lane, cancellationToken);
        if (!settings.TryGetValue(lane, out var setting)) return row is null ? null : OfRow(row, true);
        // the repository that the configuration means may have gone elsewhere, and another one taken its address
        var moved = await db.RegisteredRepositories.AsNoTracking().FirstOrDefaultAsync(one => one.Configured == lane && one.Lane != lane, cancellationToken);
        return (row is null ? null : OfRow(row, moved is not null)) ?? (moved is null ? new Registration(setting.Url, null, setting, options.Triggers) : OfRow(moved, true));
    }

    private async Task<Registration?> OfRowAsync(OrchestratorDbContext db, RegisteredRepositoryRow row, CancellationToken cancellationToken)
    {
        var lane = row.Lane;
        return OfRow(row, settings.ContainsKey(lane) && await db.RegisteredRepositories.AnyAsync(one => one.Configured == lane && one.Lane != lane, cancellationToken));
    }

    /// <summary>The registration that a row stands for; null for what was learned of an item that the configuration has no longer.</summary>
    /// <param name="isClaimed">The item of the configuration at its address stands for another row, which has moved.</param>
    private Registration? OfRow(RegisteredRepositoryRow row, bool isClaimed)
    {
        var item = row.Configured is { } configured && settings.TryGetValue(configured, out var mine) ? mine
            // added as well, or the configuration names its new address by now
            : !isClaimed && settings.TryGetValue(row.Lane, out var here) ? here : null;
        // learned of an item that the configuration has no longer
        if (item is null && row.Configured is not null) return null;
        return new Registration(item is not null && RunQueue.LaneOf(item.Url) == row.Lane ? item.Url : row.Target, row, item, options.Triggers);
    }

    /// <summary>Under which address a new one is known: its own, unless another one's charters are kept under that.</summary>
    private static async Task<string?> FreeNameAsync(OrchestratorDbContext db, string target, TriggerRepository? reported, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(target);
        if ((await MovedAsync(db, cancellationToken)).TrueForAll(row => RunQueue.LaneOf(row.KnownAs!) != lane)) return null;
        // no forge has a repository of such a name
        return $"{target.TrimEnd('/')}/~{(reported?.ForgeId is { } id ? id[(id.LastIndexOf('/') + 1)..] : "2")}";
    }

    private static Task<List<RegisteredRepositoryRow>> MovedAsync(OrchestratorDbContext db, CancellationToken cancellationToken) =>
        db.RegisteredRepositories.AsNoTracking().Where(row => row.KnownAs != null).ToListAsync(cancellationToken);

    // what this transaction has added already is not in the table yet
    private static async Task<RegisteredRepositoryRow?> TrackedAsync(OrchestratorDbContext db, string lane, CancellationToken cancellationToken) =>
        db.RegisteredRepositories.Local.FindEntry(lane)?.Entity ?? await db.RegisteredRepositories.AsTracking().FirstOrDefaultAsync(row => row.Lane == lane, cancellationToken);
}
