using Charterhouse.Platform.Persistence;

namespace Charterhouse.Bench.Runs;

/// <summary>What a database holds: the file's pages in use after the log went into it, and the rows of every table.</summary>
internal sealed record StoredSize(long Bytes, IReadOnlyDictionary<string, long> Rows)
{
    /// <summary>Measures it.</summary>
    public static Task<StoredSize> OfAsync(DatabaseEngine engine, CancellationToken cancellationToken) =>
        engine.ReadAsync(async (connection, token) =>
        {
            async Task<long> NumberAsync(string sql)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = sql;
                return Convert.ToInt64(await command.ExecuteScalarAsync(token), System.Globalization.CultureInfo.InvariantCulture);
            }

            await NumberAsync("PRAGMA wal_checkpoint(TRUNCATE)");
            var tables = new List<string>();
            await using (var names = connection.CreateCommand())
            {
                names.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
                await using var reader = await names.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token)) tables.Add(reader.GetString(0));
            }
            var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var table in tables) rows[table] = await NumberAsync($"SELECT count(*) FROM {table}");
            var pages = await NumberAsync("PRAGMA page_count") - await NumberAsync("PRAGMA freelist_count");
            return new StoredSize(pages * await NumberAsync("PRAGMA page_size"), rows);
        }, cancellationToken);

    /// <summary>Rows added since, per run, of the tables that grew.</summary>
    public IReadOnlyDictionary<string, double> RowsPerRun(StoredSize before, int runs) =>
        Rows.Where(table => table.Value > before.Rows.GetValueOrDefault(table.Key))
            .ToDictionary(table => table.Key, table => Math.Round((table.Value - before.Rows.GetValueOrDefault(table.Key)) / (double)runs, 2), StringComparer.Ordinal);
}
