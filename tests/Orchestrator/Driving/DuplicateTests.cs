using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Driving;

public sealed class SqliteDuplicateTests() : DuplicateTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlDuplicateTests() : DuplicateTests(DatabaseProvider.PostgreSql);

/// <summary>F26: every message of a run arrives three times, under its own id and under another one, and has one effect.</summary>
public abstract class DuplicateTests(DatabaseProvider provider)
{
    private const int Times = 50;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_EveryMessageThreeTimes_HasOneEffect()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        // of two attempts the first fails: retries are doubled as well
        var script = new Script().On("historian", (context, _) => context.Attempt == 1 ? throw new IOException("once") : Task.FromResult(Script.Usual(StepKinds.Historian, context.Step)));
        await using var host = await RunHost.StartAsync(database, script, maxConcurrentRuns: 8);
        var duplicator = new Duplicator();
        host.Services.GetRequiredService<IBusControl>().ConnectConsumeObserver(duplicator);

        var runs = new List<RunId>();
        for (var i = 0; i < Times; i++) runs.Add(await host.StartAsync(Graphs.Usual));

        foreach (var run in runs)
        {
            (await host.EndAsync(run)).Run.Status.ShouldBe(RunStatus.Published);
            var id = run.ToString();
            host.Script.Executions.Where(execution => execution.RunId == id).Select(execution => $"{execution.Step} {execution.Attempt}")
                .ShouldBe(["archivist 1", "historian 1", "historian 2", "scan 1", "sync 1"], ignoreOrder: true);
            (await host.Runs.CheckpointsAsync(run, Token)).Select(checkpoint => checkpoint.Seq).ShouldBe([1, 2, 3, 4, 5]);
            (await host.EventsAsync(run)).Count(entry => entry.Type == "run.published").ShouldBe(1);
        }
        (await host.Database.ReadAsync((db, token) => db.Charters.Select(charter => charter.RunId).ToListAsync(token), Token)).ShouldBe(runs.Select(run => run.ToString()), ignoreOrder: true);
        duplicator.Copies.ShouldBeGreaterThan(Times * 20);
        host.Watch.Faults.ShouldBeEmpty();
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_EveryMessageThreeTimes_HasOneEffect()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang()), maxConcurrentRuns: Times);
        host.Services.GetRequiredService<IBusControl>().ConnectConsumeObserver(new Duplicator());
        var runs = new List<RunId>();
        for (var i = 0; i < Times; i++) runs.Add(await host.StartAsync(Graphs.Usual));
        await Eventually.Holds("all hang", () => host.Script.CountOf("scan") >= 16, cancellationToken: Token);

        foreach (var run in runs) await host.Runs.CancelAsync(run, "enough", "test", Token);

        foreach (var run in runs)
        {
            (await host.EndAsync(run)).Run.Status.ShouldBe(RunStatus.Cancelled);
            (await host.EventsAsync(run)).Count(entry => entry.Type == "run.cancelled").ShouldBe(1);
        }
        host.Watch.Faults.ShouldBeEmpty();
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
    }
}
