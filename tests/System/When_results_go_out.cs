using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Charterhouse.Journeys.Tests.Faults;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;

namespace Charterhouse.Journeys.Tests;

/// <summary>Everything in one process.</summary>
public sealed class When_results_go_out_in_one_process : When_results_go_out
{
    private protected override Task<EventHouse> StartAsync(StubGitHub forge) => EventHouse.StartAsync(forge);

    private protected override async Task EndAsync(EventHouse house) => await house.DisposeAsync();

    [Theory] // kill -9 after every single call that the forge answers, and around every entry of the ledger
    [InlineData(0, 0)]
    [InlineData(1, 4)]
    [InlineData(5, 8)]
    [InlineData(9, 40)]
    public async Task Killed_between_any_two_calls_there_is_one_comment_and_one_check(int first, int last)
    {
        await using var forge = await StubGitHub.StartAsync(Cancelled);
        await using var house = await EventHouse.StartAsync(forge);
        var number = 0;
        foreach (var failpoint in first == 0 ? (string[])["effect.reserved@1", "effect.called@1", "effect.settled@1"] : Enumerable.Range(first, last - first + 1).Select(AfterCall))
        {
            var died = await KilledAsync(house, forge, failpoint, ++number);
            // beyond the last call of a run there is nothing to die at
            if (!died && first == 9) break;
            died.ShouldBeTrue(failpoint);
        }
    }
}

/// <summary>Each service in a process of its own.</summary>
[Collection(nameof(DistributedHouse))]
public sealed class When_results_go_out_from_separate_services(DistributedHouse distributed) : When_results_go_out
{
    private protected override async Task<EventHouse> StartAsync(StubGitHub forge)
    {
        var house = EventHouse.Of(await distributed.StartedAsync());
        await house.RestartRepoSyncAsync(forge);
        return house;
    }

    // other journeys share the services
    private protected override Task EndAsync(EventHouse house) => house.RestartRepoSyncAsync(null);

    [Fact] // as often as CHARTER_TEST_FAULTS says: each death costs a lease
    public async Task Killed_after_a_call_RepoSync_goes_on_with_what_it_began()
    {
        if (FaultTable.Repetitions is not { } repetitions) { Assert.Skip("takes its time: scripts/chaos faults"); return; }
        await using var forge = await StubGitHub.StartAsync(Cancelled);
        var house = EventHouse.Of(await distributed.StartedAsync());
        var (count, worst) = (0, 0.0);
        var broken = new List<string>();
        try
        {
            for (; count < repetitions; count++)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                await KilledAsync(house, forge, count % 10 == 9 ? "effect.called@1" : AfterCall(1 + (count % 10)), count);
                worst = Math.Max(worst, clock.Elapsed.TotalSeconds);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            broken.Add(problem.Message);
        }
        await EndAsync(house);
        FaultTable.Add(new FaultRow("F59", "kill -9 of RepoSync after any call to the forge", count, count, broken.Count, 0, worst, broken));
        broken.ShouldBeEmpty();
    }
}

/// <summary>From a signed pull request on a git server to the comment and the check at the forge.</summary>
public abstract class When_results_go_out
{
    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract Task<EventHouse> StartAsync(StubGitHub forge);

    private protected abstract Task EndAsync(EventHouse house);

    [Fact]
    public async Task A_pull_request_gets_a_comment_and_a_check_and_the_next_push_edits_the_comment()
    {
        const string name = "team/answered";
        await using var forge = await StubGitHub.StartAsync(Cancelled);
        var house = await StartAsync(forge);
        try
        {
            using var repository = SampleRepository.Create();
            var (target, head) = await OpenAsync(house, forge, repository, name, "comment,check,status");
            await house.PostAsync(ForgePayloads.PullRequest(target, head, "main", id: 71), "answered-1", "pull_request");
            var first = await house.EndAsync(EventHouse.Run((await house.SettledAsync(name, 1))[0])!);
            first.GetProperty("status").GetString().ShouldBe("published", first.ToString());
            var comment = forge.Repositories[name].CommentsOf(7).ShouldHaveSingleItem();
            var text = comment["body"]!.GetValue<string>();
            text.ShouldContain(head[..12]);
            text.ShouldContain("https://charter.example/api/v1/runs/" + first.GetProperty("run_id").GetString());
            Check(forge, name, head)["conclusion"]!.GetValue<string>().ShouldBe("neutral");

            // a second push to the same pull request takes away what was found
            repository.Git("checkout", "--quiet", "feature");
            repository.Git("rm", "--quiet", "deploy.yaml");
            repository.Commit("without the secret");
            var newer = repository.Head;
            house.PublishPull(repository, name, 7, newer);
            forge.Repositories[name].Pulls[7].HeadSha = newer;
            await house.PostAsync(ForgePayloads.PullRequest(target, newer, "main", "synchronize", id: 71), "answered-2", "pull_request");
            var second = await house.EndAsync(EventHouse.Run((await house.SettledAsync(name, 2))[1])!);

            second.GetProperty("status").GetString().ShouldBe("published", second.ToString());
            var edited = forge.Repositories[name].CommentsOf(7).ShouldHaveSingleItem();
            edited["id"]!.ToString().ShouldBe(comment["id"]!.ToString(), "the same comment");
            edited["body"]!.GetValue<string>().ShouldStartWith("**No new findings**");
            Check(forge, name, newer)["conclusion"]!.GetValue<string>().ShouldBe("success");
            forge.Repositories[name].Statuses[newer].ShouldHaveSingleItem();

            await ForkAsync(house, forge, name, second.GetProperty("run_id").GetString()!);
        }
        finally
        {
            await EndAsync(house);
        }
    }

    [Fact]
    public async Task A_comment_of_somebody_who_may_mutes_a_finding_and_the_comment_is_edited()
    {
        const string name = "team/commanded";
        await using var forge = await StubGitHub.StartAsync(Cancelled);
        var house = await StartAsync(forge);
        try
        {
            using var repository = SampleRepository.Create();
            var (target, head) = await OpenAsync(house, forge, repository, name, "comment,check");
            forge.Repositories[name].Roles["ada"] = "write";
            forge.Repositories[name].Roles["eve"] = "read";
            await house.PostAsync(ForgePayloads.PullRequest(target, head, "main", id: 72), "commanded-1", "pull_request");
            await house.EndAsync(EventHouse.Run((await house.SettledAsync(name, 1))[0])!);
            var before = forge.Repositories[name].CommentsOf(7).ShouldHaveSingleItem()["body"]!.GetValue<string>();
            var ids = before.Split("/charter mute ").Skip(1).Select(rest => rest[..rest.IndexOf(' ', StringComparison.Ordinal)]).Where(id => id.StartsWith("fnd_", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
            ids.Count.ShouldBeGreaterThan(0, before);

            await house.PostAsync(ForgePayloads.Comment(target, $"/charter mute {ids[0]} not mine", login: "eve", id: 72), "commanded-2", "issue_comment");
            var refused = (await house.SettledAsync(name, 2))[1];
            (EventHouse.Disposition(refused), EventHouse.Run(refused)).ShouldBe(("ignored", null), refused.ToString());
            for (var i = 0; i < ids.Count; i++)
                await house.PostAsync(ForgePayloads.Comment(target, $"Seen.\n\n/charter mute {ids[i]} a key of the tests", id: 72), $"commanded-{i + 3}", "issue_comment");

            var settled = await house.SettledAsync(name, 2 + ids.Count);
            foreach (var run in settled.Select(EventHouse.Run).OfType<string>().Distinct()) await house.EndAsync(run);
            await Eventually.Holds("the comment is edited", () => forge.Repositories[name].CommentsOf(7)[0]["body"]!.GetValue<string>().StartsWith("**No new findings**", StringComparison.Ordinal), TimeSpan.FromSeconds(60), Cancelled);
            forge.Repositories[name].CommentsOf(7).Count.ShouldBe(1);
            Check(forge, name, head)["conclusion"]!.GetValue<string>().ShouldBe("success");
        }
        finally
        {
            await EndAsync(house);
        }
    }

    /// <summary>A fork writes nothing again until somebody lets it.</summary>
    private static async Task ForkAsync(EventHouse house, StubGitHub forge, string name, string run)
    {
        var before = forge.Ledger.Count;
        var forked = await house.CharterAsync("runs", "fork", run, "--checkpoint", "1", "--json");
        forked.ExitCode.ShouldBe(0, forked.Error);
        var id = forked.Run.GetProperty("run_id").GetString()!;
        (await house.EndAsync(id)).GetProperty("status").GetString().ShouldBe("published");

        var held = await house.EffectsAsync("list", "--run", id, "--state", "held", "--json");
        held.ExitCode.ShouldBe(0, held.Error);
        var effects = held.Json.GetProperty("effects").EnumerateArray().ToList();
        effects.Select(one => one.GetProperty("kind").GetString()).ShouldBe(["forge/comment", "forge/check", "forge/status"], ignoreOrder: true);
        forge.Ledger.Count(call => !call.Path.EndsWith("/access_tokens", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(before, "a fork writes nothing");
        (await house.CharterAsync("runs", "show", id)).Output.ShouldContain("held: would write the comment of " + name + "#7 again");

        var comment = effects.Single(one => one.GetProperty("kind").GetString() == "forge/comment").GetProperty("effect_id").GetString()!;
        (await house.EffectsAsync("release", comment)).ExitCode.ShouldBe(0);
        await Eventually.Holds("the released comment is written", async () => (await house.EffectsAsync("show", comment)).Output.Contains("done:", StringComparison.Ordinal), TimeSpan.FromSeconds(30), Cancelled);
        forge.Repositories[name].CommentsOf(7).Count.ShouldBe(1);
    }

    private protected static string AfterCall(int call) => string.Create(CultureInfo.InvariantCulture, $"forge.answered@{call}");

    /// <summary>A pull request whose results are written by a process that dies on the way, and by the next one.</summary>
    /// <returns>False when the run was over before there was anything to die at.</returns>
    private protected static async Task<bool> KilledAsync(EventHouse house, StubGitHub forge, string failpoint, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"team/killed{number}");
        using var repository = SampleRepository.Create();
        var (target, head) = await OpenAsync(house, forge, repository, name, "comment,check");
        await house.RestartRepoSyncAsync(forge, failpoint.Replace("@", ":kill@", StringComparison.Ordinal));
        (await house.PostAsync(ForgePayloads.PullRequest(target, head, "main", id: 100 + number), name.Replace('/', '-'), "pull_request"))!.Value.Status.ShouldBe(HttpStatusCode.Accepted);

        await Eventually.Holds($"{failpoint} is reached, or the run is over", async () => house.RepoSyncIsDead || await IsOverAsync(house, name), TimeSpan.FromSeconds(120), Cancelled);
        var died = house.RepoSyncIsDead;
        await house.RestartRepoSyncAsync(forge);
        var one = (await house.SettledAsync(name, 1)).Single();
        (await house.EndAsync(EventHouse.Run(one)!)).GetProperty("status").GetString().ShouldBe("published", failpoint);

        var at = forge.Repositories[name];
        at.CommentsOf(7).Count.ShouldBe(1, failpoint + ": comments");
        at.CheckRuns.ShouldHaveSingleItem()["status"]!.GetValue<string>().ShouldBe("completed", failpoint);
        (await house.CharterAsync("repos", "remove", target)).ExitCode.ShouldBe(0);
        return died;
    }

    private static async Task<bool> IsOverAsync(EventHouse house, string name)
    {
        // whatever does not answer is about to be found dead
        if (await house.EventsAsync("list", "--repo", name, "--json") is not { ExitCode: 0 } listed || listed.Json.GetProperty("events").EnumerateArray().Select(EventHouse.Run).OfType<string>().FirstOrDefault() is not { } run) return false;
        return await house.CharterAsync("runs", "show", run, "--json") is { ExitCode: 0 } shown && shown.Run.GetProperty("status").GetString() == "published";
    }

    /// <summary>Publishes a repository with a pull request that brings a finding, at the git server and at the forge, and registers it.</summary>
    private protected static async Task<(string Target, string Head)> OpenAsync(EventHouse house, StubGitHub forge, GitRepository repository, string name, string effects)
    {
        repository.Git("checkout", "--quiet", "-b", "feature");
        repository.Write("deploy.yaml", "image: \"registry.example/app:latest\"\naws_access_key_id: AKIA" + "Z7VRSQ5TJN2XMPLK\n");
        repository.Commit("a feature");
        var head = repository.Head;
        repository.Git("checkout", "--quiet", "main");
        var target = house.Publish(repository, name);
        house.PublishPull(repository, name, 7, head);
        forge.Add(name).Pulls[7] = new StubPull { HeadSha = head, HeadRef = "feature" };
        var added = await house.CharterAsync("repos", "add", target, "--effects", effects);
        added.ExitCode.ShouldBe(0, added.Error);
        return (target, head);
    }

    private static JsonObject Check(StubGitHub forge, string name, string sha) => forge.Repositories[name].CheckRuns.Single(check => check["head_sha"]!.GetValue<string>() == sha);
}
