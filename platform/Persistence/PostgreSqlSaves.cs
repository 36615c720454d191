using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql;

namespace Charterhouse.Platform.Persistence;

/// <summary>
/// Saves what EF has tracked, and what was appended beside it, in one round trip: a batch of one statement for each changed row and one for all
/// new rows of a table, whose texts recur and so are prepared. EF's own batches make their text anew each time, by far the largest part of a
/// small write (docs/adr/0013). The models have no relationships, so the order of the rows does not matter.
/// </summary>
internal sealed class PostgreSqlSaves(DatabaseDependencies dependencies, RelationalDatabaseDependencies relational) : RelationalDatabase(dependencies, relational)
{
    /// <summary>Adds rows that are not tracked.</summary>
    public static Task AppendAsync(ServiceDbContext context, IReadOnlyList<object> rows, CancellationToken cancellationToken) =>
        SaveAsync((NpgsqlConnection)context.Database.GetDbConnection(), context, [], rows, cancellationToken);

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        var context = (ServiceDbContext)entries[0].Context;
        var appended = context.Unit?.TakeAppended() ?? [];
        await SaveAsync((NpgsqlConnection)RelationalDependencies.Connection.DbConnection, context, entries, appended, cancellationToken);
        return entries.Count;
    }

    private static async Task SaveAsync(NpgsqlConnection connection, ServiceDbContext context, IList<IUpdateEntry> entries, IReadOnlyList<object> appended, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection); // in the connection's transaction
        await using var maker = connection.CreateCommand();
        var added = new Dictionary<IEntityType, List<object>>();
        var changed = new List<IUpdateEntry>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.EntityState == EntityState.Added)
            {
                RowsOf(entry.EntityType).Add(entry);
                continue;
            }
            changed.Add(entry);
            var command = new NpgsqlBatchCommand();
            command.CommandText = RowStatements.Of(entry.EntityType).Save(command.Parameters, maker, entry);
            batch.BatchCommands.Add(command);
        }
        foreach (var row in appended) RowsOf(context.Model.FindEntityType(row.GetType())!).Add(row);
        foreach (var (type, rows) in added)
        {
            var command = new NpgsqlBatchCommand();
            command.CommandText = RowStatements.Of(type).InsertAll(command.Parameters, rows);
            batch.BatchCommands.Add(command);
        }
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException problem)
        {
            throw new DbUpdateException($"a row could not be saved: {problem.MessageText}", problem); // as from EF's own batches
        }
        for (var i = 0; i < changed.Count; i++)
        {
            if (batch.BatchCommands[i].RecordsAffected != 1)
                throw new DbUpdateConcurrencyException($"a row of {changed[i].EntityType.GetTableName()} is not what it was when it was read", [changed[i]]);
        }

        List<object> RowsOf(IEntityType type)
        {
            if (!added.TryGetValue(type, out var rows)) added.Add(type, rows = []);
            return rows;
        }
    }
}
