using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>What tests of trigger windows ask of a host.</summary>
internal static class WindowHost
{
    /// <summary>Longer than a window.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(61);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A host that looks after <see cref="Forge.Shop"/> and begins no run, so that what was asked for stays to be seen.</summary>
    public static Task<RunHost> StartAsync(RunDatabase database, TriggerRules? rules = null, ShiftedTime? clock = null, IReadOnlyList<string>? repositories = null) =>
        RunHost.StartAsync(database, new Script().On("sync", Script.Hang()), maxConcurrentRuns: 1, triggers: rules, clock: clock, repositories: repositories ?? [Forge.Shop]);

    /// <summary>Events, one after the other, as Ingest sends them.</summary>
    public static async Task ReceiveAsync(this RunHost host, params TriggerReceived[] events)
    {
        foreach (var e in events) await host.DeliverAsync(Queues.Triggers, e);
    }

    /// <summary>Lets the time of every open window pass, and waits until all of them have closed.</summary>
    public static async Task CloseAsync(this RunHost host, TimeSpan? time = null)
    {
        await host.PassAsync(time ?? Long);
        await Eventually.Holds("every window closes", async () => !await host.Database.ReadAsync((db, token) => db.TriggerWindows.AnyAsync(window => window.DueAt != null, token), Token), cancellationToken: Token);
    }

    /// <summary>What became of an event, as Ingest was told last.</summary>
    public static async Task<TriggerDisposed> OutcomeAsync(this RunHost host, TriggerReceived e)
    {
        var row = await host.Database.ReadAsync((db, token) => db.TriggerEvents.SingleAsync(row => row.EventId == e.EventId, token), Token);
        var told = new TriggerDisposed(row.EventId, row.Disposition, row.Reason, row.RunId);
        await Eventually.Holds($"Ingest is told of {e.EventId}: {told}", () => host.Watch.Disposed.Contains(told), cancellationToken: Token);
        return told;
    }

    /// <summary>The dispositions of some events.</summary>
    public static async Task<List<string>> DispositionsAsync(this RunHost host, params TriggerReceived[] events)
    {
        var all = new List<string>();
        foreach (var e in events) all.Add((await host.OutcomeAsync(e)).Disposition);
        return all;
    }

    /// <summary>Every run that events led to, in the order of their requests; once all of them are accepted.</summary>
    public static async Task<List<(RunSaga Row, RunTrigger Trigger)>> TriggeredAsync(this RunHost host)
    {
        await Eventually.Holds("every request is accepted", async () => !await host.Database.ReadAsync((db, token) => db.RunRequests.AnyAsync(token), Token), cancellationToken: Token);
        var rows = await host.Database.ReadAsync((db, token) => db.Runs.ToListAsync(token), Token);
        // their ids tell when they were asked for; they may be accepted in another order
        return [.. rows.OrderBy(row => row.CorrelationId).Select(row => (row, RunProgress.Payload(row).Trigger)).Where(run => run.Trigger.Source == "webhook")];
    }

    /// <summary>The one run that events led to.</summary>
    public static async Task<(RunSaga Row, RunTrigger Trigger)> SingleRunAsync(this RunHost host) => (await host.TriggeredAsync()).ShouldHaveSingleItem();
}
