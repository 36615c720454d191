using System.Net;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>A house that takes webhooks: everything in one <c>charter serve</c>, or a process for each service. Beside it a git server that it analyses from.</summary>
internal sealed class EventHouse : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(40) };
    private readonly (string Name, string Value)[] settings;
    private readonly ServiceProcesses? apart;
    private readonly HttpsGitServer? git;
    private CharterProcess? serve;
    private Uri url = new("http://nobody");

    private EventHouse(ServiceProcesses? apart, HttpsGitServer? git, (string Name, string Value)[] settings) => (this.apart, this.git, this.settings) = (apart, git, settings);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The processes of the distributed profile.</summary>
    public ServiceProcesses Apart => apart!;

    /// <summary>Where the spans of all processes are.</summary>
    public string TraceFile => folder.File("trace.jsonl");

    /// <summary>Starts one.</summary>
    /// <param name="more">Further environment variables of every process.</param>
    public static async Task<EventHouse> StartAsync(bool distributed, params (string Name, string Value)[] more)
    {
        var services = distributed ? await ServiceProcesses.CreateAsync(Cancelled) : null;
        var forge = distributed ? null : await HttpsGitServer.StartAsync(cancellationToken: Cancelled);
        var house = new EventHouse(services, forge, [("GITHUB_WEBHOOK_SECRET", SignedDelivery.Secret), ("CHARTER_TRIGGERS_WINDOW_SECONDS", "2"), ("CHARTER_PRUNE_SCHEDULE", "off"), ("CHARTER_AUDIT_SCHEDULE", "off"), .. more]);
        if (more.Any(one => one.Name == "CHARTER_TRACE_FILE")) house.settings[Array.FindIndex(house.settings, one => one.Name == "CHARTER_TRACE_FILE")].Value = house.TraceFile;
        if (services is not null)
        {
            (await services.CharterAsync("db", "upgrade")).ExitCode.ShouldBe(0);
            foreach (var service in (string[])["Orchestrator", "RepoSync", "Agents"]) services.Start(service, house.settings);
            foreach (var one in services.Alive) await one.ReadyAsync(Cancelled);
        }
        await house.StartEdgeAsync();
        return house;
    }

    /// <summary>Starts what takes the webhooks; the whole house where that is one process.</summary>
    public async Task StartEdgeAsync(string? failpoint = null)
    {
        (string, string)[] all = failpoint is null ? settings : [.. settings, ("CHARTER_FAILPOINT", failpoint)];
        if (apart is not null)
        {
            var ingest = apart.Start("Ingest", all);
            await ingest.ReadyAsync(Cancelled);
            url = ingest.Url;
            return;
        }
        url = new Uri($"http://127.0.0.1:{Ports.Free()}");
        serve?.Dispose();
        serve = CharterProcess.Start(folder.File("data"), ["serve", "--urls", url.GetLeftPart(UriPartial.Authority)], Environment([.. all, ("CHARTER_ALLOW_PRIVATE_HOSTS", "true"), ("CHARTER_CERTIFICATE_AUTHORITIES", git!.CertificateAuthorities)]));
        await serve.SaysAsync("ready on ");
    }

    /// <summary>True when what takes the webhooks has died.</summary>
    public bool EdgeIsDead => apart is null ? serve!.HasExited : apart.Last("Ingest").Process.HasExited;

    /// <summary>kill -9 of what takes the webhooks.</summary>
    public void KillEdge()
    {
        if (apart is null) serve!.Kill();
        else apart.Last("Ingest").Kill();
    }

    /// <summary>Serves a repository; returns its URL.</summary>
    public string Publish(GitRepository repository, string name) => git?.Publish(repository, name) ?? apart!.Publish(repository, name);

    /// <summary>Gives a published repository the ref of a pull request.</summary>
    public void PublishPull(GitRepository repository, string name, int number, string head) =>
        repository.Git("push", "--quiet", (git ?? apart!.Git).FolderOf(name), $"{head}:refs/pull/{number}/head");

    /// <summary>A delivery as the forge sends it; null when nobody answered.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)?> PostAsync(string payload, string delivery, string @event = "push")
    {
        using var request = SignedDelivery.Of(url, payload, delivery, @event);
        try
        {
            using var response = await client.SendAsync(request, Cancelled);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled) is { Length: > 0 } text ? JsonSerializer.Deserialize<JsonElement>(text) : default);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>`charter ARGUMENTS` for the runs: of the server in the distributed profile, of the data folder in the other.</summary>
    public Task<CommandResult> CharterAsync(params string[] arguments) => apart is not null
        ? apart.RemoteAsync(arguments)
        : CharterProcess.RunAsync("", [.. arguments, "--server", url.GetLeftPart(UriPartial.Authority)], Environment(settings));

    /// <summary>`charter events ARGUMENTS` at what takes the webhooks.</summary>
    public Task<CommandResult> EventsAsync(params string[] arguments) =>
        CharterProcess.RunAsync("", ["events", .. arguments, "--server", url.GetLeftPart(UriPartial.Authority)], Environment([.. settings, ("CHARTER_API_TOKEN", ServiceProcesses.Token.Replace(' ', '-'))]));

    /// <summary>All events, the oldest first.</summary>
    public async Task<List<JsonElement>> ListAsync()
    {
        var listed = await EventsAsync("list", "--limit", "500", "--json");
        listed.ExitCode.ShouldBe(0, listed.Error);
        return [.. listed.Json.GetProperty("events").EnumerateArray().Reverse()];
    }

    /// <summary>Waits until nothing is owed to any event any more.</summary>
    public async Task<List<JsonElement>> SettledAsync(int count, TimeSpan? within = null)
    {
        List<JsonElement> all = [];
        await Eventually.Holds($"{count} events have their dispositions", async () =>
        {
            all = await ListAsync();
            return all.Count == count && all.TrueForAll(one => Disposition(one) is not ("received" or "waiting"));
        }, within ?? TimeSpan.FromSeconds(90), Cancelled);
        return all;
    }

    /// <summary>Waits for a run's end.</summary>
    public async Task<JsonElement> EndAsync(string run)
    {
        JsonElement shown = default;
        await Eventually.Holds($"{run} has ended", async () =>
        {
            var result = await CharterAsync("runs", "show", run, "--json");
            result.ExitCode.ShouldBe(0, result.Error);
            shown = result.Run;
            return shown.GetProperty("status").GetString() is "published" or "failed" or "cancelled" or "expired";
        }, TimeSpan.FromSeconds(120), Cancelled);
        return shown;
    }

    public static string Disposition(JsonElement one) => one.GetProperty("disposition").GetString()!;

    public static string? Run(JsonElement one) => one.GetProperty("run_id").GetString();

    public async ValueTask DisposeAsync()
    {
        serve?.Dispose();
        if (apart is not null) await apart.DisposeAsync();
        if (git is not null) await git.DisposeAsync();
        client.Dispose();
        folder.Dispose();
    }

    private static Dictionary<string, string> Environment((string Name, string Value)[] variables) => variables.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
}
