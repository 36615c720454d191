using System.Data.Common;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Testing;

/// <summary>Compares a service's EF model with the schema that the database scripts made.</summary>
public static class ModelAndSchema
{
    /// <summary>
    /// What does not fit, one sentence each: a mapped table or column that is not there, a column of another type or another nullability, and
    /// a column of a mapped table that nothing maps.
    /// </summary>
    public static Task<List<string>> CompareAsync<TContext>(Database<TContext> database, CancellationToken cancellationToken) where TContext : ServiceDbContext =>
        database.ReadAsync(async (db, token) =>
        {
            var problems = new List<string>();
            foreach (var entity in db.Model.GetEntityTypes())
            {
                var table = entity.GetTableName()!;
                var real = await ColumnsAsync(db.Database.GetDbConnection(), database.Provider, table, token);
                if (real.Count == 0) problems.Add($"there is no table {table}");
                foreach (var property in entity.GetProperties())
                {
                    var column = property.GetColumnName();
                    if (!real.Remove(column, out var found))
                    {
                        problems.Add($"{table} has no column {column}");
                        continue;
                    }
                    var wanted = Kind(property.GetColumnType());
                    if (Kind(found.Type) != wanted) problems.Add($"{table}.{column} is {found.Type}, the model says {property.GetColumnType()}");
                    if (found.Nullable != property.IsNullable) problems.Add($"{table}.{column} {(found.Nullable ? "may" : "must not")} be null, the model says otherwise");
                }
                problems.AddRange(real.Keys.Select(column => $"{table}.{column} is not in the model"));
            }
            return problems;
        }, cancellationToken);

    private static async Task<Dictionary<string, (string Type, bool Nullable)>> ColumnsAsync(DbConnection connection, DatabaseProvider provider, string table, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = provider == DatabaseProvider.Sqlite
            ? "SELECT name, type, \"notnull\" = 0 AND pk = 0 FROM pragma_table_info(@table)"
            : "SELECT column_name, data_type, CASE WHEN is_nullable = 'YES' THEN 1 ELSE 0 END FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = @table";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "table";
        parameter.Value = table;
        command.Parameters.Add(parameter);
        var columns = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            columns[reader.GetString(0)] = (reader.GetString(1), Convert.ToInt64(reader.GetValue(2), System.Globalization.CultureInfo.InvariantCulture) == 1);
        return columns;
    }

    /// <summary>Types that a column may have for the same property.</summary>
    private static string Kind(string type) => type.ToLowerInvariant() switch
    {
        "integer" or "int" or "smallint" or "bigint" => "number",
        "boolean" => "boolean",
        "timestamp with time zone" or "timestamptz" => "time",
        "bytea" or "blob" => "bytes",
        var other => other,
    };
}
