using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>SQLite: write-ahead log, synchronous=FULL, one writing connection behind a gate (see <see cref="SqliteWriter"/>), pooled readers.</summary>
internal sealed class SqliteEngine : DatabaseEngine
{
    private readonly string readerText;
    private readonly SqliteWriter writer;

    public SqliteEngine(DatabaseSettings settings)
    {
        SqliteLoader.EnsureLoaded();
        Location = Path.GetFullPath(settings.Location);
        var text = new SqliteConnectionStringBuilder { DataSource = Location, Mode = SqliteOpenMode.ReadWriteCreate, ForeignKeys = true, DefaultTimeout = 30 };
        readerText = text.ToString();
        text.Pooling = false;
        writer = new SqliteWriter(text.ToString());
    }

    public override DatabaseProvider Provider => DatabaseProvider.Sqlite;

    public override string Location { get; }

    /// <summary>Transactions that reached the disk, for measurements: fewer than writes when several shared one.</summary>
    public long Commits => writer.Commits;

    /// <summary>Writes that succeeded, for measurements.</summary>
    public long Writes => writer.Writes;

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(readerText);
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

    public override async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        using var pool = new SqliteConnection(readerText);
        SqliteConnection.ClearPool(pool);
    }
}
