using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Charterhouse.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Charterhouse.Journeys.Tests;

/// <summary><c>docker-compose.yml</c> and <c>deploy/Dockerfile</c>: what they say is kept, and what they start works.</summary>
public sealed class When_the_house_is_composed
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_published_services_publish_a_run_each_as_its_own_user()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ComposedHouse.CreateAsync(Cancelled);
        var schema = await house.MakeSchemaAsync();
        schema.ExitCode.ShouldBe(0, schema.Error);
        schema.Output.ShouldContain("rights: charter_agents");
        foreach (var service in (string[])["orchestrator", "reposync", "agents", "ingest"]) house.Start(service);
        foreach (var one in house.Running) await one.ReadyAsync(Cancelled);

        var analysis = await house.CharterAsync("analyze", house.Publish(repository), "--json");

        analysis.ExitCode.ShouldBe(0, analysis.Error + string.Concat(house.Running.Select(one => one.Log)));
        var run = JsonSerializer.Deserialize<JsonElement>(analysis.Output).GetProperty("runs")[0];
        run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(repository.Head);
        run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(1);
        (await house.CharterAsync("runs", "list")).Output.ShouldContain("published");
        (await house.QueryAsync("SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'charterhouse' ORDER BY 1")).ShouldBe(["agents", "ingest", "orchestrator", "reposync"]);
        (await BrokerUsersAsync(house)).ShouldBe(["agents", "ingest", "orchestrator", "reposync"]);
        (await ReadAsync(house, "agents", "agents.steps")).ShouldBeEmpty();
        foreach (var queue in (string[])["orchestrator.runs", "orchestrator.steps", "reposync.steps", "orchestrator.triggers", "ingest.dispositions"]) (await ReadAsync(house, "agents", queue)).ShouldStartWith("ACCESS_REFUSED");
        (await house.QueryAsync("SELECT DISTINCT service FROM node_executions ORDER BY 1")).ShouldBe(["agents", "orchestrator", "reposync"]);
        foreach (var one in house.Running)
        {
            one.Log.ShouldNotContain("permission denied");
            one.Log.ShouldNotContain("ACCESS_REFUSED");
            (await house.CheckHealthAsync(one)).ExitCode.ShouldBe(0);
            one.Signal("TERM");
        }
        foreach (var one in house.Running)
        {
            await Eventually.Holds($"{one.Service} has ended", () => one.Process.HasExited, TimeSpan.FromSeconds(40), Cancelled);
            one.Process.ExitCode.ShouldBe(0);
        }
        var gone = await house.CheckHealthAsync(house.Running[0]);
        gone.ExitCode.ShouldBe(1);
        gone.Error.ShouldContain("does not answer");
    }

    [Fact]
    public async Task Docker_compose_takes_the_file()
    {
        const string program = "/usr/bin/docker-compose";
        if (!File.Exists(program))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("docker-compose is not installed");
            Assert.Skip("docker-compose is not installed");
        }
        using var compose = Process.Start(new ProcessStartInfo(program, ["config", "--quiet"]) { RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Composition.Root })!;
        var error = await compose.StandardError.ReadToEndAsync(Cancelled);
        await compose.WaitForExitAsync(Cancelled);
        compose.ExitCode.ShouldBe(0, error);
        error.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_api_the_webhooks_and_the_management_page_can_be_reached_and_from_this_machine_only()
    {
        var ports = Composition.Read().Services.SelectMany(service => Composition.List(service.Value, "ports").Select(port => $"{service.Key} {port}"));

        ports.ShouldBe(["broker 127.0.0.1:15672:15672", "orchestrator 127.0.0.1:8080:8080", "ingest 127.0.0.1:8081:8080", "reposync 127.0.0.1:8082:8080"], ignoreOrder: true);
    }

    [Fact]
    public void Every_image_of_ours_runs_as_an_ordinary_user_on_a_root_that_cannot_be_written()
    {
        var composition = Composition.Read();

        composition.Own.Select(service => service.Name).ShouldBe(["schema", "orchestrator", "reposync", "ingest", "agents"]);
        foreach (var service in composition.Own)
        {
            service.User.ShouldBe("$APP_UID", service.Name);
            service.Node["read_only"].ShouldBe("true", service.Name);
            service.List("cap_drop").ShouldBe(["ALL"], service.Name);
            service.List("security_opt").ShouldBe(["no-new-privileges:true"], service.Name);
            service.List("tmpfs").ShouldContain("/tmp", service.Name);
            if (service.Name != "schema") service.Health.ShouldContain("--health", service.Name);
        }
        composition["reposync"].List("volumes").ShouldBe(["repositories:/data/repositories"]);
        composition["agents"].List("volumes").ShouldBe(["repositories:/data/repositories:ro"]);
        // no way out for whoever reads text that nobody vouches for
        composition["agents"].List("networks").ShouldBe(["house"]);
    }

    [Fact]
    public async Task Every_secret_is_a_file_that_the_script_makes_and_goes_to_whom_it_belongs()
    {
        using var folder = new TemporaryFolder();
        using (var script = Process.Start(Path.Combine(Composition.Root, "deploy", "make-secrets"), [folder.File("secrets")])) await script.WaitForExitAsync(Cancelled);
        var composition = Composition.Read();

        composition.Secrets.Values.Select(Path.GetFileName).ShouldBe(Directory.EnumerateFiles(folder.File("secrets")).Select(Path.GetFileName), ignoreOrder: true);
        foreach (var service in composition.Own)
        {
            var files = service.Environment.Where(variable => variable.Key.EndsWith("_FILE", StringComparison.Ordinal)).Select(variable => variable.Value.Replace("/run/secrets/", "", StringComparison.Ordinal));
            service.List("secrets").ShouldBe(files, ignoreOrder: true, service.Name);
            service.Environment.Keys.ShouldNotContain(name => name == "POSTGRES_CONNECTION_STRING" || name == "RABBITMQ_URL" || name == "CHARTER_API_TOKEN");
        }
        foreach (var service in (string[])["orchestrator", "reposync", "agents", "ingest"])
        {
            composition[service].List("secrets").Where(secret => secret.StartsWith("database_", StringComparison.Ordinal)).ShouldBe([$"database_{service}"]);
            File.ReadAllText(folder.File("secrets", $"database_{service}")).ShouldMatch($"^postgresql://{service}:[0-9a-f]{{48}}@database/charter\n$");
        }
        foreach (var service in (string[])["orchestrator", "reposync", "agents", "ingest"])
            composition[service].List("secrets").Where(secret => secret.StartsWith("broker", StringComparison.Ordinal)).ShouldBe([$"broker_{service}"]);
        foreach (var user in JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(folder.File("secrets", "broker.json"))).GetProperty("users").EnumerateArray())
        {
            var password = new Uri(File.ReadAllText(folder.File("secrets", $"broker_{user.GetProperty("name").GetString()}"))).UserInfo.Split(':')[1];
            var stored = user.GetProperty("password_hash").GetBytesFromBase64();
            SHA256.HashData([.. stored[..4], .. Encoding.UTF8.GetBytes(password)]).ShouldBe(stored[4..]);
        }
    }

    /// <summary>The reply of the broker to a service that reads this queue.</summary>
    private static async Task<string> ReadAsync(ComposedHouse house, string service, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = house.BrokerUrl(service) }.CreateConnectionAsync(Cancelled);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
        try
        {
            await channel.BasicGetAsync(queue, autoAck: false, Cancelled);
            return "";
        }
        catch (OperationInterruptedException refused)
        {
            return refused.ShutdownReason!.ReplyText;
        }
    }

    /// <summary>Whose connections the broker has for the house.</summary>
    private static async Task<List<string>> BrokerUsersAsync(ComposedHouse house)
    {
        var lines = await house.Broker.ControlAsync(Cancelled, "--quiet", "list_connections", "--no-table-headers", "vhost", "user");
        return [.. lines.Split('\n').Where(line => line.StartsWith("charter\t", StringComparison.Ordinal)).Select(line => line.Split('\t')[1].Trim()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
