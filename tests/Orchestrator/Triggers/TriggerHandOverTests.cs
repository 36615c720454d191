using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>Failpoints are the process's: tests that arm them run alone.</summary>
[CollectionDefinition(nameof(TriggerHandOverTests), DisableParallelization = true)]
public sealed class FailpointsAlone;

[Collection(nameof(TriggerHandOverTests))]
public sealed class SqliteTriggerHandOverTests() : TriggerHandOverTests(DatabaseProvider.Sqlite);

[Collection(nameof(TriggerHandOverTests))]
public sealed class PostgreSqlTriggerHandOverTests() : TriggerHandOverTests(DatabaseProvider.PostgreSql);

/// <summary>Whatever dies or gets lost between an event and its run: there is one run, and every event is answered.</summary>
public abstract class TriggerHandOverTests(DatabaseProvider provider) : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Failpoints.Arm(null);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Window_HostEndsWhileItIsOpen_TheNextHostClosesItOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var clock = new ShiftedTime();
        TriggerReceived[] pushes = [Forge.Push('0', 'a'), Forge.Push('a', 'b')];
        await using (var doomed = await WindowHost.StartAsync(database, clock: clock)) await doomed.ReceiveAsync(pushes);

        await using var host = await WindowHost.StartAsync(database, clock: clock);
        // Ingest has no answer yet that ends them
        await host.ReceiveAsync(pushes);
        await host.ReceiveAsync(Forge.Push('b', 'c'));
        await host.CloseAsync();

        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('c'));
        (await host.DispositionsAsync(pushes)).ShouldBe([Dispositions.Collapsed, Dispositions.Collapsed]);
    }

    [Fact]
    public async Task TriggerWindowDue_Lost_IsSentAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        await host.ReceiveAsync(Forge.Push('a', 'b'));
        host.Watch.Lose<TriggerWindowDue>();

        await host.PassAsync(WindowHost.Long);
        await host.UntilLostAsync<TriggerWindowDue>();
        await host.CloseAsync();

        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('b'));
    }

    [Fact]
    public async Task StartRun_Lost_IsSentAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Window = TimeSpan.Zero });
        host.Watch.Lose<StartRun>();
        await host.ReceiveAsync(Forge.Push('a', 'b'));
        await host.UntilLostAsync<StartRun>();

        await host.PassAsync(TimeSpan.FromSeconds(31));

        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('b'));
    }

    [Fact]
    public async Task TriggerDisposed_Lost_IsToldAgainWhenTheEventComesAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Window = TimeSpan.Zero });
        host.Watch.Lose<TriggerDisposed>(5); // as often as a broker delivers it
        var push = Forge.Push('a', 'b');
        await host.ReceiveAsync(push);
        await Eventually.Holds("the answer is lost", () => host.Watch.LostOf<TriggerDisposed>() > 0, cancellationToken: Token);
        host.Watch.Lose<TriggerDisposed>(0);

        await host.ReceiveAsync(push);

        (await host.OutcomeAsync(push)).Disposition.ShouldBe(Dispositions.Accepted);
        await host.SingleRunAsync();
    }

    /// <summary>The transaction is on the disk; neither is its message acknowledged nor has anything been sent. Once for an event, once for its window's end.</summary>
    [Fact]
    public async Task Process_DiesBetweenCommitAndMessages_NothingIsLostOrDoneTwice()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var clock = new ShiftedTime();
        TriggerReceived[] pushes = [Forge.Push('0', 'a'), Forge.Push('a', 'b')];
        await DieAsync(database, clock, doomed => doomed.ReceiveAsync(pushes[0]));
        await using (var between = await WindowHost.StartAsync(database, clock: clock)) await between.ReceiveAsync(pushes); // Ingest has no answer
        var before = await DieAsync(database, clock, doomed => doomed.PassAsync(WindowHost.Long));

        await using var host = await WindowHost.StartAsync(database, clock: clock);
        await host.CloseAsync();

        // by the host that is no more where it was the repeated message at whose commit it died
        await Eventually.Holds("Ingest is told of both", () => before.Disposed.Concat(host.Watch.Disposed).Where(one => Dispositions.IsFinal(one.Disposition)).Select(one => (one.EventId, one.Disposition)).Distinct().Order()
            .SequenceEqual(new[] { (pushes[0].EventId, Dispositions.Collapsed), (pushes[1].EventId, Dispositions.Accepted) }.Order()), cancellationToken: Token);
        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('b'));
        (await host.Database.ReadAsync((db, token) => db.TriggerEvents.CountAsync(token), Token)).ShouldBe(2);
        host.Watch.Faults.ShouldBeEmpty();
    }

    private static async Task<BusWatch> DieAsync(RunDatabase database, ShiftedTime clock, Func<RunHost, Task> act)
    {
        await using var doomed = await WindowHost.StartAsync(database, clock: clock);
        Failpoints.Arm($"{Failpoints.SagaAfterCommit}:throw");
        await act(doomed);
        await Eventually.Holds("the saga's commit is its last", () => doomed.Watch.Faults.OfType<FailpointException>().Any(), cancellationToken: Token);
        Failpoints.Arm(null);
        return doomed.Watch;
    }
}
