using System.Diagnostics;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Persistence.Sqlite;

namespace Charterhouse.Bench.Runs;

/// <summary>Runs a standard workload from the request to the end that the requester sees.</summary>
internal static class RunBench
{
    private const int WarmUp = 300;

    /// <summary>Prints one JSON line.</summary>
    public static async Task RunAsync(string shape, int count, int concurrency)
    {
        var workflow = new WorkflowSource("bench", Shapes.Find(shape)!.Value.Text);
        await using var host = await BenchHost.StartAsync(concurrency);
        var engine = (SqliteEngine)host.Engine;
        await ManyAsync(WarmUp, concurrency, _ => OneAsync(host, workflow));
        await SettleAsync();

        var before = await StoredSize.OfAsync(engine, CancellationToken.None);
        var commits = engine.Commits;
        var writes = engine.Writes;
        var latencies = new double[count];
        var allocated = GC.GetTotalAllocatedBytes();
        var pauses = GC.GetTotalPauseDuration();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await ManyAsync(count, concurrency, async i =>
        {
            var begun = Stopwatch.GetTimestamp();
            await OneAsync(host, workflow);
            latencies[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        });
        var seconds = clock.Elapsed.TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        pauses = GC.GetTotalPauseDuration() - pauses;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        commits = engine.Commits - commits;
        writes = engine.Writes - writes;
        await SettleAsync();
        var after = await StoredSize.OfAsync(engine, CancellationToken.None);

        Array.Sort(latencies);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            kind = "charterhouse",
            shape,
            N = count,
            C = concurrency,
            runs_per_s = Math.Round(count / seconds, 1),
            p50_ms = Math.Round(latencies[count / 2], 1),
            p99_ms = Math.Round(latencies[Math.Min(count - 1, count * 99 / 100)], 1),
            cpu_ms_per_run = Math.Round(cpu.TotalMilliseconds / count, 2),
            gc_ms_per_run = Math.Round(pauses.TotalMilliseconds / count, 2),
            allocated_kb_per_run = allocated / 1024 / count,
            writes_per_run = Math.Round(writes / (double)count, 1),
            commits_per_run = Math.Round(commits / (double)count, 1),
            bytes_per_run = (after.Bytes - before.Bytes) / count,
            rows_per_run = after.RowsPerRun(before, count),
        }));
    }

    private static async Task OneAsync(BenchHost host, WorkflowSource workflow)
    {
        var run = await host.Runs.StartAsync(new RunRequest { Target = "/bench/sample", Workflow = workflow, Source = "bench" }, CancellationToken.None);
        var status = await host.Runs.EndAsync(run, CancellationToken.None);
        if (status != RunStatus.Published) throw new InvalidOperationException($"{run} ended as {status}");
    }

    private static Task ManyAsync(int count, int concurrency, Func<int, Task> one)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;) await one(i);
        })));
    }

    /// <summary>Until the outbox has deleted what it delivered.</summary>
    private static Task SettleAsync() => Task.Delay(TimeSpan.FromMilliseconds(1500));
}
