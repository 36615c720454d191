using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Journeys.Tests;

/// <summary>
/// The distributed house: the services as processes of their own on a private PostgreSQL and RabbitMQ, with an https git server beside them. A
/// test starts, kills and stops what it likes.
/// </summary>
internal sealed class ServiceProcesses : IAsyncDisposable
{
    public const string Token = "a token for the tests only";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> environment;
    private ImmutableList<ServiceInstance> running = []; // read by deliveries while a service is started
    private readonly HttpsGitServer git;

    private ServiceProcesses(string database, string broker, HttpsGitServer git)
    {
        Database = database;
        this.git = git;
        environment = new(StringComparer.Ordinal)
        {
            ["POSTGRES_CONNECTION_STRING"] = database,
            ["RABBITMQ_URL"] = broker,
            ["CHARTER_API_TOKEN"] = Token.Replace(' ', '-'),
            ["CHARTER_ALLOW_PRIVATE_HOSTS"] = "true",
            ["GITHUB_WEBHOOK_SECRET"] = SignedDelivery.Secret,
            ["CHARTER_TRIGGERS_WINDOW_SECONDS"] = "2",
            ["CHARTER_PRUNE_SCHEDULE"] = "off",
            ["CHARTER_AUDIT_SCHEDULE"] = "off", // what a test counts must not depend on the hour
            ["CHARTER_CERTIFICATE_AUTHORITIES"] = git.CertificateAuthorities,
        };
    }

    /// <summary>The connection string.</summary>
    public string Database { get; }

    /// <summary>Where a traced house writes its spans.</summary>
    public string TraceFile => folder.File("trace.jsonl");

    /// <summary>Servers for a house; no service runs, and the database has no schema yet.</summary>
    public static async Task<ServiceProcesses> CreateAsync(CancellationToken cancellationToken)
    {
        if (PostgresServer.Unavailable is { } reason) { if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason); else Assert.Skip(reason); }
        var database = await PostgresServer.CreateDatabaseAsync(cancellationToken);
        var broker = await (await RabbitMqServer.SharedAsync(cancellationToken)).CreateHostAsync(cancellationToken);
        return await CreateAsync(database, broker, cancellationToken);
    }

    /// <summary>The same on servers of the caller's.</summary>
    public static async Task<ServiceProcesses> CreateAsync(string database, string broker, CancellationToken cancellationToken) =>
        new(database, broker, await HttpsGitServer.StartAsync(cancellationToken: cancellationToken));

    /// <summary>A whole house that is ready: the schema and one process of each service.</summary>
    /// <param name="traced">Every process, commands included, writes its spans to <see cref="TraceFile"/>.</param>
    public static async Task<ServiceProcesses> StartAsync(CancellationToken cancellationToken, bool traced = false)
    {
        var house = await CreateAsync(cancellationToken);
        if (traced) house.environment["CHARTER_TRACE_FILE"] = house.TraceFile;
        (await house.CharterAsync("db", "upgrade")).ExitCode.ShouldBe(0);
        foreach (var service in (string[])["Orchestrator", "RepoSync", "Agents", "Ingest"]) house.Start(service);
        foreach (var one in house.running) await one.ReadyAsync(cancellationToken);
        return house;
    }

    /// <summary>Serves a repository; returns its URL.</summary>
    public string Publish(GitRepository repository, string name = "team/project") => git.Publish(repository, name);

    /// <summary>The git server.</summary>
    public HttpsGitServer Git => git;

    /// <summary>How the git server behaves from now on.</summary>
    public GitServerFault GitFault { set => git.Fault = value; }

    /// <summary>The processes that are alive, oldest first.</summary>
    public IReadOnlyList<ServiceInstance> Alive => [.. running.Where(one => !one.Process.HasExited)];

    /// <summary>Every process that ever was, for what it wrote.</summary>
    public IReadOnlyList<ServiceInstance> All => running;

    /// <summary>Where the services keep their files.</summary>
    public string DataFolder => folder.File("data");

    /// <summary>The first process of that service that is alive.</summary>
    public ServiceInstance Of(string service) => running.First(one => one.Service == service && !one.Process.HasExited);

    /// <summary>The process of that service that was started last.</summary>
    public ServiceInstance Last(string service) => running.Last(one => one.Service == service);

    /// <summary>One more process of a service, with further environment variables.</summary>
    public ServiceInstance Start(string service, params (string Name, string Value)[] more) => Start(service, "dotnet", [], more);

    /// <summary>The same, with its log in a file instead of <see cref="ServiceInstance.Log"/>.</summary>
    public ServiceInstance StartLogging(string service, string file, params (string Name, string Value)[] more) =>
        Start(service, "sh", ["-c", "exec dotnet \"$@\" 2>>\"$0\"", file], more);

    private ServiceInstance Start(string service, string program, string[] before, (string Name, string Value)[] more)
    {
        var port = Ports.Free();
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder.FullPath };
        foreach (var argument in (string[])[.. before, Path.Combine(AppContext.BaseDirectory, $"Charterhouse.{service}.dll"), "--data", folder.File("data"), "--urls", $"http://127.0.0.1:{port}"]) start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("CHARTER_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(inherited);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        foreach (var (name, value) in more) start.Environment[name] = value;
        var instance = new ServiceInstance(service, new Uri($"http://127.0.0.1:{port}"), Process.Start(start)!);
        ImmutableInterlocked.Update(ref running, static (all, one) => all.Add(one), instance);
        return instance;
    }

    /// <summary>`charter ARGUMENTS` with the house's database and broker.</summary>
    public Task<CommandResult> CharterAsync(params string[] arguments) => CharterProcess.RunAsync(folder.File("cli"), arguments, environment);

    /// <summary>`charter ARGUMENTS --server URL` from a machine that has nothing but the URL and the token.</summary>
    public Task<CommandResult> RemoteAsync(params string[] arguments) => RemoteInAsync(null, arguments);

    /// <summary>The same in a folder.</summary>
    public Task<CommandResult> RemoteInAsync(string? workingFolder, params string[] arguments) =>
        CharterProcess.RunAsync(folder.File("cli"), [.. arguments, "--server", Of("Orchestrator").Url.ToString()], Client(), workingFolder);

    /// <summary>A client of the API that has the token.</summary>
    public HttpClient Api()
    {
        var client = new HttpClient { BaseAddress = new Uri(Of("Orchestrator").Url, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", environment["CHARTER_API_TOKEN"]);
        return client;
    }

    /// <summary>What the API has at an address.</summary>
    public async Task<string> DownloadAsync(Uri address)
    {
        using var client = Api();
        return await client.GetStringAsync(address);
    }

    /// <summary>The same in the background.</summary>
    public CharterProcess StartRemote(params string[] arguments) => CharterProcess.Start(folder.File("cli"), [.. arguments, "--server", Of("Orchestrator").Url.ToString()], Client());

    /// <summary>First column of a query's rows.</summary>
    public async Task<List<string>> QueryAsync(string sql)
    {
        try
        {
            return await QueryOnceAsync(sql);
        }
        catch (NpgsqlException problem) when (problem is not PostgresException { IsTransient: false })
        {
            // the pool does not know yet that a test killed the server
            await using var stale = new NpgsqlConnection(Database);
            NpgsqlConnection.ClearPool(stale);
            return await QueryOnceAsync(sql);
        }
    }

    private async Task<List<string>> QueryOnceAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in running) one.Dispose();
        await git.DisposeAsync();
        folder.Dispose();
    }

    private Dictionary<string, string> Client() =>
        environment.Where(variable => variable.Key is "CHARTER_API_TOKEN" or "CHARTER_TRACE_FILE").ToDictionary(StringComparer.Ordinal);
}

/// <summary>One process of one service.</summary>
internal sealed class ServiceInstance : IDisposable
{
    private readonly StringBuilder log = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10) };

    public ServiceInstance(string service, Uri url, Process process)
    {
        (Service, Url, Process) = (service, url, process);
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Service { get; }
    public Uri Url { get; }
    public Process Process { get; }

    /// <summary>What it has written so far.</summary>
    public string Log
    {
        get { lock (log) return log.ToString(); }
    }

    /// <summary>Status and body of an endpoint; null while nothing listens, or nobody answers within 10 s.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> GetAsync(string path)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(Url, path));
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>What <c>/health/ready</c> says of one check.</summary>
    public async Task<string?> CheckAsync(string name) => await GetAsync("/health/ready") is { } answer
        ? JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == name).GetProperty("detail").GetString()
        : null;

    /// <summary>Waits until it says that it is ready.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => Eventually.Holds($"{Service} is ready", async () =>
    {
        if (Process.HasExited) throw new InvalidOperationException($"{Service} ended with {Process.ExitCode}: {Log}");
        return await GetAsync("/health/ready") is { Status: HttpStatusCode.OK };
    }, TimeSpan.FromSeconds(90), cancellationToken);

    /// <summary>kill -9 of the process alone, as the kernel's out-of-memory killer does it; what it had started must notice by itself.</summary>
    public void KillAlone()
    {
        Process.Kill();
        Process.WaitForExit();
    }

    /// <summary>kill -9, children included.</summary>
    public void Kill()
    {
        Process.Kill(entireProcessTree: true);
        Process.WaitForExit();
    }

    /// <summary>Sends a signal by name, such as TERM or STOP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!Process.HasExited) Process.Kill(entireProcessTree: true);
        Process.Dispose();
        client.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (log) log.Append(line).Append('\n');
    }
}
