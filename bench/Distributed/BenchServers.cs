using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Bench.Distributed;

/// <summary>A PostgreSQL (fsync and synchronous_commit on) and a RabbitMQ of the benchmark's own, as a default installation has them.</summary>
internal sealed class BenchServers : IAsyncDisposable
{
    private readonly PostgresInstance postgres;
    private readonly RabbitMqServer rabbit;
    private int databases;

    private BenchServers(PostgresInstance postgres, RabbitMqServer rabbit) => (this.postgres, this.rabbit) = (postgres, rabbit);

    /// <summary>The root of the database's processes.</summary>
    public int PostgresProcess => postgres.ProcessId!.Value;

    /// <summary>The root of the broker's processes.</summary>
    public int RabbitProcess => rabbit.ProcessId!.Value;

    public static async Task<BenchServers> StartAsync()
    {
        var broker = RabbitMqServer.StartNewAsync(CancellationToken.None);
        var servers = new BenchServers(await PostgresInstance.StartNewAsync(CancellationToken.None), await broker);
        // also when the benchmark is told to end
        AppDomain.CurrentDomain.ProcessExit += (_, _) => servers.Stop();
        return servers;
    }

    /// <summary>A new, empty database.</summary>
    public async Task<BenchDatabase> CreateDatabaseAsync()
    {
        var name = $"bench{++databases}";
        var text = await postgres.CreateDatabaseAsync(name, CancellationToken.None);
        var database = new BenchDatabase(text, $"postgres://postgres@127.0.0.1:{postgres.Port}/{name}");
        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
        {
            if (await database.QueryAsync<string>($"SELECT current_setting('{setting}')") != "on") throw new InvalidOperationException($"{setting} is off");
        }
        return database;
    }

    /// <summary>The URL of a new, empty virtual host.</summary>
    public Task<string> CreateHostAsync() => rabbit.CreateHostAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private void Stop()
    {
        rabbit.Stop();
        postgres.Stop();
    }
}

/// <summary>A database of the benchmark's server.</summary>
/// <param name="Text">The connection string.</param>
/// <param name="Url">The same for libpq.</param>
internal sealed record BenchDatabase(string Text, string Url)
{
    /// <summary>The first column of the first row.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Text + ";Command Timeout=1800;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"no row: {sql}"));
    }

    /// <summary>Statements without rows.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Text + ";Command Timeout=1800;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Tables with their indexes, as they lie.</summary>
    public Task<long> BytesAsync() => QueryAsync<long>("SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')");

    /// <summary>Tables with their indexes, without what updates and deletions left behind.</summary>
    public async Task<long> LiveBytesAsync()
    {
        await ExecuteAsync("VACUUM FULL");
        return await BytesAsync();
    }

    /// <summary>So that nobody pays for what another wrote.</summary>
    public Task CheckpointAsync() => ExecuteAsync("CHECKPOINT");

    /// <summary>Deletes it; nobody may be connected.</summary>
    public async Task DropAsync()
    {
        var name = new NpgsqlConnectionStringBuilder(Text).Database!;
        await (this with { Text = new NpgsqlConnectionStringBuilder(Text) { Database = "postgres" }.ToString() }).ExecuteAsync($"DROP DATABASE \"{name}\" WITH (FORCE)");
    }
}
