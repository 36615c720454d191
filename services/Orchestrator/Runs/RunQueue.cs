using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// The line for a place among the running. Each run gets a turn when it comes: one more than the last run of its lane, and than the last turn
/// that was served. Runs are served by turn, so a lane with a hundred waiting runs has one run per turn like any other (start-time fair queueing).
/// </summary>
internal static class RunQueue
{
    /// <summary>Key of the PostgreSQL advisory lock under which places are counted.</summary>
    private const long PlacesLock = 0x43484152_00000001;

    private sealed record Line(int Count, long? Served, long? Next, long? Lane);

    // Compiled once: they are part of every run's first message. The status is what the index of live runs goes by: without it the queries would
    // look at every run that ever was.
    private static readonly Compiled<Func<OrchestratorDbContext, Guid, string, Task<Line?>>> Look = new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, Guid id, string lane) =>
        db.Runs.Where(run => new[] { "Queued", "Running", "Cancelling" }.Contains(run.Status) && run.EndedAt == null && run.CorrelationId != id).GroupBy(_ => 1)
            .Select(all => new Line(all.Count(), all.Max(run => run.StartedAt != null ? (long?)run.Turn : null), all.Min(run => run.StartedAt == null ? (long?)run.Turn : null),
                all.Max(run => run.Lane == lane ? (long?)run.Turn : null))).FirstOrDefault()));
    private static readonly Compiled<Func<OrchestratorDbContext, Guid, long, DateTimeOffset, string, Task<int>>> Before =
        new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, Guid id, long turn, DateTimeOffset createdAt, string run) => db.Runs.Count(other =>
            new[] { "Queued", "Running", "Cancelling" }.Contains(other.Status) && other.EndedAt == null && other.CorrelationId != id
            && (other.StartedAt != null || other.Turn < turn || (other.Turn == turn && (other.CreatedAt < createdAt || (other.CreatedAt == createdAt && other.RunId.CompareTo(run) < 0)))))));

    /// <summary>The lane of a target: spellings that mean the same repository share one.</summary>
    public static string LaneOf(string target)
    {
        var lane = target.TrimEnd('/');
        if (lane.EndsWith(".git", StringComparison.OrdinalIgnoreCase)) lane = lane[..^4].TrimEnd('/');
        return lane.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? lane.ToLowerInvariant() : lane;
    }

    /// <summary>The lane of a run: of the address under which its repository became known, so that its history goes on wherever the repository moves.</summary>
    public static string LaneOf(RunTrigger trigger) => LaneOf(trigger.KnownAs ?? trigger.Target);

    /// <summary>Lets one admission at a time count: on PostgreSQL, where two could see the same place; on SQLite writers queue anyway.</summary>
    public static Task LockAsync(OrchestratorDbContext db, CancellationToken cancellationToken) =>
        db.Database.ProviderName is { } provider && provider.Contains("Npgsql", StringComparison.Ordinal)
            ? db.OnceAsync("places", () => db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({PlacesLock})", cancellationToken))
            : Task.CompletedTask;

    /// <summary>Gives a new run its turn. Returns how many others are live: it never overtakes on arrival, whoever waits has been told already.</summary>
    public static async Task<int> EnterAsync(OrchestratorDbContext db, RunSaga run)
    {
        // Under the lock, nobody else enters: what the table says of a lane holds until the commit, and those that came with this run stand beside it.
        var line = await db.OnceAsync("line " + run.Lane, () => Look.For(db)(db, run.CorrelationId, run.Lane)) ?? new Line(0, null, null, null);
        var beside = db.ChangeTracker.Entries<RunSaga>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity).Where(other => other != run && other.EndedAt is null).ToList();
        var served = Most(line.Served, beside.Where(other => other.StartedAt is not null).Max(other => (long?)other.Turn));
        var next = line.Next ?? beside.Where(other => other.StartedAt is null).Min(other => (long?)other.Turn);
        var lane = Most(line.Lane, beside.Where(other => other.Lane == run.Lane).Max(other => (long?)other.Turn));
        run.Turn = Math.Max(served ?? next - 1 ?? 0, lane ?? 0) + 1;
        return line.Count + beside.Count;

        static long? Most(long? one, long? other) => one is { } a && other is { } b ? Math.Max(a, b) : one ?? other;
    }

    /// <summary>How many are running or stand before a queued run.</summary>
    public static Task<int> CountBeforeAsync(OrchestratorDbContext db, RunSaga run) => Before.For(db)(db, run.CorrelationId, run.Turn, run.CreatedAt, run.RunId);

    /// <summary>The waiting runs in the order in which they get places.</summary>
    public static IQueryable<RunSaga> Waiting(OrchestratorDbContext db) =>
        db.Runs.Where(run => run.Status == "Queued" && run.StartedAt == null && run.EndedAt == null).OrderBy(run => run.Turn).ThenBy(run => run.CreatedAt).ThenBy(run => run.RunId);

    /// <summary>The runs that have a place, the longest first.</summary>
    public static IQueryable<RunSaga> Placed(OrchestratorDbContext db) =>
        db.Runs.Where(run => new[] { "Queued", "Running", "Cancelling" }.Contains(run.Status) && run.StartedAt != null && run.EndedAt == null).OrderBy(run => run.StartedAt).ThenBy(run => run.RunId);

    /// <summary>Where each waiting run stands, by run id.</summary>
    public static async Task<IReadOnlyDictionary<string, QueuePlace>> PlacesAsync(OrchestratorDbContext db, CancellationToken cancellationToken)
    {
        var running = await Placed(db).Select(run => run.RunId).ToListAsync(cancellationToken);
        var waiting = await Waiting(db).Select(run => run.RunId).ToListAsync(cancellationToken);
        var places = new Dictionary<string, QueuePlace>(waiting.Count, StringComparer.Ordinal);
        for (var i = 0; i < waiting.Count; i++) places[waiting[i]] = new QueuePlace(i + 1, i > 0 ? waiting[i - 1] : running.FirstOrDefault(), running.Count);
        return places;
    }
}
