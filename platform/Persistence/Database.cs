namespace Charterhouse.Platform.Persistence;

/// <summary>
/// The only way to a service's tables. A write is one transaction with the messages it sends; on SQLite writers queue at one gate
/// (never call a write from inside another), on PostgreSQL serialization failures and deadlocks are tried again.
/// </summary>
public sealed class Database<TContext> where TContext : ServiceDbContext
{
    public DatabaseProvider Provider => throw new NotSupportedException();

    /// <summary>Runs <paramref name="work"/> in a transaction, saves and commits, then hands sent messages to the dispatcher. May run it again on a transient failure.</summary>
    public Task<T> WriteAsync<T>(Func<TContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<TContext, CancellationToken, Task> work, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Runs a query without tracking.</summary>
    public Task<T> ReadAsync<T>(Func<TContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>Which database holds the tables.</summary>
public enum DatabaseProvider { Sqlite, PostgreSql }
