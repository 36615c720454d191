using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Telemetry;

namespace Charterhouse.Cli.Remote;

/// <summary>A server's HTTP API (<c>--server URL</c>).</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient client;

    public ApiClient(Uri server, string? token)
    {
        // The trace is handed on by hand: .NET would put a span in between that nobody exports.
        client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false, ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/api/v1/"),
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>A path with those parts of a query that have a value.</summary>
    public static string Path(string path, params IEnumerable<(string Name, string? Value)> query) =>
        path + string.Concat(query.Where(part => part.Value is not null).Select((part, index) => $"{(index == 0 ? '?' : '&')}{part.Name}={Uri.EscapeDataString(part.Value!)}"));

    /// <summary>The whole address of a path.</summary>
    public string UrlOf(string path) => new Uri(client.BaseAddress!, path).AbsoluteUri;

    public void Dispose() => client.Dispose();

    /// <summary>What is there.</summary>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends a body (null for none) and reads the answer.</summary>
    /// <exception cref="RunRequestException">The server refuses, with its reason.</exception>
    /// <exception cref="ServerException">It cannot be talked to.</exception>
    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body, body.GetType(), CanonicalJson.Options), Encoding.UTF8, "application/json");
        using var response = await AskAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<T>(await response.Content.ReadAsStringAsync(cancellationToken), CanonicalJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw new ServerException($"{client.BaseAddress} answered with something that charter does not understand: {problem.Message}");
        }
    }

    /// <summary>Sends a request; the answer is a success.</summary>
    /// <inheritdoc cref="SendAsync{T}"/>
    public async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        if (Tracing.Current is { } trace) request.Headers.Add("traceparent", trace);
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException problem)
        {
            throw new ServerException($"the server {client.BaseAddress!.GetLeftPart(UriPartial.Authority)} cannot be reached: {problem.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerException($"the server {client.BaseAddress!.GetLeftPart(UriPartial.Authority)} did not answer in time");
        }
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var problem = await ProblemAsync(response, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized) throw new ServerException(problem?.Detail ?? "the server wants a token", "Set CHARTER_API_TOKEN to the server's token.", unauthorized: true);
            throw problem is not null && (int)response.StatusCode < 500
                ? new RunRequestException(problem.Code, problem.Detail, problem.Remedy)
                : new ServerException($"the server answered {(int)response.StatusCode}: {problem?.Detail ?? response.ReasonPhrase}");
        }
    }

    private static async Task<ApiProblem?> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json") return null;
        try
        {
            return JsonSerializer.Deserialize<ApiProblem>(await response.Content.ReadAsStringAsync(cancellationToken), CanonicalJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
