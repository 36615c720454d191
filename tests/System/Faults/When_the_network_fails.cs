using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F11, F16: the servers live, but the network between them and the Orchestrator does not.</summary>
public sealed class When_the_network_fails(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task All_runs_go_on() => RepeatAsync("F11", "network of the Orchestrator to broker and database: reset, cut, delayed, half-open", async one =>
    {
        await using var broker = TcpProxy.To(House.Broker.Port);
        await using var database = TcpProxy.To(House.Postgres.Port);
        House.Services.Of("Orchestrator").Kill();
        var orchestrator = House.Services.Start("Orchestrator",
            ("RABBITMQ_URL", House.BrokerUrl.Replace($":{House.Broker.Port}/", $":{broker.Port}/", StringComparison.Ordinal)),
            ("POSTGRES_CONNECTION_STRING", House.Services.Database.Replace($"Port={House.Postgres.Port};", $"Port={database.Port};", StringComparison.Ordinal)));
        await orchestrator.ReadyAsync(Cancelled);
        try
        {
            var asking = one.AskAsync(12);
            await one.BegunAsync();
            foreach (var proxy in (TcpProxy[])[broker, database])
            {
                proxy.Reset();
                await Task.Delay(1000, Cancelled);
                proxy.Cut();
                proxy.Fault = ProxyFault.Refusing;
                await Task.Delay(2000, Cancelled);
                proxy.Fault = ProxyFault.Delayed;
                await Task.Delay(2000, Cancelled);
                proxy.Fault = ProxyFault.HalfOpen;
                await Task.Delay(2000, Cancelled);
                proxy.Fault = ProxyFault.None;
            }
            one.Healed();
            await asking;
            await one.EndAsync(Limit);
        }
        finally
        {
            orchestrator.Kill(); // the next one talks to the servers themselves
        }
        await House.HealAsync();
    });
}
