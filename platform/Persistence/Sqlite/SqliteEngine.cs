using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>SQLite: write-ahead log, synchronous=FULL, one writing connection behind a gate (see <see cref="SqliteWriter"/>), and readers that are kept open.</summary>
internal sealed class SqliteEngine : DatabaseEngine
{
    private const int IdleReaders = 16;
    private readonly string connectionText;
    private readonly ConcurrentBag<CachingConnection> readers = [];
    private volatile bool ended;
    private readonly SqliteWriter writer;

    public SqliteEngine(DatabaseSettings settings)
    {
        SqliteLoader.EnsureLoaded();
        Location = Path.GetFullPath(settings.Location);
        var text = new SqliteConnectionStringBuilder { DataSource = Location, Mode = SqliteOpenMode.ReadWriteCreate, ForeignKeys = true, DefaultTimeout = 30 };
        // not the provider's pool: it would throw the parsed statements away with every return
        text.Pooling = false;
        connectionText = text.ToString();
        writer = new SqliteWriter(connectionText);
    }

    public override DatabaseProvider Provider => DatabaseProvider.Sqlite;

    public override string Location { get; }

    /// <summary>Transactions that reached the disk, for measurements: fewer than writes when several shared one.</summary>
    public long Commits => writer.Commits;

    /// <summary>Writes that succeeded, for measurements.</summary>
    public long Writes => writer.Writes;

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (readers.TryTake(out var idle)) return idle.Again();
        var connection = new CachingConnection(connectionText, GiveBack);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    protected override Task<T> TransactAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, bool once, CancellationToken cancellationToken) =>
        writer.WriteAsync(work, cancellationToken);

    // deferred: it only reads, and must not wait for the writers
    protected override ValueTask<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));

    public override async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        ended = true;
        while (readers.TryTake(out var reader)) reader.End();
    }

    private bool GiveBack(CachingConnection connection)
    {
        if (ended || readers.Count >= IdleReaders) return false;
        readers.Add(connection);
        if (ended && readers.TryTake(out var late)) late.End();
        return true;
    }
}
