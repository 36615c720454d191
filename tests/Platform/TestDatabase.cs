using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Platform.Tests;

/// <summary>An empty database of one provider for one test.</summary>
public sealed class TestDatabase : IDisposable
{
    private readonly TemporaryFolder? folder;

    private TestDatabase(DatabaseSettings settings, TemporaryFolder? folder)
    {
        Settings = settings;
        this.folder = folder;
    }

    public DatabaseSettings Settings { get; }

    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, CancellationToken cancellationToken)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            var fresh = new TemporaryFolder();
            return new TestDatabase(DatabaseSettings.ForSqlite(fresh.File("charter house.db")), fresh);
        }
        if (PostgresServer.Unavailable is { } reason)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        return new TestDatabase(DatabaseSettings.ForPostgreSql(await PostgresServer.CreateDatabaseAsync(cancellationToken)), null);
    }

    /// <summary>The same database for a host that believes to be alone.</summary>
    public TestDatabase Exclusively() => new(Settings with { Exclusive = true }, folder: null);

    public void Dispose() => folder?.Dispose();
}
