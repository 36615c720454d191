using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>The statements that save rows of one mapped type; made once per model.</summary>
internal sealed class RowStatements
{
    private const string Annotation = "Charterhouse:RowStatements";

    private sealed record Column(IProperty Property, string Name, string Parameter, RelationalTypeMapping Mapping, bool Nullable);

    private readonly string table;
    private readonly Column[] columns;
    private readonly Column[] key;
    private readonly Column[] tokens;
    private readonly string insert;

    private RowStatements(IEntityType type)
    {
        table = type.GetTableName()!;
        columns = [.. type.GetProperties().Select(Describe)];
        key = [.. type.FindPrimaryKey()!.Properties.Select(Describe)];
        tokens = [.. type.GetProperties().Where(property => property.IsConcurrencyToken).Select(Describe)];
        insert = $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) VALUES ({string.Join(", ", columns.Select(column => "@" + column.Parameter))})";

        static Column Describe(IProperty property) =>
            new(property, property.GetColumnName(), property.GetColumnName(), property.GetRelationalTypeMapping(), property.IsNullable);
    }

    /// <summary>The statements of a type.</summary>
    public static RowStatements Of(IEntityType type) => type.GetOrAddRuntimeAnnotationValue(Annotation, static type => new RowStatements(type!), type);

    /// <summary>Makes the command save the entry: its text and its parameters.</summary>
    public void Prepare(DbCommand command, IUpdateEntry entry)
    {
        switch (entry.EntityState)
        {
            case EntityState.Added:
                command.CommandText = insert;
                foreach (var column in columns) Add(command, column, column.Parameter, entry.GetCurrentValue(column.Property));
                break;
            case EntityState.Modified:
                // one text per set of changed columns: an event changes the same ones every time
                var changed = Array.FindAll(columns, column => entry.IsModified(column.Property));
                command.CommandText = $"UPDATE {table} SET {string.Join(", ", changed.Select(column => $"{column.Name} = @{column.Parameter}"))}{Where()}";
                foreach (var column in changed) Add(command, column, column.Parameter, entry.GetCurrentValue(column.Property));
                AddWhere(command, entry);
                break;
            case EntityState.Deleted:
                command.CommandText = $"DELETE FROM {table}{Where()}";
                AddWhere(command, entry);
                break;
            default:
                throw new InvalidOperationException($"a row that is {entry.EntityState} is not saved");
        }
    }

    private string Where() => " WHERE " + string.Join(" AND ", key.Concat(tokens).Select(column => $"{column.Name} = @old_{column.Parameter}"));

    private void AddWhere(DbCommand command, IUpdateEntry entry)
    {
        foreach (var column in key) Add(command, column, "old_" + column.Parameter, entry.GetCurrentValue(column.Property));
        foreach (var column in tokens) Add(command, column, "old_" + column.Parameter, entry.GetOriginalValue(column.Property));
    }

    private static void Add(DbCommand command, Column column, string name, object? value) =>
        command.Parameters.Add(column.Mapping.CreateParameter(command, name, value, column.Nullable));
}
