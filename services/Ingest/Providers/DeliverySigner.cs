using Charterhouse.Ingest.Webhooks;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Http;

namespace Charterhouse.Ingest.Providers;

/// <summary>Signs a payload as its provider would, with this process's secret: for a delivery that is sent by hand.</summary>
public static class DeliverySigner
{
    /// <summary>The headers of the request.</summary>
    /// <param name="event">The event's name, as the provider says it: <c>push</c>, <c>Push Hook</c> …</param>
    /// <param name="deliveryId">The delivery's id.</param>
    /// <exception cref="RequestException">There is no secret for this provider, or a name is not in its form.</exception>
    public static IReadOnlyDictionary<string, string> Sign(CharterOptions options, string provider, string @event, string deliveryId, ReadOnlyMemory<byte> body)
    {
        if (DeliveryNames.Event(@event) is null) throw new RequestException("invalid_request", "the event's name is not in its form", "Give it as the provider sends it: push, pull_request, 'Push Hook' …");
        if (DeliveryNames.Id(deliveryId) is null) throw new RequestException("invalid_request", "the delivery's id is not in its form", "Give at most 100 letters, digits, '.', '_', ':' and '-'.");
        var found = new WebhookProviders(IngestModule.OptionsOf(options)).Find(provider)
            ?? throw new RequestException("provider_not_found", $"there is no secret for webhooks of '{provider}'", WebhookProviders.Remedy(provider));
        return found.Sign(@event, deliveryId, body.Span);
    }
}
