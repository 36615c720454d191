using Npgsql;

namespace Charterhouse.Platform.Persistence;

/// <summary>Which database a process works on. Follows from what is configured; see the profiles in ARCHITECTURE.md.</summary>
public sealed record DatabaseSettings
{
    public required DatabaseProvider Provider { get; init; }

    /// <summary>SQLite: the file's path. PostgreSQL: an Npgsql connection string (key=value).</summary>
    public required string Location { get; init; }

    /// <summary>PostgreSQL: the most connections of this process. SQLite: unused (one writer, pooled readers).</summary>
    public int PoolSize { get; init; } = 32;

    /// <summary>PostgreSQL: connections that are kept open while there is nothing to do.</summary>
    public int LeastPoolSize { get; init; }

    /// <summary>
    /// Starting waits until the database is there and has this program's schema, instead of failing: services of a distributed house come up in
    /// any order.
    /// </summary>
    public bool Patient { get; init; }

    /// <summary>
    /// True when no other process works on this database (the embedded host, which holds its data folder's lock): at start every claim that a dead
    /// process left behind may be taken over at once.
    /// </summary>
    public bool Exclusive { get; init; }

    /// <summary>An embedded database in a file.</summary>
    public static DatabaseSettings ForSqlite(string path) => new() { Provider = DatabaseProvider.Sqlite, Location = path };

    /// <summary>
    /// A PostgreSQL database. Its server ends a transaction in which a process stands still for 15 s (halted, swapped out, cut off without a word) and gives its locks back;
    /// otherwise they would be held for as long as the connection seems to live. Half a lease, so that whoever takes over finds the rows free. Options in the connection string win.
    /// </summary>
    public static DatabaseSettings ForPostgreSql(string connectionString)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString);
        text.Options = $"-c idle_in_transaction_session_timeout=15s {text.Options}".TrimEnd();
        return new DatabaseSettings { Provider = DatabaseProvider.PostgreSql, Location = text.ConnectionString };
    }
}
