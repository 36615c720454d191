using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Platform.Http;

/// <summary>Who may use the API: with a token set, whoever sends it; without one, this machine only.</summary>
/// <param name="token">The configured token, or null.</param>
public sealed class ApiAccess(string? token)
{
    /// <summary>What to do when it refuses.</summary>
    public const string Remedy = "Set CHARTER_API_TOKEN for the server and for charter, and send it as 'Authorization: Bearer …'.";
    private const string Scheme = "Bearer ";

    private readonly byte[]? digest = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>True when the request may be answered.</summary>
    public bool Allows(HttpContext context)
    {
        if (digest is null) return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !context.Request.Headers.ContainsKey("X-Forwarded-For");
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), digest);
    }
}
