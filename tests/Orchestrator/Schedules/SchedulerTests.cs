using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Schedules;

public sealed class SqliteSchedulerTests() : SchedulerTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSchedulerTests() : SchedulerTests(DatabaseProvider.PostgreSql)
{
    [Fact]
    public async Task TwoHosts_EachDueTime_FiresInOneOfThem()
    {
        using var database = await RunDatabase.CreateAsync(DatabaseProvider.PostgreSql, Token);
        var (left, right) = (new CountingSchedule(CountingSchedule.EverySecond), new CountingSchedule(CountingSchedule.EverySecond));
        await using var first = await RunHost.StartAsync(database, serving: [left]);
        await using (await RunHost.StartAsync(database, serving: [right]))
        {
            await Eventually.Holds("it has fired six times", async () => (await first.FiringsAsync("counting")).Count(row => row.EndedAt is not null) >= 6, cancellationToken: Token);
        }
        var rows = await first.FiringsAsync("counting");
        (left.Count + right.Count).ShouldBe(rows.Count);
        rows.ShouldAllBe(row => row.Claim == 1 && row.Outcome == "completed");
    }
}

/// <summary>When schedules fire, on Quartz itself.</summary>
public abstract class SchedulerTests(DatabaseProvider provider)
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Due_FiresAgainAndAgain_AndIsListed()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var schedule = new CountingSchedule(CountingSchedule.EverySecond);
        await using var host = await RunHost.StartAsync(database, serving: [schedule]);

        await Eventually.Holds("it has fired three times", async () => (await host.FiringsAsync("counting")).Count(row => row.EndedAt is not null) >= 3, cancellationToken: Token);

        var listed = (await host.Schedules.ListAsync(Token)).Single(one => one.Name == "counting");
        listed.NextAt.ShouldNotBeNull().ShouldBeGreaterThan(listed.Last.ShouldNotBeNull().DueAt);
        (listed.Last.Outcome ?? "completed", listed.Last.Attempts).ShouldBe(("completed", 1));
        (await host.FiringsAsync("counting")).Select(row => row.DueAt).ShouldBeUnique();
    }

    [Fact]
    public async Task DownForADay_WhateverWasMissed_FiresOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var time = new ShiftedTime();
        var schedule = new CountingSchedule(CountingSchedule.EveryHour);
        await using (var host = await RunHost.StartAsync(database, serving: [schedule], clock: time))
        {
            (await host.Schedules.RunAsync("counting", Token)).Outcome.ShouldBe("completed");
        }
        time.Shift(TimeSpan.FromDays(1));
        var before = schedule.Count;

        await using (var host = await RunHost.StartAsync(database, serving: [schedule], clock: time))
        {
            await Eventually.Holds("it has fired", () => schedule.Count > before, cancellationToken: Token);
            // what is asked for now comes after everything that is overdue
            (await host.Schedules.RunAsync("counting", Token)).Outcome.ShouldBe("completed");
        }
        schedule.Count.ShouldBe(before + 2);
    }

    [Fact]
    public async Task StoppedHalfWay_ComesAgainInTheNextHost()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var begun = new TaskCompletionSource();
        var endless = new CountingSchedule("off", async token =>
        {
            begun.TrySetResult();
            await Hang.UntilCancelledAsync(token);
        });
        await using (var host = await RunHost.StartAsync(database, serving: [endless]))
        {
            _ = host.Schedules.RunAsync("counting", CancellationToken.None);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        }
        endless.Count.ShouldBe(1);

        var quick = new CountingSchedule(CountingSchedule.EveryHour);
        await using var next = await RunHost.StartAsync(database, serving: [quick]);
        await Eventually.Holds("it has ended", async () => (await next.FiringsAsync("counting")).Exists(row => row.EndedAt is not null), TimeSpan.FromSeconds(40), Token);
        var row = (await next.FiringsAsync("counting")).ShouldHaveSingleItem();
        (row.Claim, row.Outcome, quick.Count).ShouldBe((2, "completed", 1));
    }

    [Fact]
    public async Task Failure_IsAnOutcome_AndTheNextFiringComes()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var broken = new CountingSchedule(CountingSchedule.EverySecond, _ => throw new InvalidOperationException("it broke"));
        await using var host = await RunHost.StartAsync(database, serving: [broken]);

        await Eventually.Holds("it has failed twice", async () => (await host.FiringsAsync("counting")).Count(row => row is { Outcome: "failed", Detail: "it broke" }) >= 2, cancellationToken: Token);
        (await Should.ThrowAsync<RunRequestException>(() => host.Schedules.RunAsync("unknown", Token))).Code.ShouldBe("schedule_not_found");
    }
}
