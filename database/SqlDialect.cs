namespace Charterhouse.Database;

/// <summary>The two databases that the schema is written for.</summary>
public enum SqlDialect
{
    /// <summary>SQLite 3.35 or later (RETURNING).</summary>
    Sqlite,
    /// <summary>PostgreSQL 15 or later.</summary>
    PostgreSql,
}
