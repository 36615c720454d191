using System.Text.Json.Nodes;
using Charterhouse.Bench.Runs;

namespace Charterhouse.Bench.Distributed;

/// <summary>A standard workload on the distributed profile.</summary>
internal static class DistributedBench
{
    private const int WarmUp = 1000;

    /// <summary>Prints one JSON line.</summary>
    public static async Task RunAsync(string shape, int count, int concurrency, bool traced)
    {
        await using var servers = await BenchServers.StartAsync();
        await using var house = await BenchHouse.StartAsync(servers, traced);
        await house.LoadAsync(shape, WarmUp, Math.Max(16, concurrency));
        Console.WriteLine((await MeasureAsync(house, shape, count, concurrency)).ToJsonString());
    }

    /// <summary>One measurement of a house that is warm.</summary>
    public static async Task<JsonObject> MeasureAsync(BenchHouse house, string shape, int count, int concurrency)
    {
        await house.SettleAsync();
        await house.Database.CheckpointAsync();
        var (load, times, counts, bytes) = (ProcessTree.Load(), house.Times(), await CountsAsync(house.Database), await house.Database.BytesAsync());
        var result = await house.LoadAsync(shape, count, concurrency);
        await house.SettleAsync();
        var (timesAfter, countsAfter) = (house.Times(), await CountsAsync(house.Database));
        double PerRun(string group) => Math.Round((timesAfter[group] - times[group]) / count, 2);
        return new JsonObject
        {
            ["kind"] = "charterhouse",
            ["shape"] = shape,
            ["N"] = count,
            ["C"] = concurrency,
            ["runs_per_s"] = result.RunsPerSecond,
            ["p50_ms"] = result.P50Ms,
            ["p99_ms"] = result.P99Ms,
            ["load"] = load,
            ["cpu_ms_per_run"] = Math.Round(times.Keys.Sum(group => timesAfter[group] - times[group]) / count, 2),
            ["cpu_by_process"] = new JsonObject(times.Keys.Select(group => KeyValuePair.Create(group, (JsonNode?)PerRun(group)))),
            ["commits_per_run"] = Math.Round((countsAfter.Commits - counts.Commits) / (double)count, 1),
            ["wal_bytes_per_run"] = (countsAfter.Wal - counts.Wal) / count,
            ["wal_syncs_per_run"] = Math.Round((countsAfter.Syncs - counts.Syncs) / (double)count, 1),
            ["bytes_per_run_as_they_lie"] = (await house.Database.BytesAsync() - bytes) / count,
        };
    }

    private static async Task<(long Commits, long Wal, long Syncs)> CountsAsync(BenchDatabase database) => (
        await database.QueryAsync<long>("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
        await database.QueryAsync<long>("SELECT (pg_current_wal_lsn() - '0/0')::bigint"),
        await database.QueryAsync<long>("SELECT wal_sync FROM pg_stat_wal"));
}
