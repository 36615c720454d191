using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Work;
using Polly;
using Polly.Retry;

namespace Charterhouse.RepoSync.Forges;

/// <summary>
/// Calls one forge: with credentials that are renewed once when they are refused, within its limits, and again where that cannot do anything twice.
/// </summary>
internal sealed class ForgeClient(string name, ForgeSettings forge, ForgeLine line, ForgeCredentials credentials, Action<HttpRequestHeaders, string> show)
{
    private const int MostRedirects = 3;
    private const int MostPages = 200;
    private readonly Uri _api = new(forge.Api.AbsoluteUri.TrimEnd('/'));

    /// <summary>Calls, and reads the answer.</summary>
    /// <exception cref="StepFailedException">There is none that can be read.</exception>
    public async Task<T> CallAsync<T>(ForgeOperation<T> operation, ForgeCall call, CancellationToken cancellationToken) =>
        Read(operation, await SendAsync(call, cancellationToken));

    /// <summary>Calls, and reads the answer; null when it is not there.</summary>
    public async Task<T?> FindAsync<T>(ForgeOperation<T> operation, ForgeCall call, CancellationToken cancellationToken) where T : class
    {
        var answer = await SendAsync(call, cancellationToken, gone: true);
        return answer.IsGone ? null : Read(operation, answer);
    }

    /// <summary>All pages, one after the other.</summary>
    public async IAsyncEnumerable<T> PagesAsync<T>(ForgeOperation<T> operation, ForgeCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await SendAsync(call, cancellationToken);
        for (var page = 1; ; page++)
        {
            yield return Read(operation, answer);
            if (answer.Next is not { } next || page == MostPages) yield break;
            answer = await SendAsync(call, cancellationToken, next);
        }
    }

    /// <summary>Calls.</summary>
    /// <param name="url">Where; null for the call's own address.</param>
    /// <param name="gone">True gives the answer that there is nothing, and does not fail.</param>
    public async Task<ForgeAnswer> SendAsync(ForgeCall call, CancellationToken cancellationToken, Uri? url = null, bool gone = false)
    {
        url ??= new Uri(_api.AbsoluteUri.TrimEnd('/') + call.Operation.Path(call.Arguments) + (call.Query.Length == 0 ? "" : "?" + call.Query));
        var pipeline = call.Operation.Repeatable ? line.Repeating : line.Waiting;
        var answer = await pipeline.ExecuteAsync(async token => await AttemptAsync(call, url, token), cancellationToken);
        return answer.Succeeded || (gone && answer.IsGone) ? answer : throw ForgeFailures.Of(name, _api.Host, answer);
    }

    private T Read<T>(ForgeOperation<T> operation, ForgeAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, operation.Reads) ?? throw ForgeFailures.Unreadable(name, _api.Host, $"nothing for {operation.Template}");
        }
        catch (JsonException problem)
        {
            throw ForgeFailures.Unreadable(name, _api.Host, $"{operation.Template}, at {problem.Path}");
        }
    }

    /// <summary>The answer, whatever it is; what may be tried again is thrown.</summary>
    private async ValueTask<ForgeAnswer> AttemptAsync(ForgeCall call, Uri url, CancellationToken cancellationToken)
    {
        var grant = await credentials.GrantAsync(call, cancellationToken);
        var answer = await LimitedAsync(call, url, grant, cancellationToken);
        if (answer.Status != HttpStatusCode.Unauthorized) return Judge(answer);
        credentials.Forget(grant);
        var renewed = await credentials.GrantAsync(call, cancellationToken);
        // nothing happened, so it may be asked again whatever it is
        return Judge(renewed.Secret == grant.Secret ? answer : await LimitedAsync(call, url, renewed, cancellationToken));
    }

    private ForgeAnswer Judge(ForgeAnswer answer) =>
        answer.Status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError ? throw ForgeFailures.Of(name, _api.Host, answer) : answer;

    private async Task<ForgeAnswer> LimitedAsync(ForgeCall call, Uri url, ForgeGrant grant, CancellationToken cancellationToken)
    {
        using var turn = await line.TakeTurnAsync(grant.Identity, call.Operation.Method, cancellationToken);
        // asked in turn: the one before may have used up the limit
        if (await line.Limits.NoCallBeforeAsync(grant.Identity, call.Operation.Resource, call.Priority, cancellationToken) is { } before) throw ForgeFailures.Limited(name, before, line.Time.GetUtcNow());
        var answer = await ExchangeAsync(call, url, grant, cancellationToken);
        var until = await line.Limits.LearnAsync(grant.Identity, call.Operation.Resource, answer, cancellationToken);
        return until is null ? answer : throw ForgeFailures.Limited(name, until.Value, line.Time.GetUtcNow());
    }

    /// <summary>One exchange, and those that follow its redirects within the same origin (a repository that was renamed).</summary>
    private async Task<ForgeAnswer> ExchangeAsync(ForgeCall call, Uri url, ForgeGrant grant, CancellationToken cancellationToken)
    {
        var reads = call.Operation.Method == HttpMethod.Get;
        for (var redirects = 0; ; redirects++)
        {
            var known = reads ? line.Answers.Find(grant.Identity, url) : null;
            var (answer, location) = await AskAsync(call, url, grant, known?.Tag, cancellationToken);
            if (answer.Status == HttpStatusCode.NotModified && known is { } kept) return kept.Answer with { Headers = answer.Headers };
            var follows = answer.Status is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                || (reads && answer.Status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found);
            if (follows && redirects < MostRedirects && location is not null && ForgeAnswer.IsSameOrigin(url, location))
            {
                url = location;
                continue;
            }
            if (reads && answer.Succeeded && answer.Headers.ETag is { } tag) line.Answers.Keep(grant.Identity, url, tag.ToString(), answer);
            return answer;
        }
    }

    private async Task<(ForgeAnswer Answer, Uri? Location)> AskAsync(ForgeCall call, Uri url, ForgeGrant grant, string? tag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Operation.Method, url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Charterhouse", null));
        show(request.Headers, grant.Secret);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (call.Content is { } body) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await line.Http.SendAsync(request, cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            Failpoints.Hit(Failpoints.ForgeAnswered);
            var location = response.Headers.Location is { } there ? new Uri(url, there) : null;
            return (new ForgeAnswer(response.StatusCode, content, ForgeAnswer.NextOf(url, response.Headers), response.Headers), location);
        }
        catch (HttpRequestException problem)
        {
            // what the guard of addresses said
            if (problem.InnerException is StepFailedException refused) throw refused;
            throw ForgeFailures.Unreachable(name, _api.Host, problem.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ForgeFailures.Unreachable(name, _api.Host, $"no answer within {line.Http.Timeout.TotalSeconds:0} s");
        }
    }
}
