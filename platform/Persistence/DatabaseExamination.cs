using Charterhouse.Database;
using Charterhouse.Platform.Persistence.Sqlite;

namespace Charterhouse.Platform.Persistence;

/// <summary>What a look at a database finds; nothing is changed.</summary>
/// <param name="Version">The schema's version.</param>
/// <param name="ProgramVersion">The version that this program brings.</param>
/// <param name="QuickCheck"><c>ok</c>, or the first damage.</param>
public sealed record DatabaseExamination(int Version, int ProgramVersion, string QuickCheck)
{
    /// <summary>Looks at an SQLite file.</summary>
    /// <exception cref="StorageException">It cannot be opened or is damaged beyond reading.</exception>
    public static async Task<DatabaseExamination> OfSqliteAsync(string file, CancellationToken cancellationToken)
    {
        await using var engine = new SqliteEngine(DatabaseSettings.ForSqlite(file));
        var runner = new SchemaRunner(SqlDialect.Sqlite, TimeProvider.System);
        return await engine.ReadAsync(async (connection, token) =>
        {
            await using var check = connection.Command("PRAGMA quick_check(1)");
            var answer = Convert.ToString(await check.ExecuteScalarAsync(token), System.Globalization.CultureInfo.InvariantCulture) ?? "";
            return new DatabaseExamination(await runner.VersionAsync(connection, token), runner.ProgramVersion, answer);
        }, cancellationToken);
    }
}
