using Charterhouse.Database;
using Charterhouse.Platform.Work;
using Microsoft.Extensions.Hosting;

namespace Charterhouse.Platform.Persistence;

/// <summary>
/// The schema of the process's database. At start an embedded database is brought up to date; a PostgreSQL database is only checked,
/// because a schema never appears by itself in a database that may not be ours.
/// </summary>
public sealed class DatabaseSchema : IHostedService
{
    private readonly DatabaseEngine engine;
    private readonly SchemaRunner runner;
    private readonly DatabaseClock clock;
    private readonly StepLeases? leases;

    internal DatabaseSchema(DatabaseEngine engine, SchemaRunner runner, DatabaseClock clock, StepLeases? leases)
    {
        this.engine = engine;
        this.runner = runner;
        this.clock = clock;
        this.leases = leases;
    }

    /// <summary>The newest version that this program knows.</summary>
    public int ProgramVersion => runner.ProgramVersion;

    /// <summary>The database's version, 0 when it has no schema.</summary>
    public Task<int> VersionAsync(CancellationToken cancellationToken) => engine.ReadAsync(runner.VersionAsync, cancellationToken);

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="SchemaException">The database is newer than the program, or its scripts differ.</exception>
    public Task<IReadOnlyList<SchemaStep>> UpgradeAsync(CancellationToken cancellationToken) => engine.ReadAsync(runner.UpgradeAsync, cancellationToken);

    /// <summary>Gives the services' roles their rights.</summary>
    /// <returns>The roles that exist; none on SQLite.</returns>
    public Task<IReadOnlyList<string>> GrantAsync(CancellationToken cancellationToken) => engine.ReadAsync(runner.GrantAsync, cancellationToken);

    /// <summary>Takes versions back. What the dropped tables held is gone.</summary>
    /// <exception cref="SchemaException">The database is newer than the program.</exception>
    public Task<IReadOnlyList<SchemaStep>> RollbackAsync(int version, CancellationToken cancellationToken) =>
        engine.ReadAsync((connection, token) => runner.RollbackAsync(connection, version, token), cancellationToken);

    /// <summary>Makes the database ready for this program, or says why it is not.</summary>
    /// <exception cref="SchemaException">The schema is not this program's.</exception>
    /// <exception cref="StorageException">The storage is full, read-only, damaged or out of reach.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.ReadAsync(async (connection, token) =>
        {
            if (engine.Provider == DatabaseProvider.Sqlite)
            {
                await using (var log = connection.Command("PRAGMA journal_mode = WAL")) await log.ExecuteNonQueryAsync(token);
                if (await runner.VersionAsync(connection, token) != runner.ProgramVersion) await runner.UpgradeAsync(connection, token);
            }
            await runner.CheckAsync(connection, token);
            await clock.SynchronizeAsync(connection, token);
            return true;
        }, cancellationToken);
        if (leases is not null) await leases.VoidAsync(service: null, cancellationToken);
    }

    /// <summary>Nothing to stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
