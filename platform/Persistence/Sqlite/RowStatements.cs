using System.Collections.Concurrent;
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

    private sealed record Column(IProperty Property, string Name, IClrPropertyGetter Getter, RelationalTypeMapping Mapping, bool Nullable)
    {
        public string Old { get; } = "old_" + Name;
    }

    private readonly string table;
    private readonly Column[] columns;
    private readonly Column[] key;
    private readonly Column[] tokens;
    private readonly string insert;
    private readonly string where;
    // one text per set of changed columns: an event changes the same ones every time
    private readonly ConcurrentDictionary<ulong, string> updates = new();

    private RowStatements(IEntityType type)
    {
        table = type.GetTableName()!;
        columns = [.. type.GetProperties().Select(property =>
            new Column(property, property.GetColumnName(), property.GetGetter(), property.GetRelationalTypeMapping(), property.IsNullable))];
        if (columns.Length > 64) throw new NotSupportedException($"{table} has more than 64 columns");
        key = [.. columns.Where(column => column.Property.IsPrimaryKey())];
        tokens = [.. columns.Where(column => column.Property.IsConcurrencyToken)];
        insert = $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) VALUES ({string.Join(", ", columns.Select(column => "@" + column.Name))})";
        where = " WHERE " + string.Join(" AND ", key.Concat(tokens).Select(column => $"{column.Name} = @{column.Old}"));
    }

    /// <summary>The statements of a type.</summary>
    public static RowStatements Of(IEntityType type) => type.GetOrAddRuntimeAnnotationValue(Annotation, static type => new RowStatements(type!), type);

    /// <summary>Makes the command add a row that is not tracked.</summary>
    public void Insert(DbCommand command, object row)
    {
        command.CommandText = insert;
        foreach (var column in columns) Add(command, column, column.Name, column.Getter.GetClrValue(row));
    }

    /// <summary>Makes the command save a tracked row.</summary>
    public void Save(DbCommand command, IUpdateEntry entry)
    {
        switch (entry.EntityState)
        {
            case EntityState.Added:
                command.CommandText = insert;
                foreach (var column in columns) Add(command, column, column.Name, entry.GetCurrentValue(column.Property));
                break;
            case EntityState.Modified:
                Update(command, entry);
                break;
            case EntityState.Deleted:
                command.CommandText = $"DELETE FROM {table}{where}";
                AddWhere(command, entry);
                break;
            default:
                throw new InvalidOperationException($"a row that is {entry.EntityState} is not saved");
        }
    }

    private void Update(DbCommand command, IUpdateEntry entry)
    {
        var changed = 0UL;
        for (var i = 0; i < columns.Length; i++)
        {
            if (entry.IsModified(columns[i].Property)) changed |= 1UL << i;
        }
        command.CommandText = updates.GetOrAdd(changed, static (changed, all) =>
            $"UPDATE {all.table} SET {string.Join(", ", all.columns.Where((_, i) => (changed & (1UL << i)) != 0).Select(column => $"{column.Name} = @{column.Name}"))}{all.where}", this);
        for (var i = 0; i < columns.Length; i++)
        {
            if ((changed & (1UL << i)) != 0) Add(command, columns[i], columns[i].Name, entry.GetCurrentValue(columns[i].Property));
        }
        AddWhere(command, entry);
    }

    private void AddWhere(DbCommand command, IUpdateEntry entry)
    {
        foreach (var column in key) Add(command, column, column.Old, entry.GetCurrentValue(column.Property));
        foreach (var column in tokens) Add(command, column, column.Old, entry.GetOriginalValue(column.Property));
    }

    private static void Add(DbCommand command, Column column, string name, object? value) =>
        command.Parameters.Add(column.Mapping.CreateParameter(command, name, value, column.Nullable));
}
