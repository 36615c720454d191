using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Tests.Triggers;

public sealed class SqliteSupersedeTests() : SupersedeTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSupersedeTests() : SupersedeTests(DatabaseProvider.PostgreSql);

/// <summary>What becomes of the run of an older head, and of what a closed pull request had asked for.</summary>
public abstract class SupersedeTests(DatabaseProvider provider)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TriggerRules AtOnce = new() { Window = TimeSpan.Zero };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SupersedePolicies.None, RunStatus.Running, RunStatus.Queued)]
    [InlineData(SupersedePolicies.Queued, RunStatus.Running, RunStatus.Cancelled)]
    [InlineData(SupersedePolicies.Running, RunStatus.Cancelled, RunStatus.Cancelled)]
    public async Task Receive_NewerHead_CancelsWhatThePolicySays(string policy, string running, string queued)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce with { Supersede = policy }, repositories: [Forge.Shop, Forge.Shop + "-2"]);
        await host.ReceiveAsync(Forge.Push('0', 'a'));
        var first = new RunId((await host.SingleRunAsync()).Row.CorrelationId);
        await host.UntilRunningAsync("sync", first);
        // in its own lane, and second in the line for the only place
        await host.ReceiveAsync(Forge.Push('0', 'x', url: Forge.Shop + "-2"));
        var waiting = (await host.TriggeredAsync())[1].Row;
        waiting.Status.ShouldBe("Queued");

        await host.ReceiveAsync(Forge.Push('x', 'y', url: Forge.Shop + "-2"), Forge.Push('a', 'b'));

        var runs = await host.TriggeredAsync();
        var newer = runs.Single(run => run.Trigger.HeadSha == Forge.Sha('b')).Row.RunId;
        if (running == RunStatus.Cancelled)
        {
            await host.EndAsync(first);
            (await host.EventsAsync(first)).Single(entry => entry.Type == "run.cancelling").Data.GetProperty("reason").GetString().ShouldBe("superseded by " + newer);
        }
        if (queued == RunStatus.Cancelled) await host.UntilStatusAsync(new RunId(waiting.CorrelationId), RunStatus.Cancelled);
        if (policy == SupersedePolicies.None) (await host.RowAsync(new RunId(waiting.CorrelationId)))!.Status.ShouldBe("Queued");
        if (policy != SupersedePolicies.Running) (await host.RowAsync(first))!.Status.ShouldBe("Running");
    }

    [Fact]
    public async Task Receive_PullRequestClosedWhileItWaits_ExpiresWhatWaits()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var (opened, pushed, closed, late) = (Forge.Pull("opened", 'a', Noon), Forge.Pull("synchronize", 'b', Noon.AddSeconds(10), 'a'), Forge.Pull("closed", 'b', Noon.AddSeconds(20)), Forge.Pull("synchronize", 'c', Noon.AddSeconds(15), 'b'));

        await host.ReceiveAsync(opened, pushed, closed, late);
        await host.CloseAsync();

        (await host.DispositionsAsync(opened, pushed, closed, late)).ShouldBe([Dispositions.Expired, Dispositions.Expired, Dispositions.Accepted, Dispositions.Expired]);
        (await host.OutcomeAsync(closed)).Reason.ShouldContain("2 waiting events expired");
        (await host.TriggeredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_PullRequestClosedWhileItsRunIsQueued_CancelsItAndReopeningRunsAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, AtOnce);
        await host.ReceiveAsync(Forge.Push('0', 'x'));
        await host.UntilRunningAsync("sync");
        var (opened, closed, reopened) = (Forge.Pull("opened", 'a', Noon), Forge.Pull("closed", 'a', Noon.AddSeconds(10)), Forge.Pull("reopened", 'a', Noon.AddSeconds(20)));

        await host.ReceiveAsync(opened, closed, reopened);

        var runs = await host.TriggeredAsync();
        runs.Count.ShouldBe(3);
        (runs[1].Row.Workflow, runs[1].Trigger.Base, runs[1].Trigger.PullRequest).ShouldBe(("change-analysis", "main", 17));
        (await host.OutcomeAsync(closed)).RunId.ShouldBe(runs[1].Row.RunId);
        await host.UntilStatusAsync(new RunId(runs[1].Row.CorrelationId), RunStatus.Cancelled);
        (await host.OutcomeAsync(reopened)).RunId.ShouldBe(runs[2].Row.RunId);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Receive_ReopenedBeforeTheNewsOfItsClosing_Runs()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var (reopened, closed) = (Forge.Pull("reopened", 'a', Noon.AddSeconds(20)), Forge.Pull("closed", 'a', Noon.AddSeconds(10)));

        await host.ReceiveAsync(reopened, closed);
        await host.CloseAsync();

        (await host.OutcomeAsync(closed)).Reason.ShouldContain("nothing was waiting");
        (await host.OutcomeAsync(reopened)).Disposition.ShouldBe(Dispositions.Accepted);
    }

    [Fact]
    public async Task Receive_DraftThatBecomesReady_Runs()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var (draft, ready) = (Forge.Pull("opened", 'a', Noon, draft: true), Forge.Pull("ready_for_review", 'a', Noon.AddSeconds(10)));

        await host.ReceiveAsync(draft, ready);
        await host.CloseAsync();

        (await host.DispositionsAsync(draft, ready)).ShouldBe([Dispositions.Ignored, Dispositions.Accepted]);
        (await host.SingleRunAsync()).Trigger.EventId.ShouldBe(ready.EventId);
    }
}
