using System.Net;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>Everything in one process.</summary>
public sealed class When_events_arrive_in_one_process(ServingHouse serving) : When_events_arrive, IClassFixture<ServingHouse>
{
    private protected override Task<EventHouse> HouseAsync() => serving.StartedAsync();

    [Fact]
    public async Task One_trace_goes_from_the_delivery_to_the_report()
    {
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        var target = await RegisteredAsync(house, repository, "team/traced");

        await house.PostAsync(ForgePayloads.Push(target, repository.Head, id: 1), "traced-1");

        await house.EndAsync(EventHouse.Run((await house.SettledAsync("team/traced", 1))[0])!);
        // spans leave their processes a moment later
        await Eventually.Holds("one trace goes from the delivery to the report", () => Spans.LeadFromDelivery(Spans.Lines(house.TraceFile)), TimeSpan.FromSeconds(30), Cancelled);
    }
}

/// <summary>Each service in a process of its own.</summary>
[Collection(nameof(DistributedHouse))]
public sealed class When_events_arrive_in_separate_services(DistributedHouse distributed) : When_events_arrive
{
    private protected override async Task<EventHouse> HouseAsync() => EventHouse.Of(await distributed.StartedAsync());
}

/// <summary>From what a forge delivers to the charter: signed deliveries, their windows, and what becomes of each.</summary>
public abstract class When_events_arrive : IAsyncLifetime
{
    private readonly List<string> registered = [];

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract Task<EventHouse> HouseAsync();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Other journeys share the house, and the audit starts runs for whatever is registered.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var target in registered) await (await HouseAsync()).CharterAsync("repos", "remove", target);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_signed_push_becomes_a_charter()
    {
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        var target = await RegisteredAsync(house, repository, "team/pushed");

        var answer = await house.PostAsync(ForgePayloads.Push(target, repository.Head, id: 2), "delivery-1");

        answer!.Value.Status.ShouldBe(HttpStatusCode.Accepted);
        var one = (await house.SettledAsync("team/pushed", 1)).Single();
        EventHouse.Disposition(one).ShouldBe("accepted", one.ToString());
        var run = await house.EndAsync(EventHouse.Run(one)!);
        run.GetProperty("status").GetString().ShouldBe("published", run.ToString());
        run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(repository.Head);
        (await house.EventsAsync("show", "delivery-1")).Output.ShouldContain("disposition  accepted");
        (await house.CharterAsync("repos", "show", target)).Output.ShouldContain($"charter     v1 of {repository.Head[..12]}");
    }

    [Fact]
    public async Task Five_pushes_in_a_row_are_one_run_of_the_newest() // F38, F21, F23
    {
        const string name = "team/busy";
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        var heads = new List<string> { repository.Head };
        for (var i = 0; i < 5; i++)
        {
            repository.Write("notes.txt", $"the {i}th note");
            repository.Commit($"note {i}");
            heads.Add(repository.Head);
        }
        var target = await RegisteredAsync(house, repository, name);

        for (var i = 1; i <= 5; i++) (await house.PostAsync(ForgePayloads.Push(target, heads[i], heads[i - 1], id: 3), $"push-{i}"))!.Value.Status.ShouldBe(HttpStatusCode.Accepted);
        // the same delivery again, many times at once; and the same push under another id
        var again = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => house.PostAsync(ForgePayloads.Push(target, heads[5], heads[4], id: 3), "push-5")));
        again.ShouldAllBe(answer => answer!.Value.Status == HttpStatusCode.Accepted && EventHouse.Disposition(answer.Value.Body) == "duplicate");
        await house.PostAsync(ForgePayloads.Push(target, heads[5], heads[4], id: 3), "push-5-again");

        var all = await house.SettledAsync(name, 6);
        all.Select(EventHouse.Disposition).ShouldBe(["collapsed", "collapsed", "collapsed", "collapsed", "accepted", "duplicate"], string.Join('\n', all));
        var run = all.Select(EventHouse.Run).OfType<string>().Distinct().ShouldHaveSingleItem();
        (await house.EndAsync(run)).GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(heads[5]);
        (await house.CharterAsync("repos", "show", target)).Output.ShouldContain($"last run    {run}");
    }

    [Fact]
    public async Task A_pull_request_is_analysed_as_a_change()
    {
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        repository.Git("checkout", "--quiet", "-b", "feature");
        repository.Write("feature.txt", "something new");
        repository.Commit("a feature");
        var head = repository.Head;
        repository.Git("checkout", "--quiet", "main");
        var target = await RegisteredAsync(house, repository, "team/reviewed");
        house.PublishPull(repository, "team/reviewed", 7, head);

        await house.PostAsync(ForgePayloads.PullRequest(target, head, "main", id: 4), "pull-1", "pull_request");

        var one = (await house.SettledAsync("team/reviewed", 1)).Single();
        EventHouse.Disposition(one).ShouldBe("accepted", one.ToString());
        var run = await house.EndAsync(EventHouse.Run(one)!);
        (run.GetProperty("status").GetString(), run.GetProperty("workflow").GetString()).ShouldBe(("published", "change-analysis"), run.ToString());
        run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(head);
    }

    [Fact]
    public async Task What_is_not_registered_is_ignored_until_it_is()
    {
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        var target = house.Publish(repository, "team/late");
        await house.PostAsync(ForgePayloads.Push(target, repository.Head, id: 5), "early");
        var ignored = (await house.SettledAsync("team/late", 1)).Single();
        EventHouse.Disposition(ignored).ShouldBe("ignored");
        ignored.GetProperty("reason").GetString()!.ShouldContain("not registered");
        await RegisterAsync(house, target);

        var again = await house.EventsAsync("redeliver", "early");

        again.ExitCode.ShouldBe(0, again.Error);
        var all = await house.SettledAsync("team/late", 2);
        EventHouse.Disposition(all[1]).ShouldBe("accepted", all[1].ToString());
        (await house.EndAsync(EventHouse.Run(all[1])!)).GetProperty("status").GetString().ShouldBe("published");
    }

    [Fact]
    public async Task A_renamed_repository_goes_on_with_its_charter()
    {
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        var target = await RegisteredAsync(house, repository, "team/old-name");
        await house.PostAsync(ForgePayloads.Push(target, repository.Head, id: 6), "before");
        await house.EndAsync(EventHouse.Run((await house.SettledAsync("team/old-name", 1))[0])!);
        repository.Write("after.txt", "renamed");
        repository.Commit("after the rename");
        var renamed = house.Publish(repository, "team/new-name");

        await house.PostAsync(ForgePayloads.Renamed(renamed, "old-name", id: 6), "rename", "repository");
        EventHouse.Disposition((await house.SettledAsync("team/new-name", 1))[0]).ShouldBe("accepted");
        await house.PostAsync(ForgePayloads.Push(renamed, repository.Head, id: 6), "after");

        var last = (await house.SettledAsync("team/new-name", 2))[1];
        EventHouse.Disposition(last).ShouldBe("accepted", last.ToString());
        var run = await house.EndAsync(EventHouse.Run(last)!);
        run.GetProperty("status").GetString().ShouldBe("published", run.ToString());
        run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(2, "the second version of the same charter");
        (await house.CharterAsync("repos", "list")).Output.ShouldContain(renamed);
        registered.Add(renamed);
    }

    [Theory] // F01
    [InlineData("ingest.after-signature:kill", false, 7)]
    [InlineData("outbox.after-commit:kill", true, 8)]
    public async Task An_edge_that_dies_at_a_delivery_has_it_wholly_or_not_at_all(string failpoint, bool kept, long id)
    {
        using var repository = SampleRepository.Create();
        var house = await HouseAsync();
        var name = kept ? "team/kept" : "team/lost";
        var target = await RegisteredAsync(house, repository, name);
        house.KillEdge();
        await house.StartEdgeAsync(failpoint);

        (await house.PostAsync(ForgePayloads.Push(target, repository.Head, id: id), name.Replace('/', '-'))).ShouldBeNull("it died before it could answer");

        await Eventually.Holds("the edge is dead", () => house.EdgeIsDead, TimeSpan.FromSeconds(20), Cancelled);
        await house.StartEdgeAsync();
        (await house.ListAsync(name)).Count.ShouldBe(kept ? 1 : 0);
        // the forge, which had no answer, delivers again
        var again = await house.PostAsync(ForgePayloads.Push(target, repository.Head, id: id), name.Replace('/', '-'));
        EventHouse.Disposition(again!.Value.Body).ShouldBe(kept ? "duplicate" : "received");
        var one = (await house.SettledAsync(name, 1)).Single();
        EventHouse.Disposition(one).ShouldBe("accepted", one.ToString());
        (await house.EndAsync(EventHouse.Run(one)!)).GetProperty("status").GetString().ShouldBe("published");
        (await house.CharterAsync("repos", "show", target)).Output.ShouldContain($"last run    {EventHouse.Run(one)}");
    }

    /// <summary>Publishes and registers a repository; its URL.</summary>
    private protected async Task<string> RegisteredAsync(EventHouse house, GitRepository repository, string name)
    {
        var target = house.Publish(repository, name);
        await RegisterAsync(house, target);
        return target;
    }

    private async Task RegisterAsync(EventHouse house, string target)
    {
        var added = await house.CharterAsync("repos", "add", target);
        added.ExitCode.ShouldBe(0, added.Error);
        registered.Add(target);
    }
}
