using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Testing;

/// <summary>An empty database of one provider for one test, and the bus that goes with it: in memory with SQLite, RabbitMQ with PostgreSQL.</summary>
public sealed class TestDatabase : IDisposable
{
    private readonly TemporaryFolder? folder;
    private BusSettings? bus;

    private TestDatabase(DatabaseSettings settings, TemporaryFolder? folder)
    {
        Settings = settings;
        this.folder = folder;
    }

    public DatabaseSettings Settings { get; }

    /// <summary>The bus of the test's hosts, an empty virtual host of the broker on PostgreSQL. The same for every host of the test.</summary>
    public async Task<BusSettings> BusAsync(CancellationToken cancellationToken) => bus ??= await RabbitMqServer.CreateBusAsync(Settings.Provider, cancellationToken);

    /// <summary>A new one. Without PostgreSQL on the machine the test is skipped locally and fails when <c>CI=true</c>.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, CancellationToken cancellationToken)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            var fresh = new TemporaryFolder();
            return new TestDatabase(DatabaseSettings.ForSqlite(fresh.File("charter house.db")), fresh);
        }
        if (PostgresServer.Unavailable is { } reason && Environment.GetEnvironmentVariable("CI") != "true") throw Skipped(reason);
        return new TestDatabase(DatabaseSettings.ForPostgreSql(await PostgresServer.CreateDatabaseAsync(cancellationToken)), null);
    }

    /// <summary>The same database for a host that believes to be alone.</summary>
    public TestDatabase Exclusively() => new(Settings with { Exclusive = true }, folder: null) { bus = bus };

    public void Dispose() => folder?.Dispose();

    /// <summary>What makes a test skipped.</summary>
    internal static Exception Skipped(string reason) => new SkippedException(reason);

    // What xunit takes for a skipped test (docs: "dynamically skipped tests"), so that this project needs no test framework.
    private sealed class SkippedException(string reason) : Exception("$XunitDynamicSkip$" + reason);
}
