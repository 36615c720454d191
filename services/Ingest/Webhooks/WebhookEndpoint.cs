using System.Diagnostics;
using System.Globalization;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Events;
using Charterhouse.Ingest.Providers;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Ingest.Webhooks;

/// <summary>
/// <c>POST /webhooks/PROVIDER</c>: raw bytes, then the signature, then headers and JSON, then one commit, then 202. Nothing is parsed and nothing stored before
/// the signature is good, and the broker has no part in it.
/// </summary>
internal sealed class WebhookEndpoint(WebhookProviders providers, EventStore store, FailedSignatures failures, IngestOptions options, TimeProvider time)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var name = ApiRoutes.Route(context, "provider");
        if (Activity.Current is { } span) span.DisplayName = "POST /webhooks/" + (providers.Find(name) is null ? "unknown" : name);
        try
        {
            if (providers.Find(name) is { } provider) await TakeAsync(context, provider);
            else await RefuseAsync(context, StatusCodes.Status404NotFound, "provider_not_configured", $"webhooks of this provider are not taken here", WebhookProviders.Remedy(name));
        }
        catch (Exception problem) when (!context.Response.HasStarted && Problems.Of(problem) is { } answer)
        {
            await RefuseAsync(context, answer.Status, answer.Code, answer.Message, answer.Remedy);
        }
    }

    private async Task TakeAsync(HttpContext context, WebhookProvider provider)
    {
        var (body, refusal) = await DeliveryBody.ReadAsync(context, IngestOptions.MaxBodyBytes, options.BodyTimeout, time);
        if (refusal is { } status)
        {
            // the rest of the body is nobody's
            context.Response.Headers.Connection = "close";
            await (status == StatusCodes.Status413PayloadTooLarge
                ? RefuseAsync(context, status, "body_too_large", $"the body is larger than {IngestOptions.MaxBodyBytes} bytes", "Send less; GitHub's own limit for a payload is the same.")
                : RefuseAsync(context, status, "body_too_slow", string.Create(CultureInfo.InvariantCulture, $"the body did not come within {options.BodyTimeout.TotalSeconds:0} s"), "Send it again."));
            return;
        }
        if (!provider.IsSigned(context.Request.Headers, body.Span))
        {
            await ForgedAsync(context, provider);
            return;
        }
        Failpoints.Hit(Failpoints.IngestAfterSignature);
        var (head, missing) = provider.ReadHead(context.Request.Headers, body.Span);
        if (missing is not null)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_header", $"the header {missing} is missing, is there twice, or is not in its form", $"Send one {missing}, as {provider.Name} does.");
            return;
        }
        if (DeliveryBody.TypeOf(context.Request.ContentType) is not { } type)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_header", "the header Content-Type is not that of a payload", "Send application/json, or application/x-www-form-urlencoded with a field 'payload', in UTF-8.");
            return;
        }
        var (document, problem) = DeliveryBody.JsonOf(type, body) is { } json ? StrictJson.Parse(json) : (null, "has no field 'payload'");
        if (document is null)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_payload", "the payload " + problem, "Send one JSON object in UTF-8.");
            return;
        }
        using (document)
        {
            // what is on record is on record: that the sender has hung up changes nothing
            var reply = await store.RecordAsync(new Delivery(provider, head!, type, body, document.RootElement), CancellationToken.None);
            await ApiRoutes.WriteAsync(context, reply, StatusCodes.Status202Accepted);
        }
    }

    private Task ForgedAsync(HttpContext context, WebhookProvider provider)
    {
        if (failures.Count(context) is not { } wait)
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, "invalid_signature", "the signature is missing or not that of this body", $"Give {provider.Name} the secret that this server has.");
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too_many_failures", "too many requests with a wrong signature came from this address", $"Give {provider.Name} the secret that this server has, and wait.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string message, string? remedy)
    {
        Metrics.RefusedDeliveries.Add(1, Metrics.Label("status", status.ToString(CultureInfo.InvariantCulture)));
        return Problems.WriteAsync(context, status, code, message, remedy);
    }
}
