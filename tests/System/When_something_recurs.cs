using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>Schedules with several processes: each due time fires once, also when one of them is killed in the middle of it.</summary>
public sealed class When_something_recurs
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_firing_happens_in_one_process_and_is_taken_over_once_when_that_dies()
    {
        await using var house = await ServiceProcesses.CreateAsync(Cancelled);
        (await house.CharterAsync("db", "upgrade")).ExitCode.ShouldBe(0);
        var often = ("CHARTER_RETENTION_SCHEDULE", "0/2 * * * * ?");
        var doomed = house.Start("Orchestrator", often, ("CHARTER_FAILPOINT", "schedule.begun:kill@3"));
        await Eventually.Holds("it is killed while its third firing runs", () => doomed.Process.HasExited, TimeSpan.FromSeconds(120), Cancelled);
        // usually one; two when another schedule was due in the same moment
        var left = await CountAsync(house, "outcome IS NULL");
        left.ShouldBeGreaterThan(0);
        var other = house.Start("Orchestrator", often);
        var third = house.Start("Orchestrator", often);
        await third.ReadyAsync(Cancelled);
        await other.ReadyAsync(Cancelled);
        await Eventually.Holds("one of the others has done it", async () => await CountAsync(house, "claim = 2 AND outcome = 'completed'") == left, TimeSpan.FromSeconds(90), Cancelled);
        var after = await CountAsync(house, "outcome = 'completed'");
        await Eventually.Holds("it goes on", async () => await CountAsync(house, "outcome = 'completed'") >= after + 3, TimeSpan.FromSeconds(60), Cancelled);
        var asked = await house.RemoteAsync("schedules", "run", "retention");
        var listed = await house.RemoteAsync("schedules", "list");
        // before they are told to stop: one that stops in the middle of a firing hands it on
        var begunAgain = await CountAsync(house, "claim > 1");
        foreach (var one in house.Alive) one.Signal("TERM");
        await Eventually.Holds("they have ended", () => house.Alive.Count == 0, TimeSpan.FromSeconds(40), Cancelled);

        (other.Process.ExitCode + third.Process.ExitCode, asked.ExitCode, listed.ExitCode).ShouldBe((0, 0, 0), asked.Error + listed.Error);
        asked.Output.ShouldContain("completed: removed the history of 0 runs");
        listed.Output.ShouldContain("retention");
        begunAgain.ShouldBe(left);
        (await CountAsync(house, "claim > 2 OR outcome = 'failed'")).ShouldBe(0);
        var done = Regex.Count(doomed.Log + other.Log + third.Log, "schedule retention completed", RegexOptions.None, TimeSpan.FromSeconds(5));
        done.ShouldBe(await CountAsync(house, "schedule = 'retention' AND outcome = 'completed'"), "a firing was carried out twice");
    }

    private static async Task<int> CountAsync(ServiceProcesses house, string condition) =>
        int.Parse((await house.QueryAsync($"SELECT count(*) FROM schedule_firings WHERE {condition}"))[0], CultureInfo.InvariantCulture);
}
