using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F11 and F13: the broker is killed, blocks its connections, or the network to it fails.</summary>
public sealed class When_the_broker_dies(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task The_API_goes_on_and_everything_drains() => RepeatAsync("F11", "kill -9 broker mid-burst", async one =>
    {
        var asking = one.AskAsync(15);
        await Task.Delay(Random.Shared.Next(200, 2000), Cancelled);
        var before = House.Services.Alive.Select(service => service.Process.Id).ToList();
        House.Broker.Kill();
        // not one request is refused while it is away
        var (runs, refusals) = await House.AskAsync(5);
        refusals.ShouldBeEmpty();
        foreach (var run in runs) one.Add(run);
        await asking;
        one.Refusals.ShouldBeEmpty();
        await House.Broker.StartAsync(Cancelled);
        await one.HealAsync();
        House.Services.Alive.Select(service => service.Process.Id).ShouldBe(before, "a service was started again");
    }, always: true);

    [Fact]
    public Task Blocked_connections_are_named_and_everything_drains() => RepeatAsync("F13", "broker blocks connections (memory alarm)", async one =>
    {
        await House.Broker.ControlAsync(Cancelled, "set_vm_memory_high_watermark", "absolute", "1MB");
        try
        {
            await one.AskAsync(10);
            one.Refusals.ShouldBeEmpty();
            await Eventually.Holds("readiness names it", async () => await House.Services.Of("Orchestrator").CheckAsync("bus") is { } detail && detail.Contains("alarm", StringComparison.Ordinal), TimeSpan.FromSeconds(30), Cancelled);
            (await House.Services.Of("Orchestrator").GetAsync("/health/ready"))!.Value.Status.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            await House.Broker.ControlAsync(Cancelled, "set_vm_memory_high_watermark", "absolute", "1GB");
        }
        await one.HealAsync();
    });
}
