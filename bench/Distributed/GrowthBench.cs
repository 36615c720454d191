using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Charterhouse.Bench.Distributed;

/// <summary>What a run costs when the database holds a hundred times as many runs, or a run's state is ten times as large; and how long a list's first page takes then.</summary>
internal static class GrowthBench
{
    private const int Runs = 200;
    private const int Concurrency = 16;
    private const int Pages = 200;

    /// <summary>Prints a line for every measurement. The many runs are copies of those before, in every table, with ids of their own.</summary>
    /// <param name="many">Runs in the database at the end.</param>
    public static async Task RunAsync(int many)
    {
        await using var servers = await BenchServers.StartAsync();
        await using var house = await BenchHouse.StartAsync(servers);
        await house.LoadAsync("fan5", 600, Concurrency);
        // in turns, so that what drifts meanwhile meets both alike
        for (var round = 0; round < 3; round++)
        {
            foreach (var shape in (string[])["fan5", "fan5:2000", "fan5:200:4000", "fan5:200:40000"]) await PrintAsync("state", house, shape);
        }
        for (var round = 0; round < 3; round++) await PrintAsync("few", house, "fan5");
        await house.SettleAsync();
        await FillAsync(house.Database, many);
        for (var round = 0; round < 3; round++) await PrintAsync("many", house, "fan5");
        foreach (var path in (string[])["/api/v1/runs?limit=20", "/api/v1/runs?limit=200", "/api/v1/runs?status=published", "/api/v1/runs?status=failed"]) await PageAsync(house, path);
    }

    private static async Task PrintAsync(string when, BenchHouse house, string shape)
    {
        var result = await DistributedBench.MeasureAsync(house, shape, Runs, Concurrency);
        result["when"] = when;
        result["runs_in_database"] = await house.Database.QueryAsync<long>("SELECT count(*) FROM runs");
        Console.WriteLine(result.ToJsonString());
    }

    private static async Task PageAsync(BenchHouse house, string path)
    {
        var times = new double[Pages];
        for (var i = 0; i < Pages; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await house.GetAsync(path);
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }
        Array.Sort(times);
        Console.WriteLine(new JsonObject
        {
            ["kind"] = "page",
            ["path"] = path,
            ["load"] = ProcessTree.Load(),
            ["p50_ms"] = Math.Round(times[Pages / 2], 1),
            ["p95_ms"] = Math.Round(times[Pages * 95 / 100], 1),
            ["max_ms"] = Math.Round(times[^1], 1),
        }.ToJsonString());
    }

    /// <summary>Copies what is there until there are so many runs. Text ids get the copy's number at their end.</summary>
    private static async Task FillAsync(BenchDatabase database, int many)
    {
        var runs = await database.QueryAsync<long>("SELECT count(*) FROM runs");
        var copies = (many / runs).ToString(CultureInfo.InvariantCulture);
        foreach (var (table, changed) in ((string, string[])[])
        [
            ("node_executions", ["task_id", "run_id"]), ("run_tasks", ["task_id", "run_id"]), ("run_events", ["run_id"]),
            ("checkpoints", ["thread_id", "run_id"]), ("channel_versions", ["thread_id"]), ("runs", ["run_id", "thread_id"]),
        ])
        {
            var columns = await database.QueryAsync<string[]>($"SELECT array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = '{table}'");
            var values = columns.Select(column => changed.Contains(column, StringComparer.Ordinal) ? $"{column} || '_' || copy" : column switch
            {
                "correlation_id" => "gen_random_uuid()",
                "created_at" when table == "runs" => "created_at - copy * interval '1 minute'", // older than what comes
                _ => column,
            });
            await database.ExecuteAsync($"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM {table}, generate_series(1, {copies}) AS copy");
        }
        await database.ExecuteAsync("VACUUM ANALYZE");
    }
}
