using System.Data.Common;
using System.Globalization;
using Charterhouse.Database;
using Charterhouse.Platform.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace Charterhouse.Platform.Persistence;

/// <summary>What a look at a database finds; nothing is created or changed, and another process may be writing meanwhile.</summary>
/// <param name="Version">The schema's version.</param>
/// <param name="ProgramVersion">The version that this program brings.</param>
/// <param name="QuickCheck"><c>ok</c>, or the first damage.</param>
/// <param name="Problem">What is wrong with the schema, or null.</param>
/// <param name="Skew">How far the server's clock is ahead of this machine's; null where both are one.</param>
public sealed record DatabaseExamination(int Version, int ProgramVersion, string QuickCheck, string? Problem = null, TimeSpan? Skew = null)
{
    /// <summary>Looks at a PostgreSQL database.</summary>
    /// <exception cref="StorageException">It cannot be reached.</exception>
    public static async Task<DatabaseExamination> OfPostgreSqlAsync(DatabaseSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var engine = new PostgreSqlEngine(settings, time);
        return await engine.ReadAsync(async (connection, token) =>
        {
            var runner = new SchemaRunner(SqlDialect.PostgreSql, time);
            var clock = new DatabaseClock(time, DatabaseProvider.PostgreSql);
            await clock.SynchronizeAsync(connection, token);
            string? problem = null;
            try
            {
                await runner.CheckAsync(connection, token);
            }
            catch (SchemaException wrong)
            {
                problem = wrong.Message;
            }
            return new DatabaseExamination(await runner.VersionAsync(connection, token), runner.ProgramVersion, "ok", problem, clock.Offset);
        }, cancellationToken);
    }

    /// <summary>Looks at an SQLite file.</summary>
    /// <exception cref="StorageException">It is not there, cannot be opened or is damaged beyond reading.</exception>
    public static async Task<DatabaseExamination> OfSqliteAsync(string file, CancellationToken cancellationToken)
    {
        SqliteLoader.EnsureLoaded();
        var path = Path.GetFullPath(file);
        try
        {
            try
            {
                return await ExamineAsync(path, cancellationToken);
            }
            catch (SqliteException problem) when (problem.SqliteErrorCode is 8 or 14 && File.Exists(path) && !File.Exists(path + "-wal"))
            {
                // Reading a write-ahead log needs its index beside the file, and SQLite may not create one in this folder. Without a log nobody
                // has the database open, and the file alone is everything.
                return await ExamineAsync($"file:{Escape(path)}?immutable=1", cancellationToken);
            }
        }
        catch (DbException problem) when (StorageException.From(problem, path) is not null)
        {
            throw StorageException.From(problem, path)!;
        }
    }

    private static async Task<DatabaseExamination> ExamineAsync(string source, CancellationToken cancellationToken)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 };
        await using var connection = new SqliteConnection(text.ToString());
        await connection.OpenAsync(cancellationToken);
        var runner = new SchemaRunner(SqlDialect.Sqlite, TimeProvider.System);
        await using var check = connection.Command("PRAGMA quick_check(1)");
        var answer = Convert.ToString(await check.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) ?? "";
        return new DatabaseExamination(await runner.VersionAsync(connection, cancellationToken), runner.ProgramVersion, answer);
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
