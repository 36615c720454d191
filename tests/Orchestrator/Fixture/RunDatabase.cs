using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>An empty database of one provider for one host or for several one after the other.</summary>
internal sealed class RunDatabase : IDisposable
{
    private BusSettings? bus;

    private RunDatabase(DatabaseSettings settings, TemporaryFolder folder)
    {
        Settings = settings;
        Folder = folder;
    }

    public DatabaseSettings Settings { get; }

    /// <summary>Where the file is, and the artifacts.</summary>
    public TemporaryFolder Folder { get; }

    public static async Task<RunDatabase> CreateAsync(DatabaseProvider provider, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder();
        if (provider == DatabaseProvider.Sqlite)
            return new RunDatabase(DatabaseSettings.ForSqlite(folder.File("charter house.db")) with { Exclusive = true }, folder);
        if (PostgresServer.Unavailable is { } reason)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        return new RunDatabase(DatabaseSettings.ForPostgreSql(await PostgresServer.CreateDatabaseAsync(cancellationToken)) with { Exclusive = true }, folder);
    }

    /// <summary>In memory with SQLite, a virtual host of the broker with PostgreSQL.</summary>
    public async Task<BusSettings> BusAsync(CancellationToken cancellationToken) => bus ??= Settings.Provider == DatabaseProvider.Sqlite
        ? BusSettings.InMemory
        : BusSettings.ForRabbitMq(await (await RabbitMqServer.SharedAsync(cancellationToken)).CreateHostAsync(cancellationToken));

    public void Dispose() => Folder.Dispose();
}
