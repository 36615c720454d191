using System.Data.Common;
using System.Globalization;

namespace Charterhouse.Database;

/// <summary>A version that was applied or taken back.</summary>
public sealed record SchemaStep(int Version, string Name);

/// <summary>
/// Brings a database to a version of the schema. One runner works at a time: PostgreSQL holds an advisory lock, SQLite writes in
/// <c>BEGIN IMMEDIATE</c>. Each script is one transaction together with its row in <c>schema_versions</c>.
/// </summary>
public sealed class SchemaRunner(SqlDialect dialect, IReadOnlyList<SchemaScript> scripts, TimeProvider time)
{
    // Any constant will do, as long as every version of the program uses the same.
    private const long AdvisoryLock = 0x43_48_41_52_54_45_52;

    /// <summary>A runner for the scripts in this program.</summary>
    public SchemaRunner(SqlDialect dialect, TimeProvider time) : this(dialect, SchemaScript.Load(dialect), time) { }

    /// <summary>The newest version that this program knows.</summary>
    public int ProgramVersion => scripts.Count == 0 ? 0 : scripts[^1].Version;

    /// <summary>The database's version, 0 when it has no schema. Reads only.</summary>
    public async Task<int> VersionAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken);
        return applied.Count == 0 ? 0 : applied.Keys.Max();
    }

    /// <summary>Makes sure that the database has exactly this program's schema. Reads only.</summary>
    /// <exception cref="SchemaException">It has not.</exception>
    public async Task CheckAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken);
        Verify(applied);
        var version = applied.Count == 0 ? 0 : applied.Keys.Max();
        if (version < ProgramVersion) throw new SchemaOutdatedException(version, ProgramVersion);
    }

    /// <summary>Applies what is missing; harmless when nothing is.</summary>
    /// <param name="connection">Open, without a transaction.</param>
    /// <exception cref="SchemaException">The database is newer, or its scripts differ.</exception>
    public Task<IReadOnlyList<SchemaStep>> UpgradeAsync(DbConnection connection, CancellationToken cancellationToken) =>
        LockedAsync(connection, async () =>
        {
            var done = new List<SchemaStep>();
            foreach (var script in scripts)
            {
                var ran = await InTransactionAsync(connection, async () =>
                {
                    await ExecuteAsync(connection, CreateTable, cancellationToken);
                    // read inside the transaction: on SQLite another process may have been first
                    var applied = await AppliedAsync(connection, cancellationToken);
                    Verify(applied);
                    if (applied.ContainsKey(script.Version)) return false;
                    await ExecuteAsync(connection, script.Up, cancellationToken);
                    await ExecuteAsync(connection, "INSERT INTO schema_versions (version, name, checksum, applied_at) VALUES (@version, @name, @checksum, @applied_at)", cancellationToken,
                        ("version", script.Version), ("name", script.Name), ("checksum", script.Checksum), ("applied_at", Now()));
                    return true;
                }, cancellationToken);
                if (ran) done.Add(new SchemaStep(script.Version, script.Name));
            }
            return (IReadOnlyList<SchemaStep>)done;
        }, cancellationToken);

    /// <summary>Takes versions back until <paramref name="version"/> is the newest. Data in what is dropped is gone.</summary>
    /// <exception cref="SchemaException">The database is newer than this program, which then has no script to go back with.</exception>
    public Task<IReadOnlyList<SchemaStep>> RollbackAsync(DbConnection connection, int version, CancellationToken cancellationToken) =>
        LockedAsync(connection, async () =>
        {
            var done = new List<SchemaStep>();
            foreach (var script in scripts.Where(script => script.Version > version).OrderByDescending(script => script.Version))
            {
                var ran = await InTransactionAsync(connection, async () =>
                {
                    var applied = await AppliedAsync(connection, cancellationToken);
                    Verify(applied);
                    if (!applied.ContainsKey(script.Version)) return false;
                    await ExecuteAsync(connection, script.Down, cancellationToken);
                    await ExecuteAsync(connection, "DELETE FROM schema_versions WHERE version = @version", cancellationToken, ("version", script.Version));
                    return true;
                }, cancellationToken);
                if (ran) done.Add(new SchemaStep(script.Version, script.Name));
            }
            return (IReadOnlyList<SchemaStep>)done;
        }, cancellationToken);

    /// <summary>Gives the services' roles their rights, see <see cref="ServiceRoles"/>. On SQLite there are none.</summary>
    /// <param name="connection">Open, without a transaction, and with this program's schema.</param>
    /// <returns>The roles that exist.</returns>
    public async Task<IReadOnlyList<string>> GrantAsync(DbConnection connection, CancellationToken cancellationToken) => dialect == SqlDialect.Sqlite
        ? []
        : await LockedAsync(connection, () => InTransactionAsync(connection, () => ServiceRoles.GrantAsync(connection, cancellationToken), cancellationToken), cancellationToken);

    private void Verify(IReadOnlyDictionary<int, string> applied)
    {
        foreach (var script in scripts)
        {
            if (applied.TryGetValue(script.Version, out var checksum) && checksum != script.Checksum)
                throw new SchemaChecksumException(script.Version, script.Name);
        }
        var newest = applied.Count == 0 ? 0 : applied.Keys.Max();
        if (newest > ProgramVersion) throw new SchemaTooNewException(newest, ProgramVersion);
    }

    private async Task<Dictionary<int, string>> AppliedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<int, string>();
        await using var exists = Command(connection, dialect == SqlDialect.Sqlite
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'"
            // not information_schema, which hides what the user may not read: that is no missing schema
            : "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_versions'");
        if (Convert.ToInt64(await exists.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 0) return applied;
        await using var command = Command(connection, "SELECT version, checksum FROM schema_versions");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) applied[reader.GetInt32(0)] = reader.GetString(1);
        return applied;
    }

    private async Task<T> LockedAsync<T>(DbConnection connection, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (dialect == SqlDialect.Sqlite) return await work();
        await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_lock({AdvisoryLock})"), cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_unlock({AdvisoryLock})"), CancellationToken.None);
        }
    }

    private async Task<T> InTransactionAsync<T>(DbConnection connection, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, dialect == SqlDialect.Sqlite ? "BEGIN IMMEDIATE" : "BEGIN", cancellationToken);
        try
        {
            var result = await work();
            await ExecuteAsync(connection, "COMMIT", cancellationToken);
            return result;
        }
        catch
        {
            if (connection.State == System.Data.ConnectionState.Open) await ExecuteAsync(connection, "ROLLBACK", CancellationToken.None);
            throw;
        }
    }

    private object Now() => dialect == SqlDialect.Sqlite
        ? time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
        : time.GetUtcNow();

    private string CreateTable => dialect == SqlDialect.Sqlite
        ? "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)"
        : "CREATE TABLE IF NOT EXISTS schema_versions (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)";

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = Command(connection, sql);
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
