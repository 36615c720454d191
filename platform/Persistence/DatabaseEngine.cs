using System.Data.Common;

namespace Charterhouse.Platform.Persistence;

/// <summary>One database of this process: where connections come from and how a write becomes a transaction.</summary>
internal abstract class DatabaseEngine : IAsyncDisposable
{
    private sealed class WriteMark
    {
        public bool Active { get; set; } = true;
    }

    // A mark, not a flag: what a write starts and leaves running inherits the value, but not for longer than the write lasts.
    private static readonly AsyncLocal<WriteMark?> Writing = new();

    public abstract DatabaseProvider Provider { get; }

    /// <summary>For messages to people; never holds a password.</summary>
    public abstract string Location { get; }

    /// <summary>An open connection for reading; the caller disposes it.</summary>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>One transaction. May run <paramref name="work"/> again unless <paramref name="once"/>.</summary>
    protected abstract Task<T> TransactAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, bool once, CancellationToken cancellationToken);

    /// <inheritdoc cref="TransactAsync{T}"/>
    /// <exception cref="InvalidOperationException">Called inside another write.</exception>
    /// <exception cref="StorageException">The storage is full, read-only, damaged or out of reach.</exception>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, bool once, CancellationToken cancellationToken)
    {
        if (Writing.Value is { Active: true })
            throw new InvalidOperationException("A write was started inside another write: on SQLite it would wait for itself. Do the inner write before the outer one, or put both into one.");
        var mark = new WriteMark();
        Writing.Value = mark;
        try
        {
            return await TransactAsync(work, once, cancellationToken);
        }
        catch (Exception problem) when (problem is not StorageException and not OperationCanceledException && StorageException.From(problem, Location) is not null)
        {
            throw StorageException.From(problem, Location)!;
        }
        finally
        {
            mark.Active = false;
        }
    }

    /// <summary>A transaction whose reads all see the database as it is at the first of them.</summary>
    protected abstract ValueTask<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A query on a connection of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            return await work(connection, cancellationToken);
        }
        catch (Exception problem) when (problem is not StorageException and not OperationCanceledException && StorageException.From(problem, Location) is not null)
        {
            throw StorageException.From(problem, Location)!;
        }
    }

    /// <summary>Queries that all see the database as it is at the first of them.</summary>
    public Task<T> SnapshotAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        ReadAsync(async (connection, token) =>
        {
            await using var transaction = await BeginSnapshotAsync(connection, token);
            return await work(connection, transaction, token);
        }, cancellationToken);

    public abstract ValueTask DisposeAsync();
}
