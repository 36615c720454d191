using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Repositories;

/// <summary>A forge that reports what happens to its repositories, and listens to what became of it.</summary>
internal sealed class Forge(RunHost host)
{
    private int events;

    public static TriggerRepository Repository(string name, long? number = null, string? branch = "main") =>
        new($"https://forge.example/{name}", name, number is null ? null : $"forge.example/{number}", branch);

    /// <summary>Reports, and waits for the answer.</summary>
    public Task<TriggerDisposed> ReportAsync(string change, TriggerRepository repository, string? former = null) => ReportAsync(change, [repository], former);

    public async Task<TriggerDisposed> ReportAsync(string change, IReadOnlyList<TriggerRepository> repositories, string? former = null, string? id = null)
    {
        var message = new RepositoriesReported
        {
            EventId = id ?? $"evt_{++events}",
            Provider = "github",
            Change = change,
            Repositories = repositories,
            FormerUrl = former,
            ReceivedAt = host.Time.GetUtcNow(),
        };
        return await SendAsync(message.EventId, message);
    }

    /// <summary>The n-th answer to an event, once it is there.</summary>
    public async Task<TriggerDisposed> SendAsync<T>(string id, T message, string queue = Queues.ForgeEvents) where T : class
    {
        var before = host.Watch.Disposed.Count(answer => answer.EventId == id);
        await host.DeliverAsync(queue, message);
        host.Watch.Faults.ShouldBeEmpty();
        await Eventually.Holds($"{id} is answered", () => host.Watch.Disposed.Count(answer => answer.EventId == id) > before, cancellationToken: TestContext.Current.CancellationToken);
        return host.Watch.Disposed.Last(answer => answer.EventId == id);
    }
}
