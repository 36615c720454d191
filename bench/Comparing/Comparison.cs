using System.Globalization;
using System.Text.Json.Nodes;
using Charterhouse.Bench.Distributed;
using Charterhouse.Bench.Runs;

namespace Charterhouse.Bench.Comparing;

/// <summary>One thing to compare: a workload on a profile.</summary>
internal sealed record Row(bool Distributed, string Shape, int Runs, int Concurrency, int Rounds)
{
    public override string ToString() => FormattableString.Invariant($"{(Distributed ? "distributed" : "embedded")} {Shape}, {Concurrency} at a time");
}

/// <summary>Ours and the peers on the standard workloads, in turns on the same servers: only what they are to each other counts.</summary>
internal static class Comparison
{
    private const string Ours = "ours";

    private static readonly string[] Standard =
    [
        "distributed/fan5/500/16/5", "distributed/fan5/150/1/5", "distributed/chain20/200/16/5",
        "embedded/fan5/300/16/5", "embedded/fan5/150/1/5", "embedded/chain20/150/16/5",
    ];

    /// <summary>The rows of a command line; the standard ones when there are none; null when one cannot be read.</summary>
    public static IReadOnlyList<Row>? Read(string[] rows)
    {
        var read = (rows.Length == 0 ? Standard : rows).Select(row => row.Split('/') switch
        {
            ["distributed" or "embedded", var shape, var runs, var concurrency, var rounds]
                when Shapes.Find(shape) is not null && Number(runs) is { } count and > 0 && Number(concurrency) is { } places and > 0 && Number(rounds) is { } times and > 0 =>
                new Row(row.StartsWith('d'), shape, count, places, times),
            _ => null,
        }).ToList();
        return read.Contains(null) ? null : [.. read.OfType<Row>()];
    }

    /// <summary>Prints a line for every turn and, at the end, a table.</summary>
    /// <param name="peers">The folder with langgraph.mjs, dbos.mjs and their node_modules.</param>
    public static async Task RunAsync(string peers, IReadOnlyList<Row> rows)
    {
        var table = new List<string>();
        var files = Directory.CreateTempSubdirectory("charter-bench-").FullName;
        BenchServers? servers = null;
        BenchHouse? house = null;
        try
        {
            foreach (var row in rows)
            {
                if (row.Distributed && house is null)
                {
                    servers = await BenchServers.StartAsync();
                    house = await BenchHouse.StartAsync(servers);
                }
                var sides = row.Distributed ? await DistributedAsync(row, peers, servers!, house!) : Embedded(row, peers, files);
                table.Add(await TurnsAsync(row, sides));
                if (row.Distributed) table.Add(await BytesAsync(row, servers!, house!, peers));
            }
        }
        finally
        {
            if (house is not null) await house.DisposeAsync();
            if (servers is not null) await servers.DisposeAsync();
            Directory.Delete(files, recursive: true);
        }
        Console.WriteLine();
        foreach (var line in table) Console.WriteLine(line);
    }

    private static async Task<(string Name, Func<Task<JsonObject>> Turn)[]> DistributedAsync(Row row, string peers, BenchServers servers, BenchHouse house)
    {
        await house.LoadAsync(row.Shape, 600, 16);
        return
        [
            (Ours, () => DistributedBench.MeasureAsync(house, row.Shape, row.Runs, row.Concurrency)),
            ("LangGraph.js", () => WithDatabaseAsync(servers, row, database => Peer.RunAsync("node", ["langgraph.mjs", "postgres", .. Arguments(row)], peers, row.Runs, ("PG", database.Url)))),
            ("DBOS", () => WithDatabaseAsync(servers, row, database => Peer.RunAsync("node", ["dbos.mjs", .. Arguments(row)], peers, row.Runs, ("PG", database.Url)))),
        ];
    }

    private static (string Name, Func<Task<JsonObject>> Turn)[] Embedded(Row row, string peers, string files)
    {
        var turns = 0;
        return
        [
            (Ours, () => Peer.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Charterhouse.Bench.dll"), "runs", .. Arguments(row)], files, row.Runs)),
            ("LangGraph.js", () => Peer.RunAsync("node", ["langgraph.mjs", "sqlite", .. Arguments(row)], peers, row.Runs, ("SQLITE", Path.Combine(files, $"{row.Shape}{row.Concurrency}-{turns++}.db")), ("SYNC", "FULL"))),
        ];
    }

    /// <summary>A B C, C B A and so on: what drifts meanwhile meets all alike.</summary>
    private static async Task<string> TurnsAsync(Row row, (string Name, Func<Task<JsonObject>> Turn)[] sides)
    {
        var results = sides.ToDictionary(side => side.Name, _ => new List<JsonObject>(), StringComparer.Ordinal);
        var load = ProcessTree.Load();
        for (var round = 0; round < row.Rounds; round++)
        {
            foreach (var (name, turn) in round % 2 == 0 ? sides : Enumerable.Reverse(sides))
            {
                var result = await turn();
                Console.WriteLine($"{row}: {name}: {result.ToJsonString()}");
                results[name].Add(result);
            }
        }
        double Of(string name, string figure) => Median(results[name].Select(result => result[figure]!.GetValue<double>()));
        var text = FormattableString.Invariant($"**{row}** ({row.Rounds} rounds of {row.Runs} runs, load average {load} to {ProcessTree.Load()})\n\n| | runs/s | p50 ms | p99 ms | ours over it, runs/s (each round) | p50 |\n|---|---|---|---|---|---|\n");
        foreach (var (name, _) in sides)
        {
            var ratios = results[Ours].Zip(results[name], (ours, theirs) => ours["runs_per_s"]!.GetValue<double>() / theirs["runs_per_s"]!.GetValue<double>()).ToList();
            var latency = results[Ours].Zip(results[name], (ours, theirs) => ours["p50_ms"]!.GetValue<double>() / theirs["p50_ms"]!.GetValue<double>());
            text += FormattableString.Invariant($"| {name} | {Of(name, "runs_per_s"):0.0} | {Of(name, "p50_ms"):0.0} | {Of(name, "p99_ms"):0.0} |")
                + (name == Ours ? " | |\n" : FormattableString.Invariant($" **{Median(ratios):0.00}** ({string.Join(", ", ratios.Select(ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture)))}) | {Median(latency):0.00} |\n"));
        }
        return text;
    }

    /// <summary>What a run leaves in the database, ours and LangGraph.js's.</summary>
    private static async Task<string> BytesAsync(Row row, BenchServers servers, BenchHouse house, string peers)
    {
        await house.SettleAsync();
        var before = await house.Database.LiveBytesAsync();
        await house.LoadAsync(row.Shape, row.Runs, 16);
        await house.SettleAsync();
        var ours = (await house.Database.LiveBytesAsync() - before) / row.Runs;
        var theirs = await WithDatabaseAsync(servers, row, database => Peer.RunAsync("node", ["langgraph.mjs", "postgres", row.Shape, .. Arguments(row)[1..2], "16"], peers, row.Runs, ("PG", database.Url)));
        var bytes = theirs["live_bytes_per_run"]!.GetValue<long>();
        return FormattableString.Invariant($"Bytes that a run leaves in the database (after VACUUM FULL, indexes included): ours {ours}, LangGraph.js {bytes}: **{ours / (double)bytes:0.00}**\n");
    }

    private static async Task<JsonObject> WithDatabaseAsync(BenchServers servers, Row row, Func<BenchDatabase, Task<JsonObject>> turn)
    {
        const int warmUp = 20; // in the peers' programs
        var database = await servers.CreateDatabaseAsync();
        try
        {
            await database.CheckpointAsync();
            var processor = ProcessTree.Milliseconds(servers.PostgresProcess);
            var result = await turn(database);
            result["postgresql_cpu_ms_per_run"] = Math.Round((ProcessTree.Milliseconds(servers.PostgresProcess) - processor) / row.Runs, 2);
            result["live_bytes_per_run"] = await database.LiveBytesAsync() / (row.Runs + warmUp);
            return result;
        }
        finally
        {
            await database.DropAsync();
        }
    }

    private static string[] Arguments(Row row) => [row.Shape, row.Runs.ToString(CultureInfo.InvariantCulture), row.Concurrency.ToString(CultureInfo.InvariantCulture)];

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
