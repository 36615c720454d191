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

    /// <summary>Several hosts at once are on it: none may take it for its own.</summary>
    public RunDatabase Shared() => new(Settings with { Exclusive = false }, Folder) { bus = bus };

    /// <summary>A PostgreSQL of the test's own, to kill.</summary>
    public static async Task<PostgresInstance> ServerAsync(CancellationToken cancellationToken)
    {
        if (PostgresServer.Unavailable is { } reason && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip(reason);
        return await PostgresInstance.StartNewAsync(cancellationToken);
    }

    /// <summary>An empty database on that server.</summary>
    public static async Task<RunDatabase> OnAsync(PostgresInstance server, CancellationToken cancellationToken) =>
        new(DatabaseSettings.ForPostgreSql(await server.CreateDatabaseAsync("charter", cancellationToken)) with { Exclusive = true }, new TemporaryFolder());

    /// <summary>What the broker gave up on; a bus in memory has none.</summary>
    public async Task<List<DeadLetter>> DeadLettersAsync(CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        if (await BusAsync(cancellationToken) is not { RabbitMq: not null } broker) return letters;
        await using var reader = await DeadLetterQueue.OpenAsync(broker, TimeProvider.System, cancellationToken);
        await foreach (var held in reader.ReadAsync(cancellationToken)) letters.Add(held.Letter);
        return letters;
    }

    /// <summary>In memory with SQLite, a virtual host of the broker with PostgreSQL.</summary>
    public async Task<BusSettings> BusAsync(CancellationToken cancellationToken) => bus ??= await RabbitMqServer.CreateBusAsync(Settings.Provider, cancellationToken);

    public void Dispose() => Folder.Dispose();
}
