using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>The distributed house on a database and a broker of its own, which faults may kill; one for all tests of a class, healed before each.</summary>
public sealed class FaultHouse : IAsyncDisposable
{
    internal static readonly string[] ServiceNames = ["Orchestrator", "RepoSync", "Agents", "Ingest"];

    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly List<string> targets = [];
    private ServiceProcesses? services;
    private PostgresInstance? postgres;
    private RabbitMqServer? broker;
    private string brokerUrl = "";

    internal ServiceProcesses Services => services!;
    internal PostgresInstance Postgres => postgres!;
    internal RabbitMqServer Broker => broker!;
    internal string BrokerUrl => brokerUrl;
    /// <summary>A small repository.</summary>
    internal string Target => targets[0];
    internal Invariants Invariants { get; private set; } = null!;

    /// <summary>What may be in no log and no table.</summary>
    internal IReadOnlyList<string> Secrets => [ServiceProcesses.Token.Replace(' ', '-'), new Uri(brokerUrl).UserInfo.Split(':')[1]];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts what does not run: servers, and one process of each service.</summary>
    internal async Task HealAsync()
    {
        if (services is null)
        {
            await CreateAsync();
            return;
        }
        if (!Postgres.Runs) await Postgres.StartAsync(Cancelled);
        if (!Broker.Runs) await Broker.StartAsync(Cancelled);
        foreach (var name in ServiceNames.Where(name => Services.Alive.All(one => one.Service != name))) Services.Start(name);
        foreach (var one in Services.Alive) await one.ReadyAsync(Cancelled);
    }

    /// <summary>Asks until so many runs have been accepted, as a patient client does; returns the runs and every other answer that came.</summary>
    internal async Task<(IReadOnlyList<string> Runs, IReadOnlyList<string> Refusals)> AskAsync(int count, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled, cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        var runs = new List<string>();
        var refusals = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async index =>
        {
            while (true)
            {
                var (run, refusal) = await AskOnceAsync(targets[index % targets.Count], deadline.Token);
                lock (runs)
                {
                    if (run is not null) runs.Add(run);
                    if (refusal is not null) refusals.Add(refusal);
                }
                if (run is not null) return;
                await Task.Delay(100, deadline.Token);
            }
        }));
        return (runs, refusals);
    }

    /// <summary>One request: a run, or why not. Nobody listening is neither.</summary>
    internal Task<(string? Run, string? Refusal)> AskOnceAsync(string target, CancellationToken cancellationToken) => AskOnceAsync(new { target }, cancellationToken);

    /// <inheritdoc cref="AskOnceAsync(string, CancellationToken)"/>
    /// <param name="request">The body of the request.</param>
    internal async Task<(string? Run, string? Refusal)> AskOnceAsync(object request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Url("runs")) { Content = JsonContent.Create(request) };
        try
        {
            using var response = await SendAsync(message, cancellationToken);
            if (response is null) return (null, null);
            if (response.StatusCode == HttpStatusCode.Accepted) return ((await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("run_id").GetString(), null);
            return (null, $"{(int)response.StatusCode}{(response.Headers.RetryAfter is null ? " without Retry-After" : "")}");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or SocketException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, null);
        }
    }

    /// <summary>A delivery to the Ingest that lives; null when nobody answered.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body, bool RetryAfter)?> DeliverAsync(string payload, string delivery)
    {
        if (Services.Alive.FirstOrDefault(one => one.Service == "Ingest") is not { } ingest) return null;
        try
        {
            using var request = SignedDelivery.Of(ingest.Url, payload, delivery, "push");
            using var response = await client.SendAsync(request, Cancelled);
            var text = await response.Content.ReadAsStringAsync(Cancelled);
            return (response.StatusCode, text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default, response.Headers.RetryAfter is not null);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or SocketException || (problem is OperationCanceledException && !Cancelled.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Registers a repository; the targets of the house when null.</summary>
    internal async Task RegisterAsync(string? target = null, int windowSeconds = 2)
    {
        foreach (var one in target is null ? targets : [target])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Url("repositories")) { Content = JsonContent.Create(new { target = one, rules = new { window_seconds = windowSeconds } }) };
            using var response = await SendAsync(request, Cancelled);
            response!.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    /// <summary>Asks for a run's end; the status of the answer.</summary>
    internal async Task<HttpStatusCode> CancelAsync(string run)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url($"runs/{run}/cancel")) { Content = JsonContent.Create(new { reason = "a test" }) };
        using var response = await SendAsync(request, Cancelled);
        return response!.StatusCode;
    }

    /// <summary>A request with the token, sent to the first Orchestrator that lives; null when there is none.</summary>
    internal async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        if (request.RequestUri is { Host: "nobody" }) return null;
        request.Headers.Authorization = new("Bearer", ServiceProcesses.Token.Replace(' ', '-'));
        return await client.SendAsync(request, completion, cancellationToken);
    }

    internal Uri Url(string path) => new(Services.Alive.FirstOrDefault(one => one.Service == "Orchestrator")?.Url ?? new Uri("http://nobody"), "/api/v1/" + path);

    /// <summary>The status of each of the runs that has ended.</summary>
    internal async Task<Dictionary<string, string>> EndedAsync(IReadOnlyList<string> runs) =>
        (await Services.QueryAsync($"SELECT run_id || ' ' || status FROM runs WHERE ended_at IS NOT NULL AND run_id IN ('{string.Join("','", runs)}')"))
        .Select(row => row.Split(' ')).ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (services is not null) await services.DisposeAsync();
        if (broker is not null) await broker.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
    }

    private async Task CreateAsync()
    {
        if ((PostgresInstance.Unavailable ?? RabbitMqServer.Unavailable) is { } reason)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason); else Assert.Skip(reason);
        }
        var starting = RabbitMqServer.StartNewAsync(Cancelled);
        postgres = await PostgresInstance.StartNewAsync(Cancelled);
        broker = await starting;
        brokerUrl = await broker.CreateHostAsync(Cancelled);
        services = await ServiceProcesses.CreateAsync(await postgres.CreateDatabaseAsync("house", Cancelled), brokerUrl, Cancelled);
        (await services.CharterAsync("db", "upgrade")).ExitCode.ShouldBe(0);
        using var small = SampleRepository.Create();
        using var large = SampleRepository.CreateLarge(300);
        targets.AddRange([services.Publish(small, "team/sheep"), services.Publish(small, "team/goats"), services.Publish(large, "team/large")]);
        Invariants = new Invariants(this);
        // Every queue has carried a message before the first fault: a quorum queue whose broker is killed within seconds of its declaration
        // may never find its leader again (RabbitMQ 3.10), and that is nothing that a service could mend.
        await HealAsync();
        var (warm, _) = await AskAsync(3);
        await Eventually.Holds("the first runs have ended", async () => (await EndedAsync(warm)).Count == warm.Count, TimeSpan.FromSeconds(90), Cancelled);
    }
}
