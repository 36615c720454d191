using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Charterhouse.Platform.Persistence;

/// <summary>Plain statements on a connection, for the platform's own tables, where EF would cost more than it gives.</summary>
internal static class Commands
{
    public static DbCommand Command(this DbConnection connection, string sql, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }

    /// <summary>A statement in the context's current transaction.</summary>
    public static DbCommand Command(this ServiceDbContext context, string sql) =>
        context.Database.GetDbConnection().Command(sql, context.Database.CurrentTransaction?.GetDbTransaction());

    public static DbCommand Add(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }
}
