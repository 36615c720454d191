using System.Data.Common;
using Charterhouse.Platform.Persistence.Sqlite;

namespace Charterhouse.Platform.Persistence;

/// <summary>
/// The time that leases and delays are written with and judged by: on PostgreSQL the server's (several hosts share it), on SQLite this
/// process's. The server's is this process's clock plus an offset measured now and then; statements that judge use the server's clock itself.
/// </summary>
public sealed class DatabaseClock
{
    private readonly TimeProvider time;
    private readonly bool server;
    private long offset;

    internal DatabaseClock(TimeProvider time, DatabaseProvider provider)
    {
        this.time = time;
        server = provider == DatabaseProvider.PostgreSql;
    }

    /// <summary>Now, UTC.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref offset));

    /// <summary>How far the server's clock was ahead of this process's when it was measured.</summary>
    internal TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref offset));

    /// <summary>An expression for now plus some time in a statement, judged by the right clock; adds the parameter that it needs.</summary>
    internal string Later(DbCommand command, string name, TimeSpan time)
    {
        command.Add(name, server ? time : TimeText.Write(UtcNow + time));
        return server ? $"(clock_timestamp() + @{name})" : "@" + name;
    }

    /// <summary>A point in time as a parameter's value.</summary>
    internal object Time(DateTimeOffset value) => server ? value.ToUniversalTime() : TimeText.Write(value);

    /// <summary>Measures the server's clock.</summary>
    internal async Task SynchronizeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (!server) return;
        await using var command = connection.Command("SELECT clock_timestamp()");
        var before = time.GetUtcNow();
        var answer = await command.ExecuteScalarAsync(cancellationToken);
        var after = time.GetUtcNow();
        var there = answer is DateTime stamp ? new DateTimeOffset(DateTime.SpecifyKind(stamp, DateTimeKind.Utc)) : (DateTimeOffset)answer!;
        Volatile.Write(ref offset, (there - before - ((after - before) / 2)).Ticks);
    }
}
