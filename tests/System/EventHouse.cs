using System.Globalization;
using System.Net;
using System.Text.Json;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;

namespace Charterhouse.Journeys.Tests;

/// <summary>A house that takes webhooks: everything in one <c>charter serve</c> with a git server beside it, or the distributed house of the tests.</summary>
internal sealed class EventHouse : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(40) };
    private readonly Dictionary<string, string> settings = new(StringComparer.Ordinal)
    {
        ["GITHUB_WEBHOOK_SECRET"] = SignedDelivery.Secret,
        ["CHARTER_TRIGGERS_WINDOW_SECONDS"] = "2",
        ["CHARTER_PRUNE_SCHEDULE"] = "off",
        ["CHARTER_AUDIT_SCHEDULE"] = "off",
    };
    private readonly ServiceProcesses? apart;
    private readonly HttpsGitServer git;
    private CharterProcess? serve;
    private Uri url = new("http://nobody");

    private EventHouse(ServiceProcesses? apart, HttpsGitServer git) => (this.apart, this.git) = (apart, git);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Where the spans of the one process are.</summary>
    public string TraceFile => folder.File("trace.jsonl");

    /// <summary>A house in one process.</summary>
    /// <param name="forge">Whose repositories the git server's are; null for nobody's.</param>
    public static async Task<EventHouse> StartAsync(StubGitHub? forge = null)
    {
        var house = new EventHouse(null, await HttpsGitServer.StartAsync());
        house.settings["CHARTER_TRACE_FILE"] = house.TraceFile;
        house.settings["CHARTER_ALLOW_PRIVATE_HOSTS"] = "true";
        house.settings["CHARTER_CERTIFICATE_AUTHORITIES"] = house.git.CertificateAuthorities;
        if (forge is not null)
            foreach (var (name, value) in house.ForgeSettings(forge)) house.settings[name] = value;
        await house.StartEdgeAsync();
        return house;
    }

    /// <summary>What tells RepoSync that the git server's repositories are a forge's, and what an App shows it.</summary>
    private (string Name, string Value)[] ForgeSettings(StubGitHub forge) =>
    [
        ("GITHUB_URL", git.Url), ("GITHUB_API_URL", forge.ApiUrl), ("GITHUB_APP_ID", StubGitHub.AppId.ToString(CultureInfo.InvariantCulture)), ("GITHUB_APP_PRIVATE_KEY", forge.PrivateKey),
        ("CHARTER_PUBLIC_URL", "https://charter.example"),
    ];

    /// <summary>The edge of a distributed house, which is the caller's.</summary>
    public static EventHouse Of(ServiceProcesses apart) => new(apart, apart.Git) { url = apart.Of("Ingest").Url };

    /// <summary>Starts what takes the webhooks; the whole house where that is one process.</summary>
    public async Task StartEdgeAsync(string? failpoint = null)
    {
        if (apart is not null)
        {
            var ingest = apart.Start("Ingest", failpoint is null ? [] : [("CHARTER_FAILPOINT", failpoint)]);
            await ingest.ReadyAsync(Cancelled);
            url = ingest.Url;
            return;
        }
        url = new Uri($"http://127.0.0.1:{Ports.Free()}");
        serve?.Dispose();
        serve = CharterProcess.Start(folder.File("data"), ["serve", "--urls", url.GetLeftPart(UriPartial.Authority)],
            failpoint is null ? settings : new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["CHARTER_FAILPOINT"] = failpoint });
        await serve.SaysAsync("ready on ");
    }

    /// <summary>What writes at forges, anew: RepoSync, or the whole house where that is one process.</summary>
    /// <param name="forge">Null for one that knows none.</param>
    public async Task RestartRepoSyncAsync(StubGitHub? forge, string? failpoint = null)
    {
        if (apart is null)
        {
            serve!.Kill();
            await StartEdgeAsync(failpoint);
            return;
        }
        foreach (var one in apart.Alive.Where(one => one.Service == "RepoSync")) one.Kill();
        (string, string)[] more = forge is null ? [] : ForgeSettings(forge);
        await apart.Start("RepoSync", failpoint is null ? more : [.. more, ("CHARTER_FAILPOINT", failpoint)]).ReadyAsync(Cancelled);
    }

    /// <summary>True when what writes at forges has died.</summary>
    public bool RepoSyncIsDead => apart is null ? serve!.HasExited : apart.Last("RepoSync").Process.HasExited;

    /// <summary>`charter effects ARGUMENTS` at what writes at forges.</summary>
    public Task<CommandResult> EffectsAsync(params string[] arguments) => CharterProcess.RunAsync("",
        ["effects", .. arguments, "--server", (apart is null ? url : apart.Last("RepoSync").Url).GetLeftPart(UriPartial.Authority)], new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["CHARTER_API_TOKEN"] = ServiceProcesses.Token.Replace(' ', '-') });

    /// <summary>True when what takes the webhooks has died.</summary>
    public bool EdgeIsDead => apart is null ? serve!.HasExited : apart.Last("Ingest").Process.HasExited;

    /// <summary>kill -9 of what takes the webhooks.</summary>
    public void KillEdge()
    {
        if (apart is null) serve!.Kill();
        else apart.Last("Ingest").Kill();
    }

    /// <summary>Serves a repository; returns its URL.</summary>
    public string Publish(GitRepository repository, string name) => git.Publish(repository, name);

    /// <summary>Gives a published repository the ref of a pull request.</summary>
    public void PublishPull(GitRepository repository, string name, int number, string head) =>
        repository.Git("push", "--quiet", git.FolderOf(name), $"{head}:refs/pull/{number}/head");

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
        : CharterProcess.RunAsync("", [.. arguments, "--server", url.GetLeftPart(UriPartial.Authority)], settings);

    /// <summary>`charter events ARGUMENTS` at what takes the webhooks.</summary>
    public Task<CommandResult> EventsAsync(params string[] arguments) =>
        CharterProcess.RunAsync("", ["events", .. arguments, "--server", url.GetLeftPart(UriPartial.Authority)], new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["CHARTER_API_TOKEN"] = ServiceProcesses.Token.Replace(' ', '-') });

    /// <summary>All events about a repository, the oldest first.</summary>
    public async Task<List<JsonElement>> ListAsync(string name)
    {
        var listed = await EventsAsync("list", "--repo", name, "--limit", "500", "--json");
        listed.ExitCode.ShouldBe(0, listed.Error);
        return [.. listed.Json.GetProperty("events").EnumerateArray().Reverse()];
    }

    /// <summary>Waits until nothing is owed to any event of a repository any more.</summary>
    public async Task<List<JsonElement>> SettledAsync(string name, int count)
    {
        List<JsonElement> all = [];
        await Eventually.Holds($"{count} events of {name} have their dispositions", async () =>
        {
            all = await ListAsync(name);
            return all.Count == count && all.TrueForAll(one => Disposition(one) is not ("received" or "waiting"));
        }, TimeSpan.FromSeconds(90), Cancelled);
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
        if (apart is null) await git.DisposeAsync(); // else the house's
        client.Dispose();
        folder.Dispose();
    }
}

/// <summary>One serving process for all journeys of events in one process. Starts when it is first asked for.</summary>
public sealed class ServingHouse : IAsyncDisposable
{
    private Task<EventHouse>? started;

    internal Task<EventHouse> StartedAsync() => started ??= EventHouse.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true }) await (await started).DisposeAsync();
    }
}
