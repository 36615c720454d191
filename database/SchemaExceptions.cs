namespace Charterhouse.Database;

/// <summary>The schema in the database is not one that this program can work with. The message says what to do.</summary>
public abstract class SchemaException(string message) : Exception(message);

/// <summary>A script that was applied differs from the one in this program.</summary>
public sealed class SchemaChecksumException(int version, string name)
    : SchemaException($"Schema version {version} ({name}) was applied from a script that differs from this program's. The database was made by another build; use that build, or restore a database made by this one.")
{
    /// <summary>The version whose script differs.</summary>
    public int Version { get; } = version;
}

/// <summary>A newer program has upgraded the database.</summary>
public sealed class SchemaTooNewException(int database, int program)
    : SchemaException($"The database has schema version {database}, this program knows versions up to {program}. Update the program, or roll the database back with the program that upgraded it (charter db rollback --to {program}).")
{
    /// <summary>The database's version.</summary>
    public int DatabaseVersion { get; } = database;
    /// <summary>The newest version that this program knows.</summary>
    public int ProgramVersion { get; } = program;
}

/// <summary>The database has not been upgraded to this program's version.</summary>
public sealed class SchemaOutdatedException(int database, int program)
    : SchemaException($"The database has schema version {database}, this program needs {program}. Run: charter db upgrade")
{
    /// <summary>The database's version; 0 when it has no schema.</summary>
    public int DatabaseVersion { get; } = database;
    /// <summary>The version that this program needs.</summary>
    public int ProgramVersion { get; } = program;
}
