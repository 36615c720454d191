using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Driving;

public sealed class SqlitePlacesTests() : PlacesTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlPlacesTests() : PlacesTests(DatabaseProvider.PostgreSql);

/// <summary><c>max_concurrent_runs</c>: never more at a time, first come first served, nobody forgotten.</summary>
public abstract class PlacesTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Admission_SixRunsTwoPlaces_NeverMoreThanTwoAndInOrder()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var (running, most) = (0, 0);
        TaskCompletionSource? alone = null;
        var script = new Script().On("sync", async (context, token) =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            // Each waits for another, so that two are certain to run at the same time.
            var mine = new TaskCompletionSource();
            if (Interlocked.CompareExchange(ref alone, mine, null) is { } other && Interlocked.CompareExchange(ref alone, null, other) == other) other.SetResult();
            else await mine.Task.WaitAsync(token);
            Interlocked.Decrement(ref running);
            return Script.Usual(StepKinds.RepositorySync, context.Step);
        });
        await using var host = await RunHost.StartAsync(database, script, maxConcurrentRuns: 2);

        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => host.StartAsync(Graphs.Single)));
        foreach (var id in ids) (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);

        most.ShouldBeLessThanOrEqualTo(2);
        var rows = await host.Database.ReadAsync((db, token) => db.Runs.ToListAsync(token), Token);
        foreach (var row in rows)
            rows.Count(other => other.StartedAt <= row.StartedAt && other.EndedAt > row.StartedAt).ShouldBeLessThanOrEqualTo(2);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Admission_OnePlace_GoesByOrderOfCreation()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, maxConcurrentRuns: 1);

        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.StartAsync(Graphs.Single)));
        foreach (var id in ids) await host.EndAsync(id);

        var rows = await host.Database.ReadAsync((db, token) => db.Runs.OrderBy(row => row.CreatedAt).ThenBy(row => row.RunId).ToListAsync(token), Token);
        rows.Select(row => row.StartedAt).ShouldBeInOrder();
    }
}
