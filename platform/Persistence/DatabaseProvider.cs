namespace Charterhouse.Platform.Persistence;

/// <summary>Which database holds the tables.</summary>
public enum DatabaseProvider { Sqlite, PostgreSql }
