using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Tests.Triggers;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Schedules;

public sealed class SqliteRetentionTests() : RetentionTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRetentionTests() : RetentionTests(DatabaseProvider.PostgreSql);

/// <summary>What is removed of old runs, and what is not.</summary>
public abstract class RetentionTests(DatabaseProvider provider)
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(100);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OldRun_LosesItsHistoryAndNothingElse()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (old, before) = await host.RunAsync(Graphs.Usual);
        host.Time.Shift(Long);
        var (young, _) = await host.RunAsync(Graphs.Usual);
        (await StoredStepsAsync(host, old)).ShouldBe(5);

        var firing = await host.Schedules.RunAsync("retention", Token);

        firing.Outcome.ShouldBe("completed", firing.Detail);
        firing.Detail.ShouldNotBeNull().ShouldContain("1 runs on 1 threads");
        var after = (await host.Runs.FindAsync(old, Token))!;
        after.Run.Status.ShouldBe(RunStatus.Published);
        after.Steps.Select(step => (step.Name, step.Status)).ShouldBe(before.Steps.Select(step => (step.Name, step.Status)));
        after.Markdown.ShouldBe(before.Markdown);
        (await host.Runs.CheckpointsAsync(old, Token)).ShouldBeEmpty();
        (await host.EventsAsync(old)).ShouldBeEmpty();
        await Eventually.Holds("the services have forgotten the old run's steps", async () => await StoredStepsAsync(host, old) == 0, cancellationToken: Token);
        (await host.Runs.CheckpointsAsync(young, Token)).ShouldNotBeEmpty();
        (await StoredStepsAsync(host, young)).ShouldBe(5);
        (await Should.ThrowAsync<RunRequestException>(() => host.Runs.ForkAsync(old, 2, null, null, Token))).Code.ShouldBe("checkpoint_not_found");
    }

    [Fact]
    public async Task Run_OldThreadThatIsStillOfUse_Stays()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("archivist", (_, _) => throw StepFailedException.Permanent("broken", "broken", null)));
        var (forked, _) = await host.RunAsync(Graphs.Single);
        var (resumed, _) = await host.RunAsync(Graphs.Chain);
        host.Time.Shift(Long);
        host.Script.Usual("archivist");
        var fork = await host.Runs.ForkAsync(forked, 1, null, null, Token);
        await host.EndAsync(fork);
        await host.EndAsync(await host.Runs.ResumeAsync(resumed, null, null, null, null, Token));

        var firing = await host.Schedules.RunAsync("retention", Token);

        firing.Detail.ShouldNotBeNull().ShouldContain("0 runs on 0 threads");
        (await host.Runs.CheckpointsAsync(fork, Token)).Count.ShouldBe(3);
        host.Time.Shift(Long);
        (await host.Schedules.RunAsync("retention", Token)).Detail.ShouldNotBeNull().ShouldContain("4 runs on 3 threads");
    }

    [Fact]
    public async Task Run_OldEvents_AreForgottenSaveThoseThatWait()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var (old, young) = (Forge.Push('0', 'a') with { Ref = "refs/tags/old" }, Forge.Push('0', 'b', "topic"));
        await host.ReceiveAsync(old);
        await host.Driver.StopAsync(Token);
        var waiting = Forge.Pull("opened", 'c');
        await host.ReceiveAsync(waiting);
        host.Time.Shift(Long);
        await host.ReceiveAsync(young with { ReceivedAt = host.Time.GetUtcNow() });

        (await host.Schedules.RunAsync("retention", Token)).Outcome.ShouldBe("completed");

        (await host.Database.ReadAsync((db, token) => db.TriggerEvents.Select(row => row.EventId).ToListAsync(token), Token)).ShouldBe([young.EventId, waiting.EventId], ignoreOrder: true);
        (await host.Database.ReadAsync((db, token) => db.TriggerWindows.Select(window => window.Line).ToListAsync(token), Token)).ShouldBe([young.Line, waiting.Line], ignoreOrder: true);
    }

    private static Task<int> StoredStepsAsync(RunHost host, RunId run)
    {
        var id = run.ToString();
        return host.Database.ReadAsync((db, token) => db.Database.SqlQuery<int>($"SELECT CAST(count(*) AS integer) AS \"Value\" FROM node_executions WHERE run_id = {id}").SingleAsync(token), Token);
    }
}
