using System.Net;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_events_arrive_in_one_process() : When_events_arrive(distributed: false);

public sealed class When_events_arrive_in_separate_services() : When_events_arrive(distributed: true);

/// <summary>From what a forge delivers to the charter: signed deliveries, their windows, and what becomes of each.</summary>
public abstract class When_events_arrive(bool distributed)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signed_push_becomes_a_charter_and_one_trace_shows_the_way()
    {
        using var repository = SampleRepository.Create();
        await using var house = await EventHouse.StartAsync(distributed, ("CHARTER_TRACE_FILE", "here"));
        var target = house.Publish(repository, "team/traced");
        (await house.CharterAsync("repos", "add", target)).ExitCode.ShouldBe(0);

        var answer = await house.PostAsync(ForgePayloads.Push(target, repository.Head), "delivery-1");

        answer!.Value.Status.ShouldBe(HttpStatusCode.Accepted);
        var one = (await house.SettledAsync(1)).Single();
        EventHouse.Disposition(one).ShouldBe("accepted", one.ToString());
        var run = await house.EndAsync(EventHouse.Run(one)!);
        run.GetProperty("status").GetString().ShouldBe("published", run.ToString());
        run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(repository.Head);
        (await house.EventsAsync("show", "delivery-1")).Output.ShouldContain("disposition  accepted");
        (await house.CharterAsync("repos", "show", target)).Output.ShouldContain($"charter     v1 of {repository.Head[..12]}");
        // spans leave their processes a moment later
        await Eventually.Holds("one trace goes from the delivery to the report", () =>
        {
            var spans = File.ReadAllLines(house.TraceFile).Where(line => line.EndsWith('}')).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
            var post = spans.Find(span => Text(span, "name") == "POST /webhooks/github");
            if (post.ValueKind == JsonValueKind.Undefined) return false;
            var names = spans.Where(span => Text(span, "trace_id") == Text(post, "trace_id")).Select(span => Text(span, "name")).ToHashSet(StringComparer.Ordinal);
            return names.IsSupersetOf(["send TriggerReceived", "process TriggerReceived", "process StartRun", "step sync", "step scan", "step publish", "process TriggerDisposed"]);
        }, TimeSpan.FromSeconds(30), Cancelled);
    }

    [Fact]
    public async Task Five_pushes_in_a_row_are_one_run_of_the_newest() // F38, F21, F23
    {
        using var repository = SampleRepository.Create();
        await using var house = await EventHouse.StartAsync(distributed);
        var heads = new List<string> { repository.Head };
        for (var i = 0; i < 5; i++)
        {
            repository.Write("notes.txt", $"the {i}th note");
            repository.Commit($"note {i}");
            heads.Add(repository.Head);
        }
        var target = house.Publish(repository, "team/busy");
        (await house.CharterAsync("repos", "add", target)).ExitCode.ShouldBe(0);

        for (var i = 1; i <= 5; i++) (await house.PostAsync(ForgePayloads.Push(target, heads[i], heads[i - 1]), $"push-{i}"))!.Value.Status.ShouldBe(HttpStatusCode.Accepted);
        // the same delivery again, many times at once; and the same push under another id
        var again = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => house.PostAsync(ForgePayloads.Push(target, heads[5], heads[4]), "push-5")));
        again.ShouldAllBe(answer => answer!.Value.Status == HttpStatusCode.Accepted && EventHouse.Disposition(answer.Value.Body) == "duplicate");
        await house.PostAsync(ForgePayloads.Push(target, heads[5], heads[4]), "push-5-again");

        var all = await house.SettledAsync(6);
        all.Select(EventHouse.Disposition).ShouldBe(["collapsed", "collapsed", "collapsed", "collapsed", "accepted", "duplicate"], string.Join('\n', all));
        var run = all.Select(EventHouse.Run).OfType<string>().Distinct().ShouldHaveSingleItem();
        (await house.EndAsync(run)).GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(heads[5]);
        (await house.CharterAsync("runs", "list", "--json")).Json.GetProperty("runs").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_pull_request_is_analysed_as_a_change()
    {
        using var repository = SampleRepository.Create();
        await using var house = await EventHouse.StartAsync(distributed);
        repository.Git("checkout", "--quiet", "-b", "feature");
        repository.Write("feature.txt", "something new");
        repository.Commit("a feature");
        var head = repository.Head;
        repository.Git("checkout", "--quiet", "main");
        var target = house.Publish(repository, "team/reviewed");
        house.PublishPull(repository, "team/reviewed", 7, head);
        (await house.CharterAsync("repos", "add", target)).ExitCode.ShouldBe(0);

        await house.PostAsync(ForgePayloads.PullRequest(target, head, "main"), "pull-1", "pull_request");

        var one = (await house.SettledAsync(1)).Single();
        EventHouse.Disposition(one).ShouldBe("accepted", one.ToString());
        var run = await house.EndAsync(EventHouse.Run(one)!);
        (run.GetProperty("status").GetString(), run.GetProperty("workflow").GetString()).ShouldBe(("published", "change-analysis"), run.ToString());
        run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(head);
    }

    [Fact]
    public async Task What_is_not_registered_is_ignored_until_it_is()
    {
        using var repository = SampleRepository.Create();
        await using var house = await EventHouse.StartAsync(distributed);
        var target = house.Publish(repository, "team/late");
        await house.PostAsync(ForgePayloads.Push(target, repository.Head), "delivered-early");
        var ignored = (await house.SettledAsync(1)).Single();
        EventHouse.Disposition(ignored).ShouldBe("ignored");
        ignored.GetProperty("reason").GetString()!.ShouldContain("not registered");
        (await house.CharterAsync("repos", "add", target)).ExitCode.ShouldBe(0);

        var again = await house.EventsAsync("redeliver", "delivered-early");

        again.ExitCode.ShouldBe(0, again.Error);
        var all = await house.SettledAsync(2);
        EventHouse.Disposition(all[1]).ShouldBe("accepted", all[1].ToString());
        (await house.EndAsync(EventHouse.Run(all[1])!)).GetProperty("status").GetString().ShouldBe("published");
    }

    [Fact]
    public async Task A_renamed_repository_goes_on_with_its_charter()
    {
        using var repository = SampleRepository.Create();
        await using var house = await EventHouse.StartAsync(distributed);
        var target = house.Publish(repository, "team/old-name");
        (await house.CharterAsync("repos", "add", target)).ExitCode.ShouldBe(0);
        await house.PostAsync(ForgePayloads.Push(target, repository.Head), "before");
        await house.EndAsync(EventHouse.Run((await house.SettledAsync(1))[0])!);
        repository.Write("after.txt", "renamed");
        repository.Commit("after the rename");
        var renamed = house.Publish(repository, "team/new-name");

        await house.PostAsync(ForgePayloads.Renamed(renamed, "old-name"), "rename", "repository");
        EventHouse.Disposition((await house.SettledAsync(2))[1]).ShouldBe("accepted");
        await house.PostAsync(ForgePayloads.Push(renamed, repository.Head), "after");

        var last = (await house.SettledAsync(3))[2];
        EventHouse.Disposition(last).ShouldBe("accepted", last.ToString());
        var run = await house.EndAsync(EventHouse.Run(last)!);
        run.GetProperty("status").GetString().ShouldBe("published", run.ToString());
        run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(2, "the second version of the same charter");
        (await house.CharterAsync("repos", "list")).Output.ShouldContain(renamed);
    }

    [Theory] // F01
    [InlineData("ingest.after-signature:kill", false)]
    [InlineData("outbox.after-commit:kill", true)]
    public async Task An_edge_that_dies_at_a_delivery_has_it_wholly_or_not_at_all(string failpoint, bool kept)
    {
        using var repository = SampleRepository.Create();
        await using var house = await EventHouse.StartAsync(distributed);
        var target = house.Publish(repository, "team/fragile");
        (await house.CharterAsync("repos", "add", target)).ExitCode.ShouldBe(0);
        house.KillEdge();
        await house.StartEdgeAsync(failpoint);

        (await house.PostAsync(ForgePayloads.Push(target, repository.Head), "the-one")).ShouldBeNull("it died before it could answer");

        await Eventually.Holds("the edge is dead", () => house.EdgeIsDead, TimeSpan.FromSeconds(20), Cancelled);
        await house.StartEdgeAsync();
        (await house.ListAsync()).Count.ShouldBe(kept ? 1 : 0);
        // the forge, which had no answer, delivers again
        var again = await house.PostAsync(ForgePayloads.Push(target, repository.Head), "the-one");
        EventHouse.Disposition(again!.Value.Body).ShouldBe(kept ? "duplicate" : "received");
        var one = (await house.SettledAsync(1)).Single();
        EventHouse.Disposition(one).ShouldBe("accepted", one.ToString());
        (await house.EndAsync(EventHouse.Run(one)!)).GetProperty("status").GetString().ShouldBe("published");
        (await house.CharterAsync("runs", "list", "--json")).Json.GetProperty("runs").GetArrayLength().ShouldBe(1);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
