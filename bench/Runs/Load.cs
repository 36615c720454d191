using System.Diagnostics;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Bench.Runs;

/// <summary>What came of many runs, each from the request to the end that the requester sees.</summary>
internal sealed record LoadResult(double RunsPerSecond, double P50Ms, double P99Ms)
{
    /// <summary>Makes runs of a shape, so many in all and so many at a time.</summary>
    /// <exception cref="InvalidOperationException">A run did not end well.</exception>
    public static async Task<LoadResult> OfAsync(RunService service, string shape, int count, int concurrency)
    {
        var workflow = new WorkflowSource("bench", Shapes.Find(shape)!);
        var latencies = new double[count];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                var begun = Stopwatch.GetTimestamp();
                await OneAsync(service, workflow);
                latencies[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        Array.Sort(latencies);
        return new LoadResult(Math.Round(count / seconds, 1), Math.Round(latencies[count / 2], 1), Math.Round(latencies[Math.Min(count - 1, count * 99 / 100)], 1));
    }

    private static async Task OneAsync(RunService service, WorkflowSource workflow)
    {
        var run = await service.StartAsync(new RunRequest { Target = "/bench/sample", Workflow = workflow, Source = "bench" }, CancellationToken.None);
        var status = await service.EndAsync(run, CancellationToken.None);
        if (status != RunStatus.Published) throw new InvalidOperationException($"{run} ended as {status}");
    }
}
