using System.Text.Json;
using Charterhouse.Platform.Persistence.Sqlite;

namespace Charterhouse.Bench.Runs;

/// <summary>A standard workload on the embedded profile.</summary>
internal static class RunBench
{
    private const int WarmUp = 300;

    /// <summary>Prints one JSON line.</summary>
    public static async Task RunAsync(string shape, int count, int concurrency)
    {
        await using var host = await BenchHost.StartAsync(concurrency);
        var engine = (SqliteEngine)host.Engine;
        await LoadResult.OfAsync(host.Runs, shape, WarmUp, concurrency);
        await SettleAsync();

        var before = await StoredSize.OfAsync(engine, CancellationToken.None);
        var commits = engine.Commits;
        var writes = engine.Writes;
        var allocated = GC.GetTotalAllocatedBytes();
        var pauses = GC.GetTotalPauseDuration();
        var cpu = Environment.CpuUsage.TotalTime;
        var result = await LoadResult.OfAsync(host.Runs, shape, count, concurrency);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        pauses = GC.GetTotalPauseDuration() - pauses;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        commits = engine.Commits - commits;
        writes = engine.Writes - writes;
        await SettleAsync();
        var after = await StoredSize.OfAsync(engine, CancellationToken.None);

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            kind = "charterhouse",
            shape,
            N = count,
            C = concurrency,
            runs_per_s = result.RunsPerSecond,
            p50_ms = result.P50Ms,
            p99_ms = result.P99Ms,
            cpu_ms_per_run = Math.Round(cpu.TotalMilliseconds / count, 2),
            gc_ms_per_run = Math.Round(pauses.TotalMilliseconds / count, 2),
            allocated_kb_per_run = allocated / 1024 / count,
            writes_per_run = Math.Round(writes / (double)count, 1),
            commits_per_run = Math.Round(commits / (double)count, 1),
            bytes_per_run = (after.Bytes - before.Bytes) / count,
            rows_per_run = after.RowsPerRun(before, count),
        }));
    }

    /// <summary>Until the outbox has deleted what it delivered.</summary>
    private static Task SettleAsync() => Task.Delay(TimeSpan.FromMilliseconds(1500));
}
