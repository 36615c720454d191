using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Testing.Forges;

/// <summary>A request as a stub forge got it.</summary>
/// <param name="Path">From the API's address on, decoded.</param>
/// <param name="Query">With its question mark; empty for none.</param>
/// <param name="Status">What was answered; 0 while it was not, or when the connection was cut.</param>
/// <param name="Accepted">True when it took effect, whatever the client saw of it.</param>
public sealed record StubCall(string Method, string Path, string Query, string Body, string Authorization, int Status, bool Accepted)
{
    /// <summary>The body as JSON; null for none.</summary>
    public JsonNode? Json => Body.Length == 0 ? null : JsonNode.Parse(Body);
    /// <summary>What it changes.</summary>
    public bool Mutates => Method != "GET";
    /// <summary>For a test's list.</summary>
    public override string ToString() => $"{Method} {Path} {Status}";
}

/// <summary>What a stub forge answers.</summary>
/// <param name="Body">Null for nothing; of a list the page that was asked for is sent.</param>
public sealed record StubAnswer(int Status, JsonNode? Body = null)
{
    /// <summary>The name of the list in an object that holds one page of it; null for a list by itself.</summary>
    public string? ListName { get; init; }
}

/// <summary>
/// A forge's API on a free port of this machine. It keeps what it is told, notes every request, and misbehaves when a test wants it to.
/// </summary>
public abstract class StubForge : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<StubCall> calls = [];
    private readonly List<StubFault> faults = [];
    private readonly WebApplication app;

    private protected StubForge()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary><c>http://127.0.0.1:port</c>, of the web pages.</summary>
    public string Url => app.Urls.Single();

    /// <summary>Where programs go.</summary>
    public abstract string ApiUrl { get; }

    /// <summary>Every request so far, in the order of their arrival.</summary>
    public IReadOnlyList<StubCall> Calls
    {
        get { lock (gate) return [.. calls]; }
    }

    /// <summary>Every request so far that would change something, in the order in which they were worked on.</summary>
    public IReadOnlyList<StubCall> Ledger => [.. Calls.Where(call => call.Mutates)];

    /// <summary>Calls in a window.</summary>
    public long RateLimit { get; set; } = 5000;
    /// <summary>Calls that are left.</summary>
    public long RateRemaining { get; set; } = 5000;
    /// <summary>When the window ends.</summary>
    public DateTimeOffset RateReset { get; set; } = TimeProvider.System.GetUtcNow().AddHours(1);

    /// <summary>Misbehaves at the next requests that match.</summary>
    public StubFault On(Func<StubCall, bool> when, StubFault fault, int times = 1)
    {
        lock (gate) faults.Add(fault.Prepare(when, times));
        return fault;
    }

    private protected Task ListenAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    /// <summary>The part of the path that stands before the API's own.</summary>
    private protected abstract string Prefix { get; }
    private protected abstract string RateHeader { get; }

    /// <summary>Null when the request may go on; else what is wrong with its credentials.</summary>
    private protected abstract StubAnswer? Refuse(string authorization, string path);

    /// <summary>Does what is asked for. One at a time.</summary>
    private protected abstract StubAnswer Handle(string method, string[] path, IQueryCollection query, JsonNode? body, string authorization);

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        // the encoded path: what is escaped in a part belongs to the part
        var raw = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        var parts = raw[(raw.StartsWith(Prefix, StringComparison.Ordinal) ? Prefix.Length : 0)..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var authorization = request.Headers.Authorization.ToString() is { Length: > 0 } bearer ? bearer : request.Headers["PRIVATE-TOKEN"].ToString();
        var call = new StubCall(request.Method, "/" + string.Join('/', parts), request.QueryString.Value ?? "", body, authorization, 0, false);
        StubFault? fault;
        lock (gate) fault = faults.Find(one => one.Takes(call));
        if (fault is not null) await fault.HoldAsync(context.RequestAborted);
        StubAnswer answer;
        lock (gate)
        {
            // misbehaviour of a server that did not come as far as the request, and else its answer
            var before = fault?.Instead is not null || fault?.CutsBefore == true;
            answer = fault?.Instead ?? (before ? new StubAnswer(0) : Refuse(authorization, call.Path) ?? Safely(request, parts, body, authorization));
            calls.Add(call with { Status = fault?.CutsAfter == true ? 0 : answer.Status, Accepted = !before && answer.Status is >= 200 and < 300 });
        }
        if (fault is { CutsBefore: true } or { CutsAfter: true })
        {
            context.Abort();
            return;
        }
        await WriteAsync(context, answer, fault);
    }

    private StubAnswer Safely(HttpRequest request, string[] parts, string body, string authorization)
    {
        try
        {
            return Handle(request.Method, parts, request.Query, body.Length == 0 ? null : JsonNode.Parse(body), authorization);
        }
        catch (JsonException)
        {
            return Problem(400, "Problems parsing JSON");
        }
    }

    private protected static StubAnswer Problem(int status, string message) => new(status, new JsonObject { ["message"] = message });
    private protected static StubAnswer NotFound() => Problem(404, "Not Found");

    private async Task WriteAsync(HttpContext context, StubAnswer answer, StubFault? fault)
    {
        var (request, response) = (context.Request, context.Response);
        var content = answer.ListName is null && answer.Body is not JsonArray ? answer.Body : Page(context, answer);
        var bytes = content is null ? [] : Encoding.UTF8.GetBytes(content.ToJsonString());
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        var unchanged = request.Method == "GET" && answer.Status == 200 && request.Headers.IfNoneMatch == tag;
        response.StatusCode = unchanged ? 304 : answer.Status;
        if (request.Method == "GET" && answer.Status == 200) response.Headers.ETag = tag;
        if (!unchanged) RateRemaining = Math.Max(0, RateRemaining - 1);
        response.Headers[RateHeader + "limit"] = RateLimit.ToString(CultureInfo.InvariantCulture);
        response.Headers[RateHeader + "remaining"] = RateRemaining.ToString(CultureInfo.InvariantCulture);
        response.Headers[RateHeader + "reset"] = RateReset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in fault?.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal)) response.Headers[name] = value;
        if (unchanged || answer.Status == 204) return;
        response.ContentType = "application/json; charset=utf-8";
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static JsonNode Page(HttpContext context, StubAnswer answer)
    {
        var query = context.Request.Query;
        var all = (answer.ListName is { } name ? answer.Body![name]! : answer.Body!).AsArray();
        var size = int.TryParse(query["per_page"], CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 1, 100) : 30;
        var number = int.TryParse(query["page"], CultureInfo.InvariantCulture, out var page) ? Math.Max(1, page) : 1;
        if (number * size < all.Count)
        {
            var others = query.Where(one => one.Key != "page").Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value.ToString())}");
            var url = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}{context.Request.Path}";
            context.Response.Headers.Link = $"<{url}?{string.Join('&', others.Append($"page={number + 1}"))}>; rel=\"next\", <{url}?page={(all.Count + size - 1) / size}>; rel=\"last\"";
        }
        var items = new JsonArray([.. all.Skip((number - 1) * size).Take(size).Select(item => item?.DeepClone())]);
        return answer.ListName is { } list ? new JsonObject { ["total_count"] = all.Count, [list] = items } : items;
    }

    /// <summary>Stops it; what is held is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        lock (gate) faults.ForEach(fault => fault.Release());
        await app.DisposeAsync();
    }
}
