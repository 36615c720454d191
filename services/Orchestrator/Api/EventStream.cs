using System.Globalization;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Runs;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>A run's events as server-sent events (WHATWG HTML, "Server-sent events"); <c>Last-Event-ID</c> goes on where a connection broke.</summary>
internal static class EventStream
{
    /// <summary>Proxies cut connections on which nothing happens; a comment keeps them.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task WriteAsync(HttpContext context, IRunService runs, RunId run, TimeProvider time)
    {
        var last = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? context.Request.Query["after"].FirstOrDefault();
        var after = 0L;
        if (last is not null && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            throw new RunRequestException("invalid_request", $"Last-Event-ID is '{last}'", "Give the id of the last event that was received.");
        var cancellationToken = context.RequestAborted;
        await using var events = runs.EventsAsync(run, after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = events.MoveNextAsync().AsTask(); // before the first byte: a refusal is still a problem+json
        if (next.IsFaulted) await next;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would collect events
        await context.Response.StartAsync(cancellationToken);
        while (true)
        {
            if (!next.IsCompleted && await Task.WhenAny(next, Task.Delay(KeepAlive, time, cancellationToken)) != next)
            {
                await context.Response.WriteAsync(":\n\n", cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
                continue;
            }
            if (!await next) return;
            var happened = events.Current;
            var text = new StringBuilder().Append("id: ").Append(happened.Seq.ToString(CultureInfo.InvariantCulture)).Append("\nevent: ").Append(happened.Type)
                .Append("\ndata: ").Append(JsonSerializer.Serialize(happened, CanonicalJson.Options)).Append("\n\n");
            await context.Response.WriteAsync(text.ToString(), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            next = events.MoveNextAsync().AsTask();
        }
    }
}
