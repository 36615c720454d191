using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Journeys.Tests;

/// <summary>A delivery as GitHub sends it.</summary>
internal static class SignedDelivery
{
    public const string Secret = "a-secret-of-the-forge-for-tests";

    public static HttpRequestMessage Of(Uri house, string payload, string delivery, string @event)
    {
        var body = Encoding.UTF8.GetBytes(payload);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(house, "/webhooks/github")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Event", @event);
        request.Headers.Add("X-GitHub-Delivery", delivery);
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));
        return request;
    }
}
