using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Triggers;

public sealed class SqliteTriggerWindowTests() : TriggerWindowTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlTriggerWindowTests() : TriggerWindowTests(DatabaseProvider.PostgreSql);

/// <summary>A burst of events is one run, of the newest; what happened once is analysed once; nothing is left without an answer.</summary>
public abstract class TriggerWindowTests(DatabaseProvider provider)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TriggerRules AtOnce = new() { Window = TimeSpan.Zero };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>F38.</summary>
    [Fact]
    public async Task Receive_FivePushesInAMinute_AreOneRunOfTheNewest()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, repositories: [Forge.Shop]);
        TriggerReceived[] pushes = [Forge.Push('0', 'a'), Forge.Push('a', 'b'), Forge.Push('b', 'c'), Forge.Push('c', 'd'), Forge.Push('d', 'e')];

        await host.ReceiveAsync(pushes);
        (await host.DispositionsAsync(pushes)).ShouldAllBe(disposition => disposition == Dispositions.Waiting);
        (await host.TriggeredAsync()).ShouldBeEmpty();
        await host.CloseAsync();

        (await host.DispositionsAsync(pushes)).ShouldBe([Dispositions.Collapsed, Dispositions.Collapsed, Dispositions.Collapsed, Dispositions.Collapsed, Dispositions.Accepted]);
        var (row, trigger) = await host.SingleRunAsync();
        (trigger.Target, trigger.Ref, trigger.HeadSha, trigger.EventId).ShouldBe((Forge.Shop, "refs/heads/main", Forge.Sha('e'), pushes[4].EventId));
        foreach (var push in pushes) (await host.OutcomeAsync(push)).RunId.ShouldBe(row.RunId);
        (await host.EndAsync(new RunId(row.CorrelationId))).Run.Status.ShouldBe(RunStatus.Published);
        host.Watch.Faults.ShouldBeEmpty();
    }

    /// <summary>F21: the window's part of it; Ingest knows the delivery.</summary>
    [Fact]
    public async Task Receive_SameEventAHundredTimes_IsOneRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var push = Forge.Push('a', 'b');

        await host.DeliverAsync(Queues.Triggers, push, times: 100);
        await host.CloseAsync();
        await host.DeliverAsync(Queues.Triggers, push, times: 10);

        var run = (await host.SingleRunAsync()).Row.RunId;
        (await host.OutcomeAsync(push)).ShouldBe(new TriggerDisposed(push.EventId, Dispositions.Accepted, "led to the run", run));
        host.Watch.Faults.ShouldBeEmpty();
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
    }

    /// <summary>F23.</summary>
    [Fact]
    public async Task Receive_SamePushUnderOtherIds_AreDuplicatesWhileItWaitsAndAfterwards()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var (first, second, third, other) = (Forge.Push('a', 'b'), Forge.Push('a', 'b'), Forge.Push('a', 'b'), Forge.Push('x', 'b'));

        await host.ReceiveAsync(first, second);
        await host.CloseAsync();
        await host.ReceiveAsync(third, other);

        var run = (await host.SingleRunAsync()).Row.RunId;
        (await host.OutcomeAsync(first)).RunId.ShouldBe(run);
        (await host.OutcomeAsync(second)).ShouldBe(new TriggerDisposed(second.EventId, Dispositions.Duplicate, $"{first.EventId} said the same and waits", null));
        (await host.OutcomeAsync(third)).ShouldBe(new TriggerDisposed(third.EventId, Dispositions.Duplicate, $"{first.EventId} said the same", run));
        // the same head by another way
        (await host.OutcomeAsync(other)).ShouldBe(new TriggerDisposed(other.EventId, Dispositions.Duplicate, "its head is the last run's", run));
    }

    [Fact]
    public async Task Receive_SamePushAgainAfterItsRunWasLost_RunsAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce);
        var (first, again) = (Forge.Push('a', 'b', at: Noon), Forge.Push('a', 'b', at: Noon));
        await host.ReceiveAsync(first);
        var run = (await host.SingleRunAsync()).Row;
        await host.Runs.CancelAsync(new RunId(run.CorrelationId), "test", null, Token);
        await host.EndAsync(new RunId(run.CorrelationId));

        await host.ReceiveAsync(again);

        (await host.OutcomeAsync(again)).Disposition.ShouldBe(Dispositions.Accepted);
        (await host.TriggeredAsync()).Count.ShouldBe(2);
    }

    /// <summary>F24, in one window and without any clock of the forge.</summary>
    [Fact]
    public async Task Receive_ChainInEveryOrder_IsARunOfItsEnd()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var orders = Permutations.Of("abcd").ToList();
        await using var host = await WindowHost.StartAsync(database, repositories: [.. orders.Select((_, i) => $"{Forge.Shop}-{i}")]);

        for (var i = 0; i < orders.Count; i++)
            foreach (var head in orders[i]) await host.ReceiveAsync(Forge.Push(head == 'a' ? '0' : (char)(head - 1), head, url: $"{Forge.Shop}-{i}"));
        await host.CloseAsync();

        var runs = await host.TriggeredAsync();
        runs.Count.ShouldBe(orders.Count);
        runs.ShouldAllBe(run => run.Trigger.HeadSha == Forge.Sha('d'));
        host.Watch.Faults.ShouldBeEmpty();
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
    }

    /// <summary>F24, each event by itself: what is older than the last run starts nothing.</summary>
    [Fact]
    public async Task Receive_ChainInEveryOrderAtOnce_LastRunIsOfItsEnd()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var orders = Permutations.Of("abcd").ToList();
        await using var host = await WindowHost.StartAsync(database, AtOnce, repositories: [.. orders.Select((_, i) => $"{Forge.Shop}-{i}")]);

        for (var i = 0; i < orders.Count; i++)
            foreach (var head in orders[i]) await host.ReceiveAsync(Forge.Push(head == 'a' ? '0' : (char)(head - 1), head, url: $"{Forge.Shop}-{i}", at: Noon.AddSeconds(head)));

        var runs = await host.TriggeredAsync();
        for (var i = 0; i < orders.Count; i++)
        {
            var heads = runs.Where(run => run.Trigger.Target == $"{Forge.Shop}-{i}").Select(run => run.Trigger.HeadSha![0]).ToList();
            new string([.. heads]).ShouldBe(new string([.. heads.Order()]));
            heads[^1].ShouldBe('d');
        }
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_ForcedBackToAnEarlierCommit_IsNoDuplicate()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce);

        await host.ReceiveAsync(Forge.Push('0', 'a', at: Noon), Forge.Push('a', 'b', at: Noon.AddSeconds(1)), Forge.Push('b', 'a', at: Noon.AddSeconds(2)), Forge.Push('a', 'b', at: Noon.AddSeconds(3)));

        (await host.TriggeredAsync()).Select(run => run.Trigger.HeadSha![0]).ShouldBe(['a', 'b', 'a', 'b']);
    }

    [Fact]
    public async Task Receive_LeadingEdge_RunsTheFirstAtOnceAndTheNewestAtTheEnd()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Edge = WindowEdges.Leading });
        TriggerReceived[] pushes = [Forge.Push('0', 'a'), Forge.Push('a', 'b'), Forge.Push('b', 'c')];

        await host.ReceiveAsync(pushes);
        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('a'));
        await host.CloseAsync();

        (await host.DispositionsAsync(pushes)).ShouldBe([Dispositions.Accepted, Dispositions.Collapsed, Dispositions.Accepted]);
        (await host.TriggeredAsync()).Select(run => run.Trigger.HeadSha![0]).ShouldBe(['a', 'c']);
    }

    [Fact]
    public async Task Receive_LeadingEdgeAndOnlyOlderOnesAfterwards_IsOneRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Edge = WindowEdges.Leading });
        TriggerReceived[] pushes = [Forge.Push('b', 'c'), Forge.Push('a', 'b'), Forge.Push('0', 'a')];

        await host.ReceiveAsync(pushes);
        await host.CloseAsync();

        var run = (await host.SingleRunAsync()).Row.RunId;
        (await host.DispositionsAsync(pushes)).ShouldBe([Dispositions.Accepted, Dispositions.Collapsed, Dispositions.Collapsed]);
        (await host.OutcomeAsync(pushes[2])).RunId.ShouldBe(run);
    }

    [Fact]
    public async Task Receive_NextBurst_IsAnotherRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);

        await host.ReceiveAsync(Forge.Push('0', 'a'), Forge.Push('a', 'b'));
        await host.CloseAsync();
        await host.ReceiveAsync(Forge.Push('b', 'c'));
        await host.CloseAsync();

        (await host.TriggeredAsync()).Select(run => run.Trigger.HeadSha![0]).ShouldBe(['b', 'c']);
    }

    [Fact]
    public async Task Receive_ShortWindow_ClosesByItself()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Window = TimeSpan.FromSeconds(1) });

        await host.ReceiveAsync(Forge.Push('a', 'b'));

        await host.CloseAsync(TimeSpan.Zero);
        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('b'));
    }

    [Fact]
    public async Task Receive_NotRegistered_IsIgnoredWithTheRemedy()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce);
        var push = Forge.Push('a', 'b', url: "https://forge.example/acme/other");

        await host.ReceiveAsync(push);

        var outcome = await host.OutcomeAsync(push);
        outcome.Disposition.ShouldBe(Dispositions.Ignored);
        outcome.Reason.ShouldContain("charter repos add https://forge.example/acme/other");
        (await host.TriggeredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_TakenFromTheRegistryMeanwhile_StartsNothing()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, repositories: []);
        await host.Repositories.AddAsync(Forge.Shop, null, null, Token);
        var push = Forge.Push('a', 'b');
        await host.ReceiveAsync(push);

        await host.Repositories.RemoveAsync(Forge.Shop, Token);
        await host.CloseAsync();

        (await host.OutcomeAsync(push)).Disposition.ShouldBe(Dispositions.Ignored);
        (await host.TriggeredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_OtherBranchThatTheRulesName_IsAChangeAndNoCharter()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce with { Branches = ["*"] });

        await host.ReceiveAsync(Forge.Push('a', 'b', "topic"));

        var (row, trigger) = await host.SingleRunAsync();
        (row.Workflow, trigger.Base).ShouldBe(("change-analysis", "main"));
    }

    [Fact]
    public async Task Receive_EveryMessageThreeTimes_IsOneRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        host.Services.GetRequiredService<IBusControl>().ConnectConsumeObserver(new Duplicator());

        await host.ReceiveAsync(Forge.Push('0', 'a'), Forge.Push('a', 'b'), Forge.Push('b', 'c'));
        await host.CloseAsync();

        (await host.SingleRunAsync()).Trigger.HeadSha.ShouldBe(Forge.Sha('c'));
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_RepositoryThatHasMoved_GoesOnWhereItsChartersAre()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, triggers: AtOnce);
        const string Former = "https://forge.example/old/shop";
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Former));
        await host.Database.WriteAsync((db, _) =>
        {
            db.RegisteredRepositories.Add(new RegisteredRepositoryRow { Lane = RunQueue.LaneOf(Forge.Shop), Target = Forge.Shop, KnownAs = Former, AddedAt = host.Time.GetUtcNow() });
            return Task.CompletedTask;
        }, Token);

        await host.ReceiveAsync(Forge.Push('a', 'b'));

        var (row, trigger) = await host.SingleRunAsync();
        (trigger.Target, trigger.KnownAs, row.Lane).ShouldBe((Forge.Shop, Former, Former));
        trigger.BaseSha.ShouldBe(Forge.Sha('a'), "the head of the charter under the former address");
        await host.EndAsync(new RunId(row.CorrelationId));
        (await host.Database.ReadAsync((db, token) => db.Charters.OrderBy(charter => charter.Version).Select(charter => charter.Target).ToListAsync(token), Token)).ShouldBe([Former, Former]);
    }

    [Fact]
    public async Task Receive_RegisteredRepository_IsKnownByItsNumberFromThenOn()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce, repositories: []);
        await host.Repositories.AddAsync(Forge.Shop, null, null, Token);
        TriggerReceived Of(TriggerReceived push, string url, string number) => push with { Repository = new TriggerRepository(url, "acme/shop", number, "main") };

        var (first, moved, taken) = (Of(Forge.Push('0', 'a'), Forge.Shop, "forge.example/1"), Of(Forge.Push('a', 'b'), "https://forge.example/new/name", "forge.example/1"), Of(Forge.Push('0', 'x'), Forge.Shop, "forge.example/2"));
        await host.ReceiveAsync(first, moved, taken);

        (await host.DispositionsAsync(first, moved, taken)).ShouldBe([Dispositions.Accepted, Dispositions.Accepted, Dispositions.Ignored]);
        (await host.Database.ReadAsync((db, token) => db.RegisteredRepositories.SingleAsync(token), Token)).DefaultBranch.ShouldBe("main");
    }
}
