using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F08: any service is killed every 5 to 40 s under a stream of runs, for <c>CHARTER_TEST_CHAOS_MINUTES</c> (scripts/chaos); skipped without it.</summary>
public sealed class When_anything_dies_at_random(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task All_runs_end_once()
    {
        if (!double.TryParse(Environment.GetEnvironmentVariable("CHARTER_TEST_CHAOS_MINUTES"), CultureInfo.InvariantCulture, out var minutes)) Assert.Skip("takes minutes: scripts/chaos");
        var time = TimeSpan.FromMinutes(minutes);
        return RepeatAsync("F08", $"kill -9 of any service every 5 to 40 s for {minutes:0.#} minutes", async one =>
        {
            var clock = Stopwatch.StartNew();
            var stream = Task.Run(async () =>
            {
                // as many as can be worked on: a stream, not a heap
                while (clock.Elapsed < time)
                {
                    await one.AskAsync(5);
                    while (clock.Elapsed < time && one.Accepted.Count - await EndedAsync() > 20) await Task.Delay(500, Cancelled);
                }
            }, Cancelled);
            while (clock.Elapsed < time)
            {
                await Task.Delay(TimeSpan.FromSeconds(Random.Shared.Next(5, 41)), Cancelled);
                var victim = House.Services.Alive[Random.Shared.Next(House.Services.Alive.Count)];
                victim.KillAlone();
                House.Services.Start(victim.Service);
            }
            await one.HealAsync();
            await stream;
        }, always: true);
    }

    private async Task<int> EndedAsync() =>
        int.Parse((await House.Services.QueryAsync("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL"))[0], CultureInfo.InvariantCulture);
}
