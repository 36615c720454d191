using System.Diagnostics;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Journeys.Tests;

/// <summary>
/// What <c>docker-compose.yml</c> starts, without containers: the published folders as processes with the composition's environment, secrets as files,
/// a folder for each volume, and the database's users made by the script that makes them in the container.
/// </summary>
internal sealed class ComposedHouse : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3); // of one command

    private readonly TemporaryFolder folder = new();
    private readonly Composition composition = Composition.Read();
    private readonly List<ServiceInstance> running = [];
    private readonly HttpsGitServer git;

    private ComposedHouse(HttpsGitServer git) => this.git = git;

    /// <summary>Database, broker and secrets are there; nothing runs.</summary>
    public static async Task<ComposedHouse> CreateAsync(CancellationToken cancellationToken)
    {
        if (PostgresServer.Unavailable is { } reason) { if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason); else Assert.Skip(reason); }
        var database = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync(cancellationToken));
        var broker = await RabbitMqServer.SharedAsync(cancellationToken);
        var house = new ComposedHouse(await HttpsGitServer.StartAsync(cancellationToken: cancellationToken)) { Database = database.ConnectionString, Broker = broker };
        await house.PublishServicesAsync();
        await house.MakeSecretsAsync(database, cancellationToken);
        return house;
    }

    /// <summary>A connection string of the server's superuser.</summary>
    public string Database { get; private init; } = "";

    /// <summary>The broker, in whose virtual host <c>charter</c> the house is.</summary>
    public required RabbitMqServer Broker { get; init; }

    /// <summary>A service's URL of the broker, its secret.</summary>
    public Uri BrokerUrl(string service) => new(File.ReadAllText(folder.File("secrets", $"broker_{service}")).Trim());

    public IReadOnlyList<ServiceInstance> Running => running;

    /// <summary>Serves a repository; returns its URL.</summary>
    public string Publish(GitRepository repository) => git.Publish(repository);

    /// <summary>Runs the container that makes the schema, to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> MakeSchemaAsync() => await RunAsync(StartOf(composition["schema"], composition["schema"].Entry));

    /// <summary>Starts one of the services.</summary>
    public ServiceInstance Start(string name)
    {
        var service = composition[name];
        var port = Ports.Free();
        var start = StartOf(service, service.Entry);
        start.Environment["CHARTER_URLS"] = $"http://127.0.0.1:{port}";
        // the tests' git server is on this machine, behind a certificate of its own
        start.Environment["CHARTER_ALLOW_PRIVATE_HOSTS"] = "true";
        start.Environment["CHARTER_CERTIFICATE_AUTHORITIES"] = git.CertificateAuthorities;
        var instance = new ServiceInstance(name, new Uri($"http://127.0.0.1:{port}"), Process.Start(start)!);
        running.Add(instance);
        return instance;
    }

    /// <summary>Runs the image's health check beside a service.</summary>
    public async Task<(int ExitCode, string Output, string Error)> CheckHealthAsync(ServiceInstance instance)
    {
        var start = StartOf(composition[instance.Service], composition[instance.Service].Health);
        start.Environment["CHARTER_URLS"] = instance.Url.ToString();
        return await RunAsync(start);
    }

    /// <summary>The published `charter ARGUMENTS --server URL`, with the token and nothing else.</summary>
    public Task<(int ExitCode, string Output, string Error)> CharterAsync(params string[] arguments)
    {
        var start = StartOf("cli", ["dotnet", "charter.dll", .. arguments, "--server", running.Single(one => one.Service == "orchestrator").Url.ToString(), "--data", folder.File("client")]);
        start.Environment["CHARTER_API_TOKEN_FILE"] = folder.File("secrets", "api_token");
        return RunAsync(start);
    }

    /// <summary>First column of a query's rows.</summary>
    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in running) one.Dispose();
        await git.DisposeAsync();
        folder.Dispose();
    }

    private async Task MakeSecretsAsync(NpgsqlConnectionStringBuilder database, CancellationToken cancellationToken)
    {
        var secrets = folder.File("secrets");
        await ShellAsync(Path.Combine("deploy", "make-secrets"), [secrets], new());
        await ShellAsync(Path.Combine("deploy", "database-users.sh"), [], new(StringComparer.Ordinal)
        {
            ["SECRETS"] = secrets,
            ["POSTGRES_USER"] = database.Username!,
            ["POSTGRES_DB"] = database.Database!,
            ["PGHOST"] = database.Host!,
            ["PGPORT"] = $"{database.Port}",
        });
        // PostgreSQL's image makes this one itself
        await QueryAsync($"CREATE ROLE charter SUPERUSER LOGIN PASSWORD '{await File.ReadAllTextAsync(Path.Combine(secrets, "database_password"), cancellationToken)}'".Replace("\n", "", StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(secrets, "database_*"))
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            await File.WriteAllTextAsync(file, text.Replace("@database/charter", $"@{database.Host}:{database.Port}/{database.Database}", StringComparison.Ordinal), cancellationToken);
        }
        // RabbitMQ loads these when it starts
        await Broker.DefineAsync(await File.ReadAllTextAsync(Path.Combine(secrets, "broker.json"), cancellationToken), cancellationToken);
        foreach (var file in Directory.EnumerateFiles(secrets, "broker_*"))
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            await File.WriteAllTextAsync(file, text.Replace("@broker/", $"@127.0.0.1:{Broker.Port}/", StringComparison.Ordinal), cancellationToken);
        }
    }

    private ProcessStartInfo StartOf(ComposedService service, IReadOnlyList<string> command)
    {
        var start = StartOf(service.Project, command);
        var root = folder.File("containers", service.Name);
        Directory.CreateDirectory(root);
        foreach (var mount in service.List("volumes").Select(volume => volume.Split(':')))
        {
            var place = root + mount[1];
            if (Path.Exists(place)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            Directory.CreateSymbolicLink(place, Directory.CreateDirectory(folder.File("volumes", mount[0])).FullName);
        }
        foreach (var (name, value) in service.Environment)
        {
            start.Environment[name] = value.StartsWith("/run/secrets/", StringComparison.Ordinal) ? folder.File("secrets", value["/run/secrets/".Length..])
                : value.StartsWith('/') ? root + value
                : value;
        }
        return start;
    }

    /// <summary>A process in a published folder, which is the container's working folder, with nothing of this machine's settings.</summary>
    private ProcessStartInfo StartOf(string project, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Published(project) };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("CHARTER_", StringComparison.Ordinal) || name.StartsWith("POSTGRES_", StringComparison.Ordinal) || name.StartsWith("RABBITMQ_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        return start;
    }

    private async Task PublishServicesAsync()
    {
        // what the tests were built from, so nothing is compiled again
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (var project in (string[])["services/Orchestrator", "services/RepoSync", "services/Agents", "services/Ingest", "cli"])
        {
            var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(Composition.Root, project), "--no-build", "--configuration", configuration, "--nologo", "--verbosity", "quiet", "--output", Published(Path.GetFileName(project))])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            var (exitCode, output, error) = await RunAsync(start);
            exitCode.ShouldBe(0, output + error);
        }
    }

    private string Published(string project) => folder.File("published", project);

    private static async Task ShellAsync(string script, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Path.Combine(Composition.Root, script), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var (exitCode, _, error) = await RunAsync(start);
        exitCode.ShouldBe(0, error);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = await process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
