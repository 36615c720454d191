using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Charterhouse.Platform.Configuration;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Forges;

/// <summary>The connections to a forge.</summary>
internal static class ForgeTransport
{
    private const long LargestAnswer = 32 * 1024 * 1024;

    /// <summary>A client for one forge. Redirects are not followed by itself, proxies are the environment's, addresses are checked before they are connected to.</summary>
    public static HttpClient Create(ForgeSettings forge, HostGuard guard, string? certificateAuthorities)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // so that a forge that moves is found again
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectCallback = (context, token) => ConnectAsync(forge, guard, context, token),
        };
        if (certificateAuthorities is not null) handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = PolicyOf(certificateAuthorities) };
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = LargestAnswer };
    }

    private static async ValueTask<Stream> ConnectAsync(ForgeSettings forge, HostGuard guard, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
            // whoever configures this machine's own address means it
            if (forge.Api.IsLoopback && host == forge.Api.IdnHost.Trim('[', ']')) await socket.ConnectAsync(host, port, cancellationToken);
            else await socket.ConnectAsync([.. await guard.CheckAsync(host, cancellationToken)], port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static X509ChainPolicy PolicyOf(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
