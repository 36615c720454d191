using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Charterhouse.Platform.Persistence;

/// <summary>The database cannot be worked with. The message is one sentence for a person.</summary>
public sealed class StorageException(string code, string message, Exception? inner) : Exception(message, inner)
{
    // idle_in_transaction_session_timeout (PostgreSQL, appendix A): nothing was committed
    private const string StoodStill = "25P03";

    /// <summary>Stable, lower snake case: <c>disk_full</c>, <c>read_only</c>, <c>corrupt</c>, <c>cannot_open</c>, <c>database_locked</c>, <c>io_error</c>, <c>database_unreachable</c>, <c>not_allowed</c>.</summary>
    public string Code { get; } = code;

    /// <summary>It is not the data that is wrong: the same work may succeed when somebody has mended the storage.</summary>
    internal bool MayPass => Code is "database_unreachable" or "disk_full" or "read_only" or "database_locked" or "not_allowed";

    /// <summary>The typed form of a provider's error, or null when it is none of the storage's (a constraint, a bug).</summary>
    internal static StorageException? From(Exception problem, string location)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case StorageException known:
                    return known;
                case SqliteException sqlite when Describe(sqlite, location) is { } found:
                    return new StorageException(found.Code, found.Message, problem);
                case PostgresException { SqlState: PostgresErrorCodes.DiskFull }:
                    return new StorageException("disk_full", "The database server's disk is full.", problem);
                case PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction }:
                    return new StorageException("read_only", "The database server accepts no writes (it is read-only or a standby).", problem);
                case PostgresException postgres when postgres.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName:
                    return new StorageException("cannot_open", $"The database server refuses the connection: {postgres.MessageText}.", problem);
                case PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused:
                    return new StorageException("not_allowed", $"The database user may not do this: {refused.MessageText}. Make it a member of its service's role and run, as the owner: charter db upgrade", problem);
                case PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections } away:
                    return new StorageException("database_unreachable", $"The database server cannot be reached: {away.MessageText}.", problem);
                case PostgresException { SqlState: StoodStill }:
                    return new StorageException("database_unreachable", "The database server ended a transaction in which this process had stood still.", problem);
                case PostgresException:
                    return null;
                case NpgsqlException npgsql:
                    return new StorageException("database_unreachable", $"The database server cannot be reached: {npgsql.Message}.", problem);
            }
        }
        return null;
    }

    private static (string Code, string Message)? Describe(SqliteException problem, string file) => problem.SqliteErrorCode switch
    {
        5 or 6 => ("database_locked", $"The database {file} is locked by another process."),
        8 => ("read_only", $"The database {file} cannot be written: the file or its folder is read-only."),
        10 => ("io_error", $"Reading or writing the database {file} failed: {problem.Message}."),
        11 or 26 => ("corrupt", $"The database {file} is damaged or is no SQLite database; restore it from a backup."),
        13 => ("disk_full", $"The disk that holds the database {file} is full."),
        14 => ("cannot_open", $"The database {file} cannot be opened; check that its folder exists and may be written."),
        _ => null,
    };

    /// <summary>The storage is out of reach, however the error is wrapped: the work may succeed when somebody has mended it.</summary>
    internal static bool IsOutage(Exception problem) => From(problem, location: "") is { MayPass: true };

    /// <summary>PostgreSQL: running the transaction again, from its start, may succeed.</summary>
    internal static bool IsTransient(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException postgres)
                return postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or StoodStill || postgres.IsTransient;
            if (cause is NpgsqlException { IsTransient: true }) return true;
        }
        return false;
    }

    /// <summary>A row with this key is there already.</summary>
    public static bool IsDuplicateKey(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { SqlState: PostgresErrorCodes.UniqueViolation }) return true;
            if (cause is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 }) return true; // PRIMARYKEY, UNIQUE
        }
        return false;
    }
}
