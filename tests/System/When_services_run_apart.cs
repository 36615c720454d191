using System.Net;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>The distributed profile: service processes on RabbitMQ and PostgreSQL, driven through the API.</summary>
public sealed class When_services_run_apart
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_is_analysed_through_the_server()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.StartAsync(Cancelled);
        var url = house.Publish(repository);

        var result = await house.RemoteAsync("analyze", url, "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("publish");
        result.Run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(repository.Head);
        result.Run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(1);
        var run = result.Run.GetProperty("run_id").GetString()!;
        (await house.RemoteAsync("runs", "list")).Output.ShouldContain(run);
        (await house.RemoteAsync("runs", "show", run[..12])).Output.ShouldContain("published");
        (await house.RemoteAsync("runs", "checkpoints", run)).Output.ShouldContain("loop");
        (await house.RemoteAsync("runs", "state", run, "--checkpoint", "step:1", "--json")).Output.ShouldContain(repository.Head);
        (await house.RemoteAsync("runs", "diff", run, "2", "4")).Output.ShouldContain("/facts");
        var fork = await house.RemoteAsync("runs", "fork", run, "--checkpoint", "3", "--json");
        fork.ExitCode.ShouldBe(0, fork.Error);
        fork.Run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(2);
        // the same database, read without the server
        (await house.CharterAsync("runs", "list")).Output.ShouldContain(run);
        await ShouldBeSoundAsync(house);
    }

    [Theory]
    [InlineData("Orchestrator")]
    [InlineData("RepoSync")]
    [InlineData("Agents")]
    public async Task A_service_that_is_killed_in_a_run_loses_and_doubles_nothing(string service)
    {
        using var repository = SampleRepository.CreateLarge(300);
        await using var house = await ServiceProcesses.StartAsync(Cancelled);
        // the client keeps talking to an Orchestrator that lives
        var client = house.Of("Orchestrator");
        if (service == "Orchestrator") await house.Start("Orchestrator").ReadyAsync(Cancelled);
        using var analysis = house.StartRemote("analyze", house.Publish(repository), "--json");
        var step = service switch { "RepoSync" => "sync", "Agents" => "scan", _ => "archivist" };
        await Eventually.Holds($"{step} has begun", async () => (await house.QueryAsync($"SELECT 1 FROM run_tasks WHERE step = '{step}'")).Count > 0, TimeSpan.FromSeconds(60), Cancelled);
        var victim = service == "Orchestrator" ? house.Last("Orchestrator") : house.Of(service);

        victim.Kill();
        await house.Start(service).ReadyAsync(Cancelled);

        var result = await analysis.EndAsync();
        result.ExitCode.ShouldBe(0, result.Error);
        client.Process.HasExited.ShouldBeFalse();
        await ShouldBeSoundAsync(house);
    }

    [Fact]
    public async Task Services_wait_for_a_schema_and_say_so()
    {
        await using var house = await ServiceProcesses.CreateAsync(Cancelled);
        var agents = house.Start("Agents");

        await Eventually.Holds("Agents says what it waits for", async () => await agents.CheckAsync("database") is { } detail && detail.Contains("charter db upgrade", StringComparison.Ordinal), TimeSpan.FromSeconds(60), Cancelled);
        (await agents.GetAsync("/health/live"))!.Value.Status.ShouldBe(HttpStatusCode.OK);
        (await agents.GetAsync("/health/ready"))!.Value.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await house.CharterAsync("db", "status")).ExitCode.ShouldBe(1);
        (await house.CharterAsync("db", "upgrade")).Output.ShouldContain("applied: 0001");

        await agents.ReadyAsync(Cancelled);
        agents.Signal("TERM");
        await Eventually.Holds("Agents has ended", () => agents.Process.HasExited, TimeSpan.FromSeconds(40), Cancelled);
        agents.Process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task The_server_refuses_what_it_must_with_a_reason()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.StartAsync(Cancelled);
        var server = house.Of("Orchestrator").Url.ToString();

        var local = await house.RemoteAsync("analyze", repository.Path);
        var unknown = await house.RemoteAsync("runs", "show", "run_aaaaaaaaaaaaaaaaaaaaaaaaaa");
        var stranger = await CharterProcess.RunAsync("", ["runs", "list", "--server", server]);
        var nobody = await CharterProcess.RunAsync("", ["runs", "list", "--server", $"http://127.0.0.1:{Ports.Free()}"]);
        var embedded = await house.CharterAsync("analyze", repository.Path);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", ServiceProcesses.Token.Replace(' ', '-'));
        using var nonsense = await client.PostAsync(new Uri(server + "api/v1/runs"), new StringContent("[1"), Cancelled);

        (local.ExitCode, unknown.ExitCode, stranger.ExitCode, nobody.ExitCode, embedded.ExitCode).ShouldBe((2, 2, 4, 1, 2));
        local.Error.ShouldContain("https://");
        stranger.Error.ShouldContain("CHARTER_API_TOKEN");
        nobody.Error.ShouldContain("cannot be reached");
        embedded.Error.ShouldContain("--server");
        nonsense.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        nonsense.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonSerializer.Deserialize<JsonElement>(await nonsense.Content.ReadAsStringAsync(Cancelled)).GetProperty("code").GetString().ShouldBe("invalid_request");
    }

    private static async Task ShouldBeSoundAsync(ServiceProcesses house)
    {
        (await house.QueryAsync("SELECT run_id FROM runs WHERE ended_at IS NULL")).ShouldBeEmpty("a run has not ended");
        (await house.QueryAsync("SELECT task_id FROM run_tasks WHERE status <> 'completed'")).ShouldBeEmpty("a step has not completed");
        (await house.QueryAsync("SELECT run_id FROM charters GROUP BY run_id HAVING count(*) > 1")).ShouldBeEmpty("a run published twice");
        (await house.QueryAsync("SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING count(*) <> max(seq) - min(seq) + 1")).ShouldBeEmpty("a checkpoint is missing");
        await Eventually.Holds("the outbox is empty", async () => (await house.QueryAsync("SELECT id FROM outbox_messages WHERE not_before <= clock_timestamp()")).Count == 0, TimeSpan.FromSeconds(60), Cancelled);
    }
}
