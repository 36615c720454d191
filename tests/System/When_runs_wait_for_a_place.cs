using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>More runs than places: who is next, who is kept, what a kill changes, and what ends a wait.</summary>
public sealed class When_runs_wait_for_a_place
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_replicas_keep_to_the_places_tell_the_position_and_lose_none_when_one_is_killed()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.CreateAsync(Cancelled);
        (await house.CharterAsync("db", "upgrade")).ExitCode.ShouldBe(0);
        foreach (var service in (string[])["Orchestrator", "Orchestrator", "RepoSync", "RepoSync", "Agents"]) house.Start(service, ("CHARTER_MAX_CONCURRENT_RUNS", "2"));
        foreach (var one in house.Alive) await one.ReadyAsync(Cancelled);
        var (lone, many, other) = (house.Publish(repository, "team/lone"), house.Publish(repository, "team/many"), house.Publish(repository, "team/other"));
        house.GitFault = GitServerFault.Hang;

        // one after the other: what arrives at the same time has no order
        var runs = new List<string>();
        foreach (var target in (string[])[lone, many, many, many, other])
        {
            runs.Add(await AskAsync(house, target));
            await Eventually.Holds("it is accepted", async () => (await house.QueryAsync($"SELECT 1 FROM runs WHERE run_id = '{runs[^1]}'")).Count > 0, TimeSpan.FromSeconds(30), Cancelled);
        }
        await Eventually.Holds("git works for two runs", () => Programs(lone).Count > 0 && Programs(many).Count > 0, TimeSpan.FromSeconds(60), Cancelled);

        var list = await house.RemoteAsync("runs", "list");
        list.Output.ShouldContain($"queued: position 1, behind {runs[0]}");
        list.Output.ShouldContain($"queued: position 2, behind {runs[2]}");
        // the other repository stands before the last run of the one that has three
        (await house.RemoteAsync("runs", "show", runs[4])).Output.ShouldContain($"position 2 in the line, behind {runs[2]}; 2 runs are running");
        var shown = (await house.RemoteAsync("runs", "show", runs[3], "--json")).Run.GetProperty("queue");
        (shown.GetProperty("position").GetInt32(), shown.GetProperty("behind").GetString()).ShouldBe((3, runs[4]));
        (await house.CharterAsync("runs", "list", "--stuck", "0s")).Output.ShouldContain($"waits for a free place: position 3 in the line, behind {runs[4]}");

        house.Last("Orchestrator").Kill();
        house.GitFault = GitServerFault.None;
        using var cancel = house.StartRemote("runs", "cancel", runs[0]);
        await cancel.SaysAsync("cancelling " + runs[0]);
        await Eventually.Holds("its programs are gone, in whichever RepoSync they were", () => Programs(lone).Count == 0, TimeSpan.FromSeconds(10), Cancelled);
        var cancelled = await cancel.EndAsync();
        cancelled.ExitCode.ShouldBe(0, cancelled.Error);
        house.Start("Orchestrator", ("CHARTER_MAX_CONCURRENT_RUNS", "2"));

        await Eventually.Holds("all have ended", async () => (await house.QueryAsync("SELECT 1 FROM runs WHERE ended_at IS NULL")).Count == 0, TimeSpan.FromSeconds(120), Cancelled);
        (await house.QueryAsync("SELECT status FROM runs ORDER BY created_at")).ShouldBe(["cancelled", "published", "published", "published", "published"]);
        (await house.QueryAsync("SELECT max((SELECT count(*) FROM runs o WHERE o.started_at <= r.started_at AND o.ended_at > r.started_at)) FROM runs r")).ShouldBe(["2"]);
        (await house.QueryAsync("SELECT run_id FROM runs ORDER BY started_at")).ShouldBe([runs[0], runs[1], runs[2], runs[4], runs[3]]);
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_ends_and_a_cancel_reaches_git()
    {
        using var repository = SampleRepository.Create();
        using var folder = new TemporaryFolder();
        await using var git = await HttpsGitServer.StartAsync(cancellationToken: Cancelled);
        var (first, second) = (git.Publish(repository, "team/first"), git.Publish(repository, "team/second"));
        git.Fault = GitServerFault.Hang;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CHARTER_MAX_CONCURRENT_RUNS"] = "1",
            ["CHARTER_QUEUE_TTL_SECONDS"] = "15",
            ["CHARTER_ALLOW_PRIVATE_HOSTS"] = "true",
            ["CHARTER_CERTIFICATE_AUTHORITIES"] = git.CertificateAuthorities,
        };
        using var analysis = CharterProcess.Start(folder.File("data"), ["analyze", first, second], environment);
        await analysis.SaysAsync("expired: The run waited 15s for a free place and was not begun.");
        await Eventually.Holds("git works", () => Programs(first).Count + Programs(second).Count > 0, TimeSpan.FromSeconds(30), Cancelled);

        var running = (await CharterProcess.RunAsync(folder.File("data"), ["runs", "list", "--status", "running", "--json"])).Run.GetProperty("run_id").GetString()!;
        using var cancel = CharterProcess.Start(folder.File("data"), ["runs", "cancel", running]);
        await cancel.SaysAsync("cancelling " + running);
        await Eventually.Holds("git is gone", () => Programs(first).Count + Programs(second).Count == 0, TimeSpan.FromSeconds(10), Cancelled);

        (await cancel.EndAsync()).ExitCode.ShouldBe(0);
        var result = await analysis.EndAsync();
        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain("next: charter resume ");
        var listed = (await CharterProcess.RunAsync(folder.File("data"), ["runs", "list", "--status", "expired", "--json"])).Run;
        listed.GetProperty("error").GetProperty("code").GetString().ShouldBe("queue_expired");
        listed.GetProperty("started_at").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task<string> AskAsync(ServiceProcesses house, string target)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", ServiceProcesses.Token.Replace(' ', '-'));
        using var response = await client.PostAsJsonAsync(new Uri(house.Of("Orchestrator").Url, "/api/v1/runs"), new { target }, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("run_id").GetString()!;
    }

    /// <summary>The git programs of this machine that were given the address.</summary>
    private static List<string> Programs(string url) => [.. Directory.EnumerateDirectories("/proc").Where(folder =>
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(folder, "cmdline"));
            return line.StartsWith("git", StringComparison.Ordinal) && line.Contains(url, StringComparison.Ordinal);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false; // ended meanwhile, or no process
        }
    })];
}
