using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>
/// Saves what EF has tracked, one parsed statement a row. EF's own batches are made to spare round trips, of which SQLite has none, and cost
/// several times what the rows cost (docs/adr/0009). The models here have no relationships, so the order of the rows does not matter.
/// </summary>
internal sealed class SqliteSaves(DatabaseDependencies dependencies, RelationalDatabaseDependencies relational) : RelationalDatabase(dependencies, relational)
{
    /// <summary>Adds rows that are not tracked.</summary>
    public static async Task AppendAsync(ServiceDbContext context, IReadOnlyList<object> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            await using var command = context.Command("");
            command.CommandText = RowStatements.Of(context.Model.FindEntityType(row.GetType())!).Insert(command.Parameters, command, row);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        var connection = RelationalDependencies.Connection.DbConnection;
        var transaction = RelationalDependencies.Connection.CurrentTransaction?.GetDbTransaction();
        foreach (var entry in entries)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = RowStatements.Of(entry.EntityType).Save(command.Parameters, command, entry);
            if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
                throw new DbUpdateConcurrencyException($"a row of {entry.EntityType.GetTableName()} is not what it was when it was read", [entry]);
        }
        return entries.Count;
    }
}
