using System.Data.Common;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence.Sqlite;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Charterhouse.Platform.Persistence;

/// <summary>
/// The only way to a service's tables. A write is one transaction with the messages it sends; on SQLite writers queue at one gate
/// (never call a write from inside another), on PostgreSQL serialization failures and deadlocks are tried again.
/// </summary>
/// <remarks>
/// On SQLite several writes that wait at the same time may share one commit; each fails or succeeds alone, and none returns before the
/// commit is on the disk. Keep what runs inside a write short: no HTTP, no processes.
/// </remarks>
public sealed class Database<TContext> where TContext : ServiceDbContext
{
    private readonly DatabaseEngine engine;
    private readonly DatabaseClock clock;
    private readonly MessageTypes types;
    private readonly OutboxQueue<TContext> outbox;
    private readonly PooledDbContextFactory<TContext> contexts;

    internal Database(DatabaseEngine engine, DatabaseClock clock, MessageTypes types, OutboxQueue<TContext> outbox, string service)
    {
        this.engine = engine;
        this.clock = clock;
        this.types = types;
        this.outbox = outbox;
        Service = service;
        contexts = new PooledDbContextFactory<TContext>(Options(engine.Provider), poolSize: 64);
        // Building a model takes longer than anything else at start: it begins here, beside the schema's check and the bus. What is wrong
        // with it shows at the first use.
        _ = Task.Run(() =>
        {
            using var context = contexts.CreateDbContext();
            return context.Model;
        });
    }

    public DatabaseProvider Provider => engine.Provider;

    /// <summary>The service whose rows these are.</summary>
    public string Service { get; }

    /// <summary>The time that delays and leases are written with.</summary>
    public DatabaseClock Clock => clock;

    /// <summary>Runs <paramref name="work"/> in a transaction, saves and commits, then hands sent messages to the dispatcher. May run it again on a transient failure.</summary>
    /// <exception cref="InvalidOperationException">Called inside another write.</exception>
    /// <exception cref="StorageException">The storage is full, read-only, damaged or out of reach.</exception>
    public Task<T> WriteAsync<T>(Func<TContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(work, once: false, failpoint: null, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{TContext, CancellationToken, Task{T}}, CancellationToken)"/>
    public Task WriteAsync(Func<TContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(async (context, token) =>
        {
            await work(context, token);
            return true;
        }, cancellationToken);

    /// <summary>Runs a query without tracking. What needs several queries of the same moment takes <see cref="SnapshotAsync{T}"/>.</summary>
    /// <exception cref="StorageException">The storage is damaged or out of reach.</exception>
    public Task<T> ReadAsync<T>(Func<TContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        engine.ReadAsync((connection, token) => QueryAsync(connection, transaction: null, work, token), cancellationToken);

    /// <summary>Runs queries that all see the database as it is at the first of them, without tracking.</summary>
    /// <exception cref="StorageException">The storage is damaged or out of reach.</exception>
    public Task<T> SnapshotAsync<T>(Func<TContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        engine.SnapshotAsync((connection, transaction, token) => QueryAsync(connection, transaction, work, token), cancellationToken);

    /// <summary>A write that never runs twice: for the saga repository, whose retries need a new consume context each.</summary>
    internal async Task<T> WriteAsync<T>(Func<TContext, CancellationToken, Task<T>> work, bool once, string? failpoint, CancellationToken cancellationToken)
    {
        List<OutgoingMessage> sent = [];
        var trace = Tracing.Current; // here: a write may run in another's flow
        List<Action> afterwards = [];
        T result;
        try
        {
            result = await engine.WriteAsync(async (connection, transaction, token) =>
            {
                outbox.Release(sent);
                var unit = new WriteUnit(clock, types, trace);
                (sent, afterwards) = (unit.Messages, unit.Afterwards);
                await using var context = Lease(connection, transaction);
                context.Unit = unit;
                try
                {
                    var value = await work(context, token);
                    if (!unit.Detected) context.ChangeTracker.DetectChanges();
                    // most writes of steps track nothing; what is saved is not tracked any further, because the context ends with the write
                    if (context.ChangeTracker.HasChanges()) await context.SaveChangesAsync(acceptAllChangesOnSuccess: false, token);
                    if (unit.TakeAppended() is { Count: > 0 } appended) // on PostgreSQL they went with the tracked rows, if there were any
                        await (Provider == DatabaseProvider.Sqlite ? SqliteSaves.AppendAsync(context, appended, token) : PostgreSqlSaves.AppendAsync(context, appended, token));
                    // before the commit, so that the sweeper never sees a committed row that is about to be sent from here
                    outbox.Reserve(sent);
                    return value;
                }
                finally
                {
                    context.Unit = null;
                }
            }, once, cancellationToken);
        }
        catch
        {
            outbox.Release(sent);
            throw;
        }
        if (sent.Count > 0) Failpoints.Hit(Failpoints.OutboxAfterCommit);
        if (failpoint is not null) Failpoints.Hit(failpoint);
        outbox.Enqueue(sent);
        foreach (var action in afterwards) action();
        return result;
    }

    private async Task<T> QueryAsync<T>(DbConnection connection, DbTransaction? transaction, Func<TContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var context = Lease(connection, transaction);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await work(context, cancellationToken);
    }

    private TContext Lease(DbConnection connection, DbTransaction? transaction)
    {
        var context = contexts.CreateDbContext();
        context.Database.SetDbConnection(connection, contextOwnsConnection: false);
        if (transaction is not null)
        {
            context.Database.UseTransaction(transaction);
            // one save per transaction: a savepoint would be two round trips for nothing
            context.Database.AutoSavepointsEnabled = false;
            // once per write, at its end: EF would compare every row at every look at the tracked ones
            context.ChangeTracker.AutoDetectChangesEnabled = false;
        }
        return context;
    }

    private static DbContextOptions<TContext> Options(DatabaseProvider provider)
    {
        var builder = new DbContextOptionsBuilder<TContext>();
        builder.EnableThreadSafetyChecks(enableChecks: false);
        if (provider == DatabaseProvider.Sqlite) builder.UseSqlite().ReplaceService<IDatabase, SqliteSaves>();
        else builder.UseNpgsql().ReplaceService<IDatabase, PostgreSqlSaves>();
        return builder.Options;
    }
}
