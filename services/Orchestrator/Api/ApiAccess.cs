using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>Who may use the API: with a token set, whoever sends it; without one, this machine only.</summary>
/// <param name="token">The configured token, or null.</param>
internal sealed class ApiAccess(string? token)
{
    public const string Remedy = "Set CHARTER_API_TOKEN for the server and for charter, and send it as 'Authorization: Bearer …'.";
    private const string Scheme = "Bearer ";

    private readonly byte[]? digest = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public bool Allows(HttpContext context)
    {
        if (digest is null) return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !context.Request.Headers.ContainsKey("X-Forwarded-For");
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), digest);
    }
}
