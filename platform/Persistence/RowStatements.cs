using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql;

namespace Charterhouse.Platform.Persistence;

/// <summary>The statements that save rows of one mapped type; made once per model. Parameters go by position.</summary>
internal sealed class RowStatements
{
    private const string Annotation = "Charterhouse:RowStatements";
    private const int MaxColumns = 64;

    private sealed record Column(IProperty Property, string Name, IClrPropertyGetter Getter, RelationalTypeMapping Mapping, bool Nullable)
    {
        /// <summary>What an element of an array of this column's values is: a value type that may be null, or a reference.</summary>
        public Type Element { get; } = (Mapping.Converter?.ProviderClrType ?? Property.ClrType) is { IsValueType: true } type && System.Nullable.GetUnderlyingType(type) is null
            ? typeof(Nullable<>).MakeGenericType(type)
            : Mapping.Converter?.ProviderClrType ?? Property.ClrType;

        public object? Stored(object? value) => Mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value;
    }

    // an update may name every column and its key and version once more
    private static readonly string[] Names = [.. Enumerable.Range(1, 2 * MaxColumns).Select(i => $"${i}")];

    private readonly string table;
    private readonly Column[] columns;
    private readonly Column[] key;
    private readonly Column[] tokens;
    private readonly string insert;
    private readonly string insertAll;
    private readonly string delete;
    // one text per set of changed columns: an event changes the same ones every time
    private readonly ConcurrentDictionary<ulong, string> updates = new();

    private RowStatements(IEntityType type)
    {
        table = type.GetTableName()!;
        columns = [.. type.GetProperties().Select(property =>
            new Column(property, $"\"{property.GetColumnName()}\"", property.GetGetter(), property.GetRelationalTypeMapping(), property.IsNullable))];
        if (columns.Length > MaxColumns) throw new NotSupportedException($"{table} has more than {MaxColumns} columns");
        key = [.. columns.Where(column => column.Property.IsPrimaryKey())];
        tokens = [.. columns.Where(column => column.Property.IsConcurrencyToken)];
        insert = $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})";
        insertAll = $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => column.Name))}) SELECT * FROM unnest({string.Join(", ", columns.Select((column, i) => $"${i + 1}::{column.Mapping.StoreType}[]"))})";
        delete = $"DELETE FROM {table}{Where(0)}";
    }

    /// <summary>The statements of a type.</summary>
    public static RowStatements Of(IEntityType type) => type.GetOrAddRuntimeAnnotationValue(Annotation, static type => new RowStatements(type!), type);

    /// <summary>The statement that adds a row that is not tracked.</summary>
    /// <param name="parameters">Takes the parameters, in order.</param>
    /// <param name="maker">Makes parameters.</param>
    public string Insert(DbParameterCollection parameters, DbCommand maker, object row)
    {
        foreach (var column in columns) Add(parameters, maker, column, column.Getter.GetClrValue(row));
        return insert;
    }

    /// <summary>The statement that adds several rows, tracked or not: an array a column. PostgreSQL only.</summary>
    public string InsertAll(NpgsqlParameterCollection parameters, IReadOnlyList<object> rows)
    {
        foreach (var column in columns)
        {
            var values = Array.CreateInstance(column.Element, rows.Count);
            for (var i = 0; i < rows.Count; i++)
                values.SetValue(column.Stored(rows[i] is IUpdateEntry entry ? entry.GetCurrentValue(column.Property) : column.Getter.GetClrValue(rows[i])), i);
            parameters.Add(new NpgsqlParameter { Value = values, DataTypeName = column.Mapping.StoreType + "[]" });
        }
        return insertAll;
    }

    /// <summary>The statement that saves a tracked row.</summary>
    /// <inheritdoc cref="Insert" path="/param"/>
    public string Save(DbParameterCollection parameters, DbCommand maker, IUpdateEntry entry)
    {
        switch (entry.EntityState)
        {
            case EntityState.Added:
                foreach (var column in columns) Add(parameters, maker, column, entry.GetCurrentValue(column.Property));
                return insert;
            case EntityState.Modified:
                return Update(parameters, maker, entry);
            case EntityState.Deleted:
                AddWhere(parameters, maker, entry);
                return delete;
            default:
                throw new InvalidOperationException($"a row that is {entry.EntityState} is not saved");
        }
    }

    private string Update(DbParameterCollection parameters, DbCommand maker, IUpdateEntry entry)
    {
        var changed = 0UL;
        for (var i = 0; i < columns.Length; i++)
        {
            if (!entry.IsModified(columns[i].Property)) continue;
            changed |= 1UL << i;
            Add(parameters, maker, columns[i], entry.GetCurrentValue(columns[i].Property));
        }
        AddWhere(parameters, maker, entry);
        return updates.GetOrAdd(changed, static (changed, all) =>
        {
            var set = all.columns.Where((_, i) => (changed & (1UL << i)) != 0).Select((column, i) => $"{column.Name} = ${i + 1}").ToList();
            return $"UPDATE {all.table} SET {string.Join(", ", set)}{all.Where(set.Count)}";
        }, this);
    }

    private string Where(int before) => " WHERE " + string.Join(" AND ", key.Concat(tokens).Select((column, i) => $"{column.Name} = ${before + i + 1}"));

    private void AddWhere(DbParameterCollection parameters, DbCommand maker, IUpdateEntry entry)
    {
        foreach (var column in key) Add(parameters, maker, column, entry.GetCurrentValue(column.Property));
        foreach (var column in tokens) Add(parameters, maker, column, entry.GetOriginalValue(column.Property));
    }

    // Npgsql takes parameters without a name by position; to SQLite, $1 is a name like any other.
    private static void Add(DbParameterCollection parameters, DbCommand maker, Column column, object? value) =>
        parameters.Add(column.Mapping.CreateParameter(maker, maker is NpgsqlCommand ? "" : Names[parameters.Count], value, column.Nullable));
}
