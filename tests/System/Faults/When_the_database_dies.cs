using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F16: kill -9 of the database, again and again while runs are asked for and worked on.</summary>
public sealed class When_the_database_dies(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task No_acceptance_is_false_and_all_runs_go_on() => RepeatAsync("F16", "kill -9 database 3 times during runs", async one =>
    {
        var asking = one.AskAsync(20);
        for (var kill = 0; kill < 3; kill++)
        {
            await Task.Delay(Random.Shared.Next(500, 3000), Cancelled);
            House.Postgres.Kill();
            var refused = await RefusedAsync();
            if (refused is not null) one.Refusals.Add(refused);
            await House.Postgres.StartAsync(Cancelled);
        }
        // back at most 5 s after the database
        await Eventually.Holds("the API accepts again", async () => (await House.AskOnceAsync(House.Target, Cancelled)).Run is { } run && one.Add(run), TimeSpan.FromSeconds(5), Cancelled);
        one.Healed();
        await asking;
    });

    /// <summary>What the API answers now; it must not accept what it cannot keep.</summary>
    private async Task<string?> RefusedAsync()
    {
        var (run, refusal) = await House.AskOnceAsync(House.Target, Cancelled);
        run.ShouldBeNull("a run was accepted without a database");
        return refusal ?? "nothing";
    }
}
