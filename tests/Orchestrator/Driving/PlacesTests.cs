using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Driving;

public sealed class SqlitePlacesTests() : PlacesTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlPlacesTests() : PlacesTests(DatabaseProvider.PostgreSql);

/// <summary><c>max_concurrent_runs</c>: never more at a time, in turns of the repositories, nobody forgotten, nobody waiting for ever.</summary>
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
        rows.Select(row => row.Turn).ShouldBeUnique(); // of one lane, also where they entered in one transaction
        foreach (var row in rows)
            rows.Count(other => other.StartedAt <= row.StartedAt && other.EndedAt > row.StartedAt).ShouldBeLessThanOrEqualTo(2);
        host.Watch.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Admission_ReplicasOfOneHouse_NeverMoreThanThePlaces()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await database.BusAsync(Token);
        // SQLite belongs to one process
        var replicas = new List<RunHost>();
        for (var i = 0; i < (provider == DatabaseProvider.PostgreSql ? 3 : 1); i++)
            replicas.Add(await RunHost.StartAsync(provider == DatabaseProvider.PostgreSql ? database.Shared() : database, maxConcurrentRuns: 2));

        var ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => replicas[i % replicas.Count].StartAsync(Graphs.Chain, target: $"/source/{i % 4}")));
        foreach (var id in ids) (await replicas[0].EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);

        var rows = await replicas[0].Database.ReadAsync((db, token) => db.Runs.ToListAsync(token), Token);
        rows.Count.ShouldBe(30);
        foreach (var row in rows)
            rows.Count(other => other.StartedAt <= row.StartedAt && other.EndedAt > row.StartedAt).ShouldBeLessThanOrEqualTo(2);
        foreach (var host in replicas) host.Watch.Faults.ShouldBeEmpty();
        foreach (var host in replicas) await host.DisposeAsync();
    }

    [Fact]
    public async Task Admission_LaneWithManyRuns_DoesNotStarveAnother()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var gate = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.After(gate.Task, StepKinds.RepositorySync)), maxConcurrentRuns: 1);
        var first = await host.StartAsync(Graphs.Single, target: "https://forge.test/many.git");
        await host.UntilRunningAsync("sync");
        var many = new List<RunId>();
        foreach (var target in (string[])["https://forge.test/many", "https://forge.test/MANY/", "https://forge.test/many", "https://forge.test/many"])
        {
            many.Add(await host.StartAsync(Graphs.Single, target: target));
            await host.UntilStatusAsync(many[^1], RunStatus.Queued);
        }
        var other = await host.StartAsync(Graphs.Single, target: "https://forge.test/other");
        await host.UntilStatusAsync(other, RunStatus.Queued);
        var line = (RunId[])[many[0], other, many[1], many[2], many[3]];

        var listed = (await host.Runs.ListAsync(RunStatus.Queued, 10, null, Token)).ToDictionary(run => run.RunId, run => run.Queue, StringComparer.Ordinal);
        for (var i = 0; i < line.Length; i++)
        {
            var expected = new QueuePlace(i + 1, (i == 0 ? first : line[i - 1]).ToString(), 1);
            listed[line[i].ToString()].ShouldBe(expected);
            (await host.Runs.FindAsync(line[i], Token))!.Run.Queue.ShouldBe(expected);
        }
        (await host.Runs.FindAsync(first, Token))!.Run.Queue.ShouldBeNull();
        var stuck = await host.Runs.StuckAsync(TimeSpan.Zero, 10, Token);
        stuck.Single(run => run.RunId == many[3].ToString()).WaitsFor.ShouldBe([$"a free place: position 5 in the line, behind {many[2]}; 1 run is running"]);

        gate.SetResult();
        foreach (var id in line) await host.EndAsync(id);
        var begun = await host.Database.ReadAsync((db, token) => db.Runs.OrderBy(run => run.StartedAt).Select(run => run.RunId).ToListAsync(token), Token);
        begun.ShouldBe([first.ToString(), .. line.Select(id => id.ToString())]);
    }

    [Fact]
    public async Task Wait_LongerThanTheQueueAllows_ExpiresAndNeverBegins()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.Hang()), maxConcurrentRuns: 1, queueTtl: TimeSpan.FromMinutes(30));
        var running = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync");
        var waiting = await host.StartAsync(Graphs.Single);
        await host.UntilStatusAsync(waiting, RunStatus.Queued);

        await host.PassAsync(TimeSpan.FromMinutes(29));
        (await host.RowAsync(waiting))!.EndedAt.ShouldBeNull();
        await host.PassAsync(TimeSpan.FromMinutes(2));

        var expired = await host.EndAsync(waiting);
        expired.Run.Status.ShouldBe(RunStatus.Expired);
        (expired.Run.Error!.Code, expired.Run.Error.Message).ShouldBe(("queue_expired", "The run waited 30m for a free place and was not begun."));
        (expired.Run.StartedAt, expired.Run.Queue, expired.Markdown).ShouldBe((null, null, null));
        (await host.TasksAsync(waiting)).ShouldBeEmpty();
        (await host.Runs.ListAsync(RunStatus.Expired, 10, null, Token)).Select(run => run.RunId).ShouldBe([waiting.ToString()]);
        (await host.EventsAsync(waiting)).Select(entry => entry.Type).ShouldBe(["run.queued", "checkpoint.saved", "run.expired"], ignoreOrder: true);
        (await host.RowAsync(running))!.Status.ShouldBe("Running");
        // the running one may be at its next attempt by now: half an hour is more than its step may take
        host.Script.Executions.ShouldAllBe(execution => execution.RunId == running.ToString());
        host.Watch.Faults.ShouldBeEmpty();

        // what expired goes on as any run that ended: as a new one
        host.Script.Usual("sync");
        await host.Runs.CancelAsync(running, "make room", null, Token);
        var again = await host.Runs.ResumeAsync(waiting, null, null, null, null, Token);
        (await host.EndAsync(again)).Run.Status.ShouldBe(RunStatus.Published);
    }

    [Fact]
    public async Task Wait_WishOlderThanTheQueueAllows_ExpiresOnArrival()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, queueTtl: TimeSpan.FromMinutes(30));
        host.Watch.Lose<StartRun>(1000); // a broker delivers again
        var id = await host.StartAsync(Graphs.Single);
        await Eventually.Holds("StartRun is lost", () => host.Watch.LostOf<StartRun>() > 0, cancellationToken: Token);

        host.Time.Shift(TimeSpan.FromMinutes(31));
        host.Watch.Lose<StartRun>(0);
        await host.Driver.DriveAsync(Token);

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Expired);
        host.Script.Executions.ShouldBeEmpty();
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
