using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Charterhouse.Bench.Runs;
using Charterhouse.Database;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Bench.Distributed;

/// <summary>The distributed house: Orchestrator, Agents and RepoSync as processes of their own on the benchmark's servers.</summary>
internal sealed class BenchHouse : IAsyncDisposable
{
    /// <summary>At most what is asked for at the same time; also the fan-out's places.</summary>
    private const string Concurrency = "64";

    private readonly BenchServers servers;
    private readonly Dictionary<string, Process> processes = new(StringComparer.Ordinal);
    private readonly string folder = Directory.CreateTempSubdirectory("charter-bench-").FullName;
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromHours(1) };

    private BenchHouse(BenchServers servers, BenchDatabase database, Uri url) => (this.servers, Database, Url) = (servers, database, url);

    public BenchDatabase Database { get; }

    /// <summary>The Orchestrator.</summary>
    public Uri Url { get; }

    /// <summary>Starts it on a new database and a new virtual host, and returns when every process is ready.</summary>
    /// <param name="traced">Every process writes its spans to a file.</param>
    public static async Task<BenchHouse> StartAsync(BenchServers servers, bool traced = false)
    {
        var database = await servers.CreateDatabaseAsync();
        await using (var connection = new NpgsqlConnection(database.Text + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await new SchemaRunner(SqlDialect.PostgreSql, TimeProvider.System).UpgradeAsync(connection, CancellationToken.None);
        }
        var house = new BenchHouse(servers, database, new Uri($"http://127.0.0.1:{Ports.Free()}"));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["POSTGRES_CONNECTION_STRING"] = database.Text,
            ["RABBITMQ_URL"] = await servers.CreateHostAsync(),
            ["CHARTER_MAX_CONCURRENT_RUNS"] = Concurrency,
            ["CHARTER_WORKER_CONCURRENCY"] = Concurrency,
            ["CHARTER_MAX_OVERFLOW"] = "40",
            // as the command line has it (charter serve): instrumented code would take minutes to become quick
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_gcConcurrent"] = "1",
        };
        if (traced) environment["CHARTER_TRACE_FILE"] = Path.Combine(house.folder, "trace.jsonl");
        await Task.WhenAll(
            house.StartAsync("orchestrator", ["Charterhouse.Bench.dll", "orchestrator"], house.Url, environment),
            house.StartAsync("agents", ["Charterhouse.Bench.dll", "agents"], new Uri($"http://127.0.0.1:{Ports.Free()}"), environment),
            house.StartAsync("reposync", ["Charterhouse.RepoSync.dll"], new Uri($"http://127.0.0.1:{Ports.Free()}"), environment));
        return house;
    }

    /// <summary>Makes runs.</summary>
    public async Task<LoadResult> LoadAsync(string shape, int runs, int concurrency) =>
        (await client.GetFromJsonAsync<LoadResult>(LoadModule.Url(Url, shape, runs, concurrency)))!;

    /// <summary>A request to the Orchestrator's API.</summary>
    public Task<string> GetAsync(string path) => client.GetStringAsync(new Uri(Url, path));

    /// <summary>Processor time so far in milliseconds, by process group.</summary>
    public Dictionary<string, double> Times()
    {
        var times = processes.ToDictionary(process => process.Key, process => ProcessTree.Milliseconds(process.Value.Id), StringComparer.Ordinal);
        times["rabbitmq"] = ProcessTree.Milliseconds(servers.RabbitProcess);
        times["postgresql"] = ProcessTree.Milliseconds(servers.PostgresProcess);
        return times;
    }

    /// <summary>Until the outbox has deleted what it delivered and the database has counted.</summary>
    public Task SettleAsync() => Eventually.Holds("the outbox is empty", async () =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1100));
        return await Database.QueryAsync<bool>("SELECT NOT EXISTS (SELECT FROM outbox_messages)");
    }, TimeSpan.FromMinutes(1));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes.Values)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
        foreach (var process in processes.Values)
        {
            await process.WaitForExitAsync();
            process.Dispose();
        }
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync(string name, string[] program, Uri url, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, program[0]), .. program[1..], "--data", Path.Combine(folder, name), "--urls", url.ToString()]) start.ArgumentList.Add(argument);
        foreach (var (variable, value) in environment) start.Environment[variable] = value;
        var process = Process.Start(start)!;
        lock (processes) processes[name] = process;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process); // also when the benchmark is told to end
        process.ErrorDataReceived += (_, line) => Warn(name, line.Data);
        process.BeginErrorReadLine();
        await Eventually.Holds($"{name} is ready", async () =>
        {
            if (process.HasExited) throw new InvalidOperationException($"{name} ended with {process.ExitCode}");
            try
            {
                using var answer = await client.GetAsync(new Uri(url, "/health/ready"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromMinutes(2));
    }

    /// <summary>Ends a process of the benchmark's, if it has not ended.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended, and was disposed
        }
    }

    // A lost race says so with all of its stack: a line's beginning is enough here.
    private static void Warn(string name, string? line)
    {
        if (line is not null && (line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal) || line.StartsWith("error", StringComparison.Ordinal)))
            Console.Error.WriteLine($"{name}: {line[..Math.Min(line.Length, 300)]}");
    }
}
