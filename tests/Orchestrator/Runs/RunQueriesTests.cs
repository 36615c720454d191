using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteRunQueriesTests() : RunQueriesTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRunQueriesTests() : RunQueriesTests(DatabaseProvider.PostgreSql);

/// <summary>What people read of runs.</summary>
public abstract class RunQueriesTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_PagesWhileNewRunsAppear_ShowsEachOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", (_, _) => throw StepFailedException.Permanent("bad", "bad", null)));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add((await host.RunAsync(i == 2 ? Graphs.Chain : Graphs.Single)).Id.ToString());

        var seen = new List<string>();
        RunId? cursor = null;
        while (await host.Runs.ListAsync(null, 2, cursor, Token) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(run => run.RunId));
            RunId.TryParse(page[^1].RunId, out var last).ShouldBeTrue();
            cursor = last;
            await host.RunAsync(Graphs.Single);
        }

        seen.ShouldBe(Enumerable.Reverse(ids));
        (await host.Runs.ListAsync("failed", 10, null, Token)).Select(run => run.RunId).ShouldBe([ids[2]]);
        (await host.Runs.ListAsync("running", 10, null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stuck_RunThatWaits_IsShownWithItsReasonOnceItHasBeenQuietLongEnough()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.Hang()));
        await host.RunAsync(Graphs.Single);
        var waiting = await host.StartAsync(Graphs.Chain);
        await host.UntilRunningAsync("scan", waiting);

        var stuck = await host.Runs.StuckAsync(TimeSpan.Zero, 10, Token);

        stuck.Select(run => run.RunId).ShouldBe([waiting.ToString()]);
        stuck[0].WaitsFor!.Single().ShouldContain("step scan");
        stuck[0].QuietSince.ShouldNotBeNull();
        (await host.Runs.StuckAsync(TimeSpan.FromHours(1), 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Resolve_BeginningOfAnId_FindsTheOneOrSaysThatThereAreSeveral()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (first, _) = await host.RunAsync(Graphs.Single);

        (await host.Runs.ResolveAsync(first.ToString(), Token)).ShouldBe(first);
        (await host.Runs.ResolveAsync(first.ToString()[..12], Token)).ShouldBe(first);
        (await host.Runs.ResolveAsync(first.ToString()[..12].ToUpperInvariant(), Token)).ShouldBe(first);
        (await host.Runs.ResolveAsync("run_", Token)).ShouldBeNull();
        (await host.Runs.ResolveAsync("run_%%%%%%%%", Token)).ShouldBeNull();
        (await host.Runs.ResolveAsync(new RunId(Guid.NewGuid()).ToString(), Token)).ShouldBeNull();
        await host.RunAsync(Graphs.Single);
        (await Should.ThrowAsync<RunRequestException>(host.Runs.ResolveAsync(first.ToString()[..8], Token))).Code.ShouldBe("run_ambiguous");
    }

    [Fact]
    public async Task StateAndDiff_TwoCheckpoints_SayWhatChanged()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (id, _) = await host.RunAsync(Graphs.Usual);

        (await host.Runs.StateAsync(id, 1, Token)).Keys.ShouldBe(["trigger"]);
        (await host.Runs.StateAsync(id, 3, Token)).Keys.Order(StringComparer.Ordinal).ShouldBe(["context", "facts", "trigger"]);
        (await host.Runs.DiffAsync(id, 3, 4, Token)).Select(difference => (difference.Pointer, difference.Kind)).ShouldBe([("/sections", "added")]);
        (await host.Runs.DiffAsync(id, 4, 3, Token)).Select(difference => (difference.Pointer, difference.Kind)).ShouldBe([("/sections", "removed")]);
        (await host.Runs.ResolveCheckpointAsync(id, "step:2", Token)).ShouldBe(3);
        (await Should.ThrowAsync<RunRequestException>(host.Runs.StateAsync(id, 9, Token))).Code.ShouldBe("checkpoint_not_found");
        (await Should.ThrowAsync<RunRequestException>(host.Runs.ResolveCheckpointAsync(id, "9", Token))).Code.ShouldBe("checkpoint_not_found");
    }

    [Fact]
    public void Diff_ObjectsArraysAndOddNames_GivesPointers()
    {
        static Dictionary<string, JsonElement> State(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json, CanonicalJson.Options)!;

        var found = StateDiff.Compare(
            State("""{"a":{"x":1,"same":{"p":1,"q":2}},"list":[1,2,3],"a/b~c":{"~/":1},"type":[1]}"""),
            State("""{"a":{"x":2,"same":{"q":2,"p":1}},"list":[1,9],"a/b~c":{},"type":{"k":1},"new":null}"""));

        found.Select(difference => (difference.Pointer, difference.Kind)).ShouldBe(
            [("/a/x", "changed"), ("/a~1b~0c/~0~1", "removed"), ("/list/1", "changed"), ("/list/2", "removed"), ("/new", "added"), ("/type", "changed")]);
    }

    [Fact]
    public async Task WaitsFor_UnfinishedRuns_SayWhatFor()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("sync", Script.Hang()).On("left", (context, _) => context.Attempt == 1
            ? throw StepFailedException.Transient("busy", "the forge is busy", null, TimeSpan.FromMinutes(5))
            : Task.FromResult(Script.Usual(StepKinds.RepositorySync, "left")));
        await using var host = await RunHost.StartAsync(database, script, maxConcurrentRuns: 2);
        var retrying = await host.StartAsync(Graphs.Clash(inOrder: true));
        await Eventually.Holds("left waits", async () => (await host.EventsAsync(retrying)).Exists(entry => entry.Type == "step.retrying"), cancellationToken: Token);
        var running = await host.StartAsync(Graphs.Single);
        await host.UntilRunningAsync("sync");
        var queued = await host.StartAsync(Graphs.Single);
        await host.UntilStatusAsync(queued, RunStatus.Queued);
        async Task<string> WaitAsync(RunId id) => (await host.Runs.FindAsync(id, Token))!.WaitsFor.ShouldHaveSingleItem();

        (await WaitAsync(queued)).ShouldBe($"a free place: position 1 in the line, behind {retrying}; 2 runs are running");
        (await WaitAsync(running)).ShouldStartWith("step sync (attempt 1 of 3) in reposync; sent again in ");
        (await WaitAsync(retrying)).ShouldMatch("^step left waits until [0-9]{2}:[0-9]{2}:[0-9]{2} UTC for attempt 2 of 3; the last one failed: the forge is busy$");
    }

    [Fact]
    public async Task Events_OfARun_EndWithItsTerminalState()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var id = await host.StartAsync(Graphs.Chain);

        var events = new List<RunEventView>();
        await foreach (var item in host.Runs.EventsAsync(id, 0, Token)) events.Add(item);

        events.Select(item => item.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(number => (long)number));
        events[^1].Type.ShouldBe("run.published");
        var rest = new List<RunEventView>();
        await foreach (var item in host.Runs.EventsAsync(id, events.Count - 2, Token)) rest.Add(item);
        rest.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Events_NoSuchRun_IsRefused()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var refused = await Should.ThrowAsync<RunRequestException>(async () =>
        {
            await foreach (var _ in host.Runs.EventsAsync(new RunId(Guid.NewGuid()), 0, Token)) Assert.Fail("an event of nobody");
        });

        refused.Code.ShouldBe("run_not_found");
    }
}
