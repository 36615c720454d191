using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Charterhouse.Bench.Distributed;
using Charterhouse.Database;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Bench.Events;

/// <summary>How many events a second Ingest accepts, beside a bare web server with an HMAC and one insert, in turns on one PostgreSQL.</summary>
internal static class IngestBench
{
    private const string Secret = "a-secret-for-the-benchmark";
    private const int Rounds = 5;
    private const int Repositories = 50;

    /// <summary>Prints one JSON line.</summary>
    public static async Task RunAsync(int events, int connections)
    {
        await using var servers = await BenchServers.StartAsync();
        var database = await servers.CreateDatabaseAsync();
        await using (var connection = new NpgsqlConnection(database.Text + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await new SchemaRunner(SqlDialect.PostgreSql, TimeProvider.System).UpgradeAsync(connection, CancellationToken.None);
        }
        var folder = Directory.CreateTempSubdirectory("charter-bench-").FullName;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["POSTGRES_CONNECTION_STRING"] = database.Text,
            ["RABBITMQ_URL"] = await servers.CreateHostAsync(),
            ["GITHUB_WEBHOOK_SECRET"] = Secret,
            ["DOTNET_TieredPGO"] = "0",
        };
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
        using var orchestrator = Start(["Charterhouse.Orchestrator.dll", "--data", Path.Combine(folder, "orchestrator"), "--urls", Url(out var orchestratorUrl)], environment);
        using var ingest = Start(["Charterhouse.Ingest.dll", "--data", Path.Combine(folder, "ingest"), "--urls", Url(out var ingestUrl)], environment);
        using var bare = Start(["Charterhouse.Bench.dll", "bare-webhook", Url(out var bareUrl), database.Text, Secret], environment);
        foreach (var url in (string[])[orchestratorUrl + "/health/ready", ingestUrl + "/health/ready", bareUrl])
        {
            await Eventually.Holds($"{url} answers", async () =>
            {
                try
                {
                    using var answer = await client.GetAsync(new Uri(url));
                    return answer.IsSuccessStatusCode || url == bareUrl;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }, TimeSpan.FromMinutes(1));
        }
        Signal(orchestrator, "STOP");
        await LoadAsync(client, ingestUrl, events, connections);
        await LoadAsync(client, bareUrl, events, connections);
        var (ours, bares) = (new List<(double Rate, double P50, double P99)>(), new List<(double Rate, double P50, double P99)>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var isOurs in round % 2 == 0 ? [true, false] : new[] { false, true })
            {
                await Eventually.Holds("the outbox is empty", () => database.QueryAsync<bool>("SELECT NOT EXISTS (SELECT FROM outbox_messages)"), TimeSpan.FromMinutes(2));
                await database.CheckpointAsync();
                (isOurs ? ours : bares).Add(await LoadAsync(client, isOurs ? ingestUrl : bareUrl, events, connections));
            }
        }
        Console.WriteLine(new JsonObject
        {
            ["events"] = events,
            ["connections"] = connections,
            ["load"] = ProcessTree.Load(),
            ["ours_per_s"] = Median(ours.ConvertAll(one => one.Rate)),
            ["bare_per_s"] = Median(bares.ConvertAll(one => one.Rate)),
            ["ratio"] = Math.Round(Median(ours.Zip(bares, (our, other) => our.Rate / other.Rate).ToList()), 2),
            ["ratios"] = new JsonArray([.. ours.Zip(bares, (our, other) => (JsonNode)Math.Round(our.Rate / other.Rate, 2))]),
            ["p50_ms"] = Median(ours.ConvertAll(one => one.P50)),
            ["p99_ms"] = Median(ours.ConvertAll(one => one.P99)),
            ["bare_p50_ms"] = Median(bares.ConvertAll(one => one.P50)),
            ["bare_p99_ms"] = Median(bares.ConvertAll(one => one.P99)),
        }.ToJsonString());
        foreach (var process in (Process[])[orchestrator, ingest, bare]) process.Kill();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(double Rate, double P50, double P99)> LoadAsync(HttpClient client, string url, int events, int connections)
    {
        var latencies = new double[events];
        var next = -1;
        var address = new Uri(url + "/webhooks/github");
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < events;)
            {
                var body = Payload(i);
                using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new("application/json");
                request.Headers.Add("X-GitHub-Event", "push");
                request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
                request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));
                var begun = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(request);
                if ((int)answer.StatusCode != 202) throw new InvalidOperationException($"{url} answered {answer.StatusCode}");
                latencies[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        Array.Sort(latencies);
        return (Math.Round(events / seconds, 1), Math.Round(latencies[events / 2], 1), Math.Round(latencies[events * 99 / 100], 1));
    }

    /// <summary>A push of the usual size, about 7 KB, to one of fifty repositories.</summary>
    private static byte[] Payload(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"acme/service-{number % Repositories}");
        string Sha() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        var head = Sha();
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            @ref = "refs/heads/main",
            before = Sha(),
            after = head,
            repository = new { id = 1000 + (number % Repositories), full_name = name, clone_url = $"https://forge.example/{name}.git", default_branch = "main" },
            sender = new { login = "ada", type = "User" },
            commits = Enumerable.Range(0, 5).Select(_ => new { id = Sha(), message = new string('m', 800), added = new[] { "src/a.cs" }, modified = Enumerable.Range(0, 20).Select(i => $"src/folder/file{i}.cs").ToArray() }),
            head_commit = new { id = head, timestamp = "2026-11-20T10:00:00Z" },
        });
    }

    private static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static string Url(out string url) => url = $"http://127.0.0.1:{Ports.Free()}";

    private static Process Start(string[] program, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program[0]));
        foreach (var argument in program[1..]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => BenchHouse.Kill(process); // also when the benchmark is told to end
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
