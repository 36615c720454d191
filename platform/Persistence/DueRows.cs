using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Persistence;

/// <summary>Takes the rows whose time has come.</summary>
public static class DueRows
{
    /// <summary>
    /// Due rows, tracked, the longest overdue first. On PostgreSQL they are locked, and those that a saga is just changing are left out: it
    /// may be settling them, and writing to them afterwards would make them owed again.
    /// </summary>
    /// <param name="isDue">The condition, for SQLite, where one writer at a time has the database.</param>
    /// <param name="condition">What the condition says beside <c>drive_at</c>, in SQL, ending with AND; empty for nothing.</param>
    public static Task<List<T>> DueAsync<T>(this ServiceDbContext db, Expression<Func<T, bool>> isDue, string condition, DateTimeOffset now, int most, CancellationToken cancellationToken) where T : class
    {
        if (!db.Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal))
            return db.Set<T>().AsTracking().Where(isDue).OrderBy(row => EF.Property<DateTimeOffset?>(row, "DriveAt")).Take(most).ToListAsync(cancellationToken);
        var table = db.Model.FindEntityType(typeof(T))!.GetTableName();
#pragma warning disable EF1002 // the parts are the model's table name, a constant condition and a number
        return db.Set<T>().FromSqlRaw($"SELECT * FROM {table} WHERE {condition} drive_at <= {{0}} ORDER BY drive_at LIMIT {most} FOR UPDATE SKIP LOCKED", now)
            .AsTracking().ToListAsync(cancellationToken);
#pragma warning restore EF1002
    }
}
