using System.Data.Common;
using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>
/// The one writing connection of a database file. Writes pass a gate one by one; while others wait behind it, a write hands its open
/// transaction on to the next instead of committing, and the last one commits for all of them (group commit: one fsync for the group).
/// Each write is a savepoint, so that a failed one takes back only its own. Nobody returns before the group's commit is on the disk.
/// </summary>
internal sealed class SqliteWriter(string connectionString) : IAsyncDisposable
{
    private const int MaxGroup = 64;

    private sealed class Group(SqliteTransaction transaction)
    {
        public SqliteTransaction Transaction { get; } = transaction;
        public int Members { get; set; }
        public TaskCompletionSource Committed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private readonly SemaphoreSlim gate = new(1, 1);
    private CachingConnection? connection;
    private Group? current;
    private int waiting;
    private long commits;
    private long writes;

    public long Commits => Volatile.Read(ref commits);

    public long Writes => Volatile.Read(ref writes);

    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref waiting);
        // Not cancellable: whoever has been counted as waiting may be the one who has to commit the group before it.
        await gate.WaitAsync(CancellationToken.None);
        Interlocked.Decrement(ref waiting);

        var result = default(T)!;
        Group? group = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            group = current ??= new Group((await OpenAsync()).BeginTransaction(deferred: false));
            Execute("SAVEPOINT write");
            result = await work(connection!, group.Transaction, cancellationToken);
            Execute("RELEASE write");
            group.Members++;
            writes++;
        }
        catch (Exception problem)
        {
            failure = ExceptionDispatchInfo.Capture(problem);
            if (group is not null && !TryTakeBack()) Abandon(problem);
        }
        finally
        {
            if (current is not null && (Volatile.Read(ref waiting) == 0 || current.Members >= MaxGroup)) Commit();
            gate.Release();
        }
        failure?.Throw();
        await group!.Committed.Task;
        return result;
    }

    private async Task<CachingConnection> OpenAsync()
    {
        if (connection is not null) return connection;
        var opened = new CachingConnection(connectionString);
        try
        {
            await opened.OpenAsync(CancellationToken.None);
            connection = opened;
            // 16 MB of pages at hand, and as much of the log before it goes into the file: hot pages are then copied once and not every few runs
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;");
            return opened;
        }
        catch
        {
            connection = null;
            await opened.DisposeAsync();
            throw;
        }
    }

    private bool TryTakeBack()
    {
        try
        {
            Execute("ROLLBACK TO write; RELEASE write");
            return true;
        }
        catch (SqliteException)
        {
            return false; // SQLite rolled the whole transaction back by itself (disk full, I/O error)
        }
    }

    private void Commit()
    {
        var group = current!;
        current = null;
        try
        {
            group.Transaction.Commit();
            Interlocked.Increment(ref commits);
            group.Committed.SetResult();
        }
        catch (Exception problem)
        {
            current = group;
            Abandon(problem);
        }
        finally
        {
            group.Transaction.Dispose();
        }
    }

    /// <summary>Nothing of the group is kept; the connection is made anew, because its state is in doubt.</summary>
    private void Abandon(Exception problem)
    {
        var group = current!;
        current = null;
        group.Committed.SetException(problem);
        _ = group.Committed.Task.Exception; // observed, also when the group had no finished member
        try
        {
            group.Transaction.Dispose();
            connection?.End();
        }
        catch (SqliteException)
        {
            // it was broken already
        }
        connection = null;
    }

    private void Execute(string sql)
    {
        using var command = ((DbConnection)connection!).CreateCommand();
        command.CommandText = sql;
        command.Transaction = current?.Transaction;
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (current is not null) Commit();
            connection?.End();
            connection = null;
        }
        finally
        {
            gate.Release();
        }
    }
}
