using System.Globalization;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F03: kill -9 of the Orchestrator while one of its schedules fires, with two others that could do it.</summary>
public sealed class When_a_schedule_is_due(FaultHouse house) : FaultTests(house)
{
    [Theory]
    [InlineData("schedule.begun", 2)]
    [InlineData("schedule.after-end", 1)]
    public Task It_fires_once(string failpoint, int claims) => RepeatAsync("F03", $"kill -9 Orchestrator at {failpoint}", async one =>
    {
        var often = ("CHARTER_RETENTION_SCHEDULE", "0/2 * * * * ?");
        foreach (var other in House.Services.Alive.Where(service => service.Service == "Orchestrator").ToList()) other.Kill();
        await House.Services.QueryAsync("DELETE FROM schedule_firings");
        var doomed = House.Services.Start("Orchestrator", often, ("CHARTER_FAILPOINT", $"{failpoint}:kill@{1 + (one.Number % 3)}"));
        await Eventually.Holds($"it is killed at {failpoint}", () => doomed.Process.HasExited, TimeSpan.FromSeconds(60), Cancelled);
        var before = await CountAsync("true");
        var others = new[] { House.Services.Start("Orchestrator", often), House.Services.Start("Orchestrator", often) };
        foreach (var other in others) await other.ReadyAsync(Cancelled);
        one.Healed();
        await one.AskAsync(2);
        await Eventually.Holds("what it had begun is done, and the next three", async () =>
            await CountAsync("outcome IS DISTINCT FROM 'completed'") == 0 && await CountAsync("true") >= before + 3, TimeSpan.FromSeconds(90), Cancelled);
        // no firing is under way when they end, so each has its record and its line in a log
        foreach (var other in others) other.Signal("TERM");
        await Eventually.Holds("they have ended", () => others.All(other => other.Process.HasExited), TimeSpan.FromSeconds(40), Cancelled);
        (await CountAsync($"claim > {claims}")).ShouldBe(0, "a firing was carried out twice");
        var done = others.Append(doomed).Sum(process => process.Log.Split("schedule retention completed").Length - 1);
        done.ShouldBeLessThanOrEqualTo(await CountAsync("true"), "a firing was carried out twice");
        await House.HealAsync();
    });

    private async Task<int> CountAsync(string condition) =>
        int.Parse((await House.Services.QueryAsync($"SELECT count(*) FROM schedule_firings WHERE {condition}"))[0], CultureInfo.InvariantCulture);
}
