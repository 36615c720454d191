using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>One distributed house for all journeys that go the same way on both profiles; each has a repository of its own in it. Starts when it is first asked for.</summary>
public sealed class DistributedHouse : IAsyncDisposable
{
    private Task<ServiceProcesses>? started;
    private int repositories;

    internal Task<ServiceProcesses> StartedAsync() => started ??= ServiceProcesses.StartAsync(CancellationToken.None);

    /// <summary>A name that no other repository has.</summary>
    internal string NextName() => $"team/journey{Interlocked.Increment(ref repositories)}";

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true }) await (await started).DisposeAsync();
    }
}

[CollectionDefinition(nameof(DistributedHouse))]
public sealed class DistributedHouseCollection : ICollectionFixture<DistributedHouse>;
