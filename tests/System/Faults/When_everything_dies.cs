using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F10: everything at once, started again in any order.</summary>
public sealed class When_everything_dies(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task All_runs_go_on() => RepeatAsync("F10", "kill -9 of everything, started in any order", async one =>
    {
        await one.AskAsync(10);
        await one.BegunAsync();
        await Task.Delay(Random.Shared.Next(0, 1500), Cancelled);
        foreach (var service in House.Services.Alive) service.Kill();
        House.Postgres.Kill();
        House.Broker.Kill();

        // services first, as often as not: they wait and say for what
        var starts = new List<Func<Task>> { () => House.Postgres.StartAsync(Cancelled), () => House.Broker.StartAsync(Cancelled) };
        starts.AddRange(FaultHouse.ServiceNames.Select(name => (Func<Task>)(() =>
        {
            House.Services.Start(name);
            return Task.CompletedTask;
        })));
        var order = starts.ToArray();
        Random.Shared.Shuffle(order);
        if (one.Number == 0) order = [.. starts.Skip(2), starts[0], starts[1]];
        var before = House.Services.All.Count;
        foreach (var start in order) await start();
        await one.HealAsync();
        House.Services.All.Count.ShouldBe(before + FaultHouse.ServiceNames.Length, "a service ended while it waited");
    });

    [Fact]
    public Task A_service_waits_for_what_is_not_up_and_names_it() => RepeatAsync("F10", "start without database or broker", async one =>
    {
        House.Services.Of("Agents").Kill();
        House.Broker.Kill();
        House.Postgres.Kill();
        var agents = House.Services.Start("Agents");
        await Eventually.Holds("it names the database", async () => await agents.CheckAsync("database") is { } detail && detail.Contains("cannot be reached", StringComparison.Ordinal), TimeSpan.FromSeconds(30), Cancelled);
        await House.Postgres.StartAsync(Cancelled);
        await Eventually.Holds("it names the broker", async () => await agents.CheckAsync("database") is { } detail && !detail.Contains("cannot", StringComparison.Ordinal)
            && (await agents.GetAsync("/health/ready"))!.Value.Status == System.Net.HttpStatusCode.ServiceUnavailable && (await agents.CheckAsync("bus"))!.Contains("amqp://", StringComparison.Ordinal), TimeSpan.FromSeconds(30), Cancelled);
        (await agents.GetAsync("/health/live"))!.Value.Status.ShouldBe(System.Net.HttpStatusCode.OK);
        await House.Broker.StartAsync(Cancelled);
        await agents.ReadyAsync(Cancelled);
        await one.HealAsync();
        await one.AskAsync(2);
    });
}
