using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F01, F11, F16, F37: deliveries while the edge, the broker or the database dies, and very many of them at once.</summary>
public sealed class When_events_meet_a_fault(FaultHouse house) : FaultTests(house)
{
    private const int Repositories = 50;

    [Fact]
    public Task An_edge_that_is_killed_loses_nothing_that_it_took() => RepeatAsync("F01", "kill -9 Ingest under deliveries", async one =>
    {
        await House.RegisterAsync();
        using var over = new CancellationTokenSource();
        var delivering = DeliverAsync(over.Token, Allowed(HttpStatusCode.Accepted));
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(Random.Shared.Next(100, 700), Cancelled);
            House.Services.Of("Ingest").KillAlone();
            await House.HealAsync();
        }
        await over.CancelAsync();
        await SettleAsync(one, await delivering);
    });

    [Fact]
    public Task A_broker_that_is_killed_is_nothing_to_the_edge() => RepeatAsync("F11", "kill -9 broker under deliveries", async one =>
    {
        await House.RegisterAsync();
        using var over = new CancellationTokenSource();
        var delivering = DeliverAsync(over.Token, Allowed(HttpStatusCode.Accepted));
        await Task.Delay(Random.Shared.Next(100, 700), Cancelled);
        House.Broker.Kill();
        await Task.Delay(1000, Cancelled); // deliveries go on without it
        await over.CancelAsync();
        var taken = await delivering;
        taken.ShouldNotBeEmpty();
        await House.Broker.StartAsync(Cancelled);
        await one.HealAsync();
        await SettleAsync(one, taken);
    });

    [Fact]
    public Task A_database_that_is_killed_is_told_and_never_a_false_success() => RepeatAsync("F16", "kill -9 database under deliveries", async one =>
    {
        await House.RegisterAsync();
        using var over = new CancellationTokenSource();
        var delivering = DeliverAsync(over.Token, Allowed(HttpStatusCode.Accepted, HttpStatusCode.ServiceUnavailable));
        await Task.Delay(Random.Shared.Next(200, 700), Cancelled);
        House.Postgres.Kill();
        await Task.Delay(500, Cancelled); // deliveries go on without it
        await House.Postgres.StartAsync(Cancelled);
        await Task.Delay(500, Cancelled);
        await over.CancelAsync();
        var taken = await delivering;
        await one.HealAsync();
        await SettleAsync(one, taken);
    });

    [Fact]
    public Task A_burst_of_ten_thousand_is_a_run_for_each_repository() => RepeatAsync("F37", "10,000 deliveries to 50 repositories over 16 connections", async one =>
    {
        using var repository = SampleRepository.Create();
        var targets = Enumerable.Range(0, Repositories).Select(i => House.Services.Publish(repository, string.Create(CultureInfo.InvariantCulture, $"burst/r{one.Number}-{i}"))).ToList();
        foreach (var target in targets) await House.RegisterAsync(target, windowSeconds: 60);
        var (next, most) = (-1, 0);
        var latencies = new double[10_000];
        var refused = new ConcurrentQueue<string>();
        var ids = new string[latencies.Length];
        var prefix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < latencies.Length;)
            {
                var begun = Stopwatch.GetTimestamp();
                ids[i] = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}");
                var answer = await House.DeliverAsync(ForgePayloads.Push(targets[i % Repositories], Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)), id: 100_000 + (one.Number * Repositories) + (i % Repositories)), ids[i]);
                latencies[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                if (answer?.Status != HttpStatusCode.Accepted) refused.Enqueue($"{answer?.Status} {answer?.Body}");
            }
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        Array.Sort(latencies);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{latencies.Length / seconds:0} deliveries/s, p50 {latencies[latencies.Length / 2]:0.0} ms, p99 {latencies[latencies.Length * 99 / 100]:0.0} ms, worst {latencies[^1]:0.0} ms"));
        refused.ShouldBeEmpty();
        one.Healed();

        await Eventually.Holds("every delivery has its disposition", async () =>
        {
            most = Math.Max(most, int.Parse((await House.Services.QueryAsync("SELECT count(*) FROM runs WHERE started_at IS NOT NULL AND ended_at IS NULL"))[0], CultureInfo.InvariantCulture));
            return (await House.Services.QueryAsync($"SELECT 1 FROM webhook_events WHERE delivery_id LIKE '{prefix}-%' AND disposed_at IS NULL LIMIT 1")).Count == 0;
        }, TimeSpan.FromMinutes(4), Cancelled);
        var runs = await House.Services.QueryAsync($"SELECT DISTINCT run_id FROM webhook_events WHERE delivery_id LIKE '{prefix}-%' AND run_id IS NOT NULL");
        (await House.Services.QueryAsync($"SELECT DISTINCT disposition FROM webhook_events WHERE delivery_id LIKE '{prefix}-%' ORDER BY 1")).ShouldBe(["accepted", "collapsed"]);
        runs.Count.ShouldBe(Repositories, "one window for each repository");
        await Eventually.Holds("the runs have ended", async () =>
        {
            most = Math.Max(most, int.Parse((await House.Services.QueryAsync("SELECT count(*) FROM runs WHERE started_at IS NOT NULL AND ended_at IS NULL"))[0], CultureInfo.InvariantCulture));
            return (await House.EndedAsync(runs)).Count == runs.Count;
        }, TimeSpan.FromMinutes(5), Cancelled);
        most.ShouldBeInRange(1, 5, "max_concurrent_runs");
        foreach (var run in runs) one.Add(run);
    });

    private static HashSet<HttpStatusCode> Allowed(params HttpStatusCode[] allowed) => [.. allowed];

    /// <summary>Delivers pushes, each once more where nobody answered, until it is over; the ids of those that were taken.</summary>
    private async Task<List<string>> DeliverAsync(CancellationToken over, HashSet<HttpStatusCode> allowed)
    {
        var taken = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                var (id, payload) = (Guid.NewGuid().ToString(), ForgePayloads.Push(House.Target, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))));
                for (var tries = 0; tries < 2; tries++)
                {
                    if (await House.DeliverAsync(payload, id) is not { } answer) continue;
                    allowed.ShouldContain(answer.Status);
                    if (answer.Status == HttpStatusCode.Accepted) taken.Enqueue(id);
                    else answer.RetryAfter.ShouldBeTrue();
                    break;
                }
                await Task.Delay(20, Cancelled);
            }
        }));
        return [.. taken];
    }

    /// <summary>I1: everything that was taken is on record once and comes to its disposition.</summary>
    private async Task SettleAsync(FaultRepetition one, List<string> taken)
    {
        one.Healed();
        one.Ends = ["published", "cancelled"]; // superseded by a newer one
        await Eventually.Holds("every delivery that was taken has its disposition", async () =>
            (await House.Services.QueryAsync("SELECT event_id FROM webhook_events WHERE disposed_at IS NULL")).Count == 0, TimeSpan.FromSeconds(90), Cancelled);
        var rows = (await House.Services.QueryAsync("SELECT delivery_id FROM webhook_events")).ToHashSet(StringComparer.Ordinal);
        taken.Where(id => !rows.Contains(id)).ShouldBeEmpty("a delivery that was taken is not on record");
        foreach (var run in await House.Services.QueryAsync("SELECT DISTINCT run_id FROM webhook_events WHERE run_id IS NOT NULL AND received_at > clock_timestamp() - interval '5 minutes'")) one.Add(run);
        (await House.Services.QueryAsync("SELECT run_id FROM webhook_events WHERE disposition = 'accepted' GROUP BY run_id HAVING count(*) > 1")).ShouldBeEmpty("two events led to one run");
    }
}
