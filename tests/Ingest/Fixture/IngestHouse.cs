using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Database;
using Charterhouse.Ingest.Events;
using Charterhouse.Ingest.Persistence;
using Charterhouse.Ingest.Providers;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Ingest.Tests.Fixture;

/// <summary>Ingest behind its real web server, on a test's database and bus, and beside it somebody who takes its messages.</summary>
internal sealed class IngestHouse : IAsyncDisposable
{
    public const string Secret = "a-secret-of-github-for-tests";
    public const string Token = "a-token-of-gitlab-for-tests";

    private readonly TestDatabase? owned;
    private readonly ServedHouse house;
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient client;
    private readonly Task running;

    private IngestHouse(TestDatabase? owned, ServedHouse house, Listener listener, Uri url, Task running)
    {
        (this.owned, this.house, Listener, this.running) = (owned, house, listener, running);
        client = new HttpClient { BaseAddress = url };
    }

    public Listener Listener { get; }

    public Uri Url => client.BaseAddress!;

    public EventService Events => house.Services.GetRequiredService<EventService>();

    /// <summary>Starts one.</summary>
    /// <param name="options">With the usual secrets when null.</param>
    /// <param name="database">Of the caller; a new one when null.</param>
    public static async Task<IngestHouse> StartAsync(DatabaseProvider provider, IngestOptions? options = null, TestDatabase? database = null)
    {
        var token = TestContext.Current.CancellationToken;
        var own = database is null ? await TestDatabase.CreateAsync(provider, token) : null;
        database ??= own!;
        var listener = new Listener();
        var composed = ServedHouse.Compose(database.Settings, await database.BusAsync(token), [new IngestModule(options ?? Options()), listener], "http://127.0.0.1:0");
        if (provider == DatabaseProvider.PostgreSql) await composed.Services.GetRequiredService<DatabaseSchema>().UpgradeAsync(token);
        var started = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopping = new CancellationTokenSource();
        var ends = composed.RunAsync(one => started.TrySetResult(new Uri(one.Urls.Single())), stopping.Token);
        if (await Task.WhenAny(started.Task, ends) == ends) await ends;
        var made = new IngestHouse(own, composed, listener, await started.Task, ends);
        stopping.Token.Register(made.stop.Cancel);
        made.stop.Token.Register(stopping.Cancel);
        return made;
    }

    public static IngestOptions Options(IReadOnlyList<GenericProvider>? providers = null, TimeSpan? bodyTimeout = null, int failures = 1000, RotatingSecret? github = null) => new()
    {
        GitHubSecret = github ?? new RotatingSecret(Secret, null),
        GitLabToken = new RotatingSecret(Token, null),
        Providers = providers ?? [],
        BodyTimeout = bodyTimeout ?? TimeSpan.FromSeconds(25),
        FailedSignaturesPerMinute = failures,
    };

    /// <summary>A delivery as GitHub signs it.</summary>
    public Task<Answer> GitHubAsync(string body, string @event = "push", string? delivery = null, string secret = Secret) => GitHubAsync(Encoding.UTF8.GetBytes(body), @event, delivery, secret);

    /// <inheritdoc cref="GitHubAsync(string, string, string?, string)"/>
    public Task<Answer> GitHubAsync(byte[] body, string @event = "push", string? delivery = null, string secret = Secret) =>
        PostAsync("github", body, [("X-GitHub-Event", @event), ("X-GitHub-Delivery", delivery ?? Guid.NewGuid().ToString()), ("X-Hub-Signature-256", Sign(body, secret))]);

    /// <summary>Any request to a webhook.</summary>
    public async Task<Answer> PostAsync(string provider, byte[] body, IEnumerable<(string Name, string Value)> headers, string contentType = "application/json", bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/" + provider) { Content = chunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body) };
        if (chunked) request.Headers.TransferEncodingChunked = true;
        if (contentType.Length > 0) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }

    public static string Sign(byte[] body, string secret = Secret) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>All rows.</summary>
    public Task<List<WebhookEventRow>> RowsAsync() => house.Services.GetRequiredService<Database<IngestDbContext>>().ReadAsync((db, token) => db.WebhookEvents.OrderBy(row => row.ReceivedAt).ToListAsync(token), TestContext.Current.CancellationToken);

    /// <summary>Changes rows behind the house's back.</summary>
    public Task ChangeAsync(Func<IngestDbContext, CancellationToken, Task> work) => house.Services.GetRequiredService<Database<IngestDbContext>>().WriteAsync(work, TestContext.Current.CancellationToken);

    /// <summary>Answers an event, as the Orchestrator does.</summary>
    public async Task AnswerAsync(TriggerDisposed answer)
    {
        var endpoint = await house.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:" + Queues.Dispositions));
        await endpoint.Send(answer, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        client.Dispose();
        await house.DisposeAsync();
        owned?.Dispose();
        stop.Dispose();
    }
}

/// <summary>An answer to a request.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string? ContentType, string? RetryAfter)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public static async Task<Answer> OfAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType, response.Headers.RetryAfter?.ToString());
}

/// <summary>Takes what Ingest sends, in the Orchestrator's place.</summary>
internal sealed class Listener : ServiceModule
{
    public Mailbox<TriggerReceived> Triggers { get; } = new();
    public Mailbox<RepositoriesReported> Repositories { get; } = new();
    public Mailbox<ArtifactReported> Artifacts { get; } = new();
    public Mailbox<CommandReceived> Commands { get; } = new();

    public override string Name => Contracts.Steps.Services.Orchestrator;

    public override void AddServices(IServiceCollection services) { }

    public override void ConfigureEndpoints(EndpointRegistry endpoints)
    {
        endpoints.Receive(Queues.Triggers, 4, endpoint => endpoint.Instance(Triggers));
        endpoints.Receive(Queues.ForgeEvents, 4, endpoint =>
        {
            endpoint.Instance(Repositories);
            endpoint.Instance(Artifacts);
            endpoint.Instance(Commands);
        });
    }
}
