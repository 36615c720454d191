using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Effects;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>RepoSync on a real host with a stub GitHub: steps that write outside, asked by messages, and what the stub got of them.</summary>
internal sealed class EffectHouse : IAsyncDisposable
{
    public const string Path = "acme/orders";
    public static readonly string Head = new('a', 40);
    public static readonly string NewHead = new('b', 40);

    private readonly TemporaryFolder _cache;
    private readonly TestDatabase _database;
    private readonly StepReplies _orchestrator;
    private readonly ServiceHost _host;
    private int _tasks;

    private EffectHouse(TestDatabase database, TemporaryFolder cache, StubGitHub forge, ServiceHost host, StepReplies orchestrator) => (_database, _cache, Forge, _host, _orchestrator) = (database, cache, forge, host, orchestrator);

    public StubGitHub Forge { get; }

    public StubRepository Repository => Forge.Repositories[Path];

    /// <summary>What was asked of the forge that changes something, tokens apart.</summary>
    public IReadOnlyList<string> Ledger => [.. Forge.Ledger.Where(call => !call.Path.EndsWith("/access_tokens", StringComparison.Ordinal)).Select(call => $"{call.Method} {call.Path}{(call.Accepted ? "" : " refused")}")];

    /// <summary>The sweep of deliveries, as its schedule asks for it.</summary>
    public Task SweepAsync() => StepReplies.SendAsync<RepoSyncDbContext, SweepDeliveries>(_host, Queues.RepoSyncCommands, new SweepDeliveries(TimeProvider.System.GetUtcNow()), Token);

    /// <summary>What is older than a time is let go of.</summary>
    public Task<int> ForgetAsync(DateTimeOffset before) => _host.Services.GetRequiredService<EffectLedger>().ForgetAsync(before, Token);

    public EffectService Effects => _host.Services.GetRequiredService<EffectService>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="app">False: with a personal token.</param>
    public static async Task<EffectHouse> StartAsync(DatabaseProvider provider, bool app = true, Action<RepoSyncOptions>? configure = null)
    {
        var database = await TestDatabase.CreateAsync(provider, Token);
        var forge = await StubGitHub.StartAsync(Token);
        forge.Add(Path).Pulls[17] = new StubPull { HeadSha = Head };
        var cache = new TemporaryFolder();
        var web = new Uri(forge.Url);
        var options = new RepoSyncOptions
        {
            CacheRoot = cache.FullPath,
            GitHub = app
                ? new ForgeSettings { Web = web, Api = new Uri(forge.ApiUrl), AppId = StubGitHub.AppId.ToString(CultureInfo.InvariantCulture), AppPrivateKey = new SecretText(forge.PrivateKey, null) }
                : new ForgeSettings { Web = web, Api = new Uri(forge.ApiUrl), Token = new SecretText(StubGitHub.Token, null) },
        };
        configure?.Invoke(options);
        var orchestrator = new StepReplies();
        var host = await ServiceHost.StartAsync(database, [new RepoSyncModule(options), orchestrator], cancellationToken: Token);
        return new EffectHouse(database, cache, forge, host, orchestrator);
    }

    /// <summary>Executes a step of a run, as the Orchestrator would, and waits for what it says.</summary>
    /// <param name="at">Another forge's address; null for the stub GitHub.</param>
    /// <param name="lineage">The run that began the line; null for the run itself.</param>
    public async Task<EffectResult> DoAsync(string kind, IReadOnlyList<Finding> findings, string? sha = null, Guid? run = null, string? lineage = null, long? pull = 17, bool whole = false, string? at = null, params (string Name, string Value)[] with)
    {
        var step = await StepAsync(kind, findings, sha ?? Head, run ?? Guid.CreateVersion7(), lineage, pull, whole, with, at);
        var completed = await _orchestrator.ExecuteAsync<RepoSyncDbContext>(_host, step, Token);
        return CanonicalJson.FromElement<Dictionary<string, EffectResult>>(completed.Writes[Channels.Effects])[kind];
    }

    /// <summary>The same where it fails.</summary>
    public async Task<FailureInfo> FailAsync(string kind, IReadOnlyList<Finding> findings, Guid? run = null)
    {
        var step = await StepAsync(kind, findings, Head, run ?? Guid.CreateVersion7(), null, 17, false, []);
        await StepReplies.SendAsync<RepoSyncDbContext, ExecuteStep>(_host, StepKinds.QueueOf(Services.RepoSync), step, Token);
        return await Eventually.Gets("the step fails", () => Task.FromResult(_orchestrator.Failed.Received.FirstOrDefault(one => one.Message.TaskId == step.TaskId).Message?.Failure)!, cancellationToken: Token);
    }

    /// <summary>Waits until an effect stands so.</summary>
    public Task<EffectView> BecomesAsync(string effectId, string state) => Eventually.Gets($"{effectId} is {state}", async () =>
    {
        var view = (await Effects.FindAsync(effectId, Token)).Effect;
        return view.State == state ? view : null!;
    }, cancellationToken: Token);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Forge.DisposeAsync();
        _database.Dispose();
        _cache.Dispose();
    }

    private async Task<ExecuteStep> StepAsync(string kind, IReadOnlyList<Finding> findings, string sha, Guid run, string? lineage, long? pull, bool whole, (string Name, string Value)[] with, string? at = null)
    {
        var url = $"{at ?? Forge.Url}/{Path}";
        var charter = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["version"] = whole ? 3 : 0,
            ["repository"] = new RepositoryInfo("repo_x", Path, url, "main"),
            ["head_sha"] = sha,
            ["findings"] = findings,
        };
        if (!whole) charter["change"] = new ChangeSection("main", new string('0', 40), sha, 1, new ChangedFiles(1, 0, 0, 0, 5, 0), [], [], [], [], new ChangedTests(1, 0, []), [.. findings.Select(one => one.Id)], [], 0);
        var blobs = _host.Services.GetRequiredService<IBlobStore>();
        var document = await blobs.PutJsonAsync(charter, Token);
        var sarif = await blobs.PutAsync("{\"version\":\"2.1.0\",\"runs\":[]}"u8.ToArray(), Token);
        var step = StepReplies.Step($"task-{Interlocked.Increment(ref _tasks)}", kind,
            (Channels.Trigger, CanonicalJson.ToElement(new RunTrigger { Source = "webhook", Target = url, PullRequest = pull, Ref = pull is null ? "refs/heads/main" : $"refs/pull/{pull}/head", Lineage = lineage ?? new RunId(run).ToString() })),
            (Channels.Context, CanonicalJson.ToElement(new RepoContext { Repository = new RepositoryInfo("repo_x", Path, url, "main"), HeadSha = sha, Tree = new TreeStatistics(1, 1, 0, 0, 0) })),
            (Channels.Charter, CanonicalJson.ToElement(new PublishedCharter("repo_x", whole ? 3 : 0, document, document, null, sarif))));
        return step with { RunId = run, Parameters = CanonicalJson.ToElement(with.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal)) };
    }
}
