using System.Net;
using System.Net.Sockets;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Targets;

/// <summary>
/// Keeps https targets away from the own network: a host is resolved once, every address is checked, and the checked addresses are the
/// ones that git is then told to use (otherwise the second look-up could answer differently).
/// </summary>
internal sealed class HostGuard(RepoSyncOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>The addresses that may be connected to.</summary>
    /// <exception cref="StepFailedException"><c>host_refused</c>, or <c>unreachable</c> (transient) when the name does not resolve.</exception>
    public async Task<IReadOnlyList<IPAddress>> CheckAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellationToken);
        }
        catch (Exception problem) when (problem is SocketException or ArgumentException)
        {
            throw StepFailedException.Transient("unreachable", $"the host '{host}' cannot be resolved: {problem.Message}", "Check the spelling and the network.");
        }
        if (addresses.Length == 0) throw StepFailedException.Transient("unreachable", $"the host '{host}' has no address", "Check the spelling and the network.");
        if (!options.AllowPrivateHosts && addresses.Any(IsPrivate))
        {
            throw StepFailedException.Permanent("host_refused",
                $"the host '{host}' has a loopback, private or link-local address, which a target must not reach",
                "Clone it yourself and name the folder, or allow private hosts in the configuration (allow_private_hosts).");
        }
        return addresses;
    }

    /// <summary>True for an address that is not one of the public internet.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            // IANA IPv4 special-purpose registry (RFC 6890), multicast and reserved included.
            return (bytes[0], bytes[1]) switch
            {
                (0 or 10 or 127 or >= 224, _) => true,
                (100, >= 64 and < 128) => true,
                (169, 254) => true,
                (172, >= 16 and < 32) => true,
                (192, 168) => true,
                (192, 0) => bytes[2] is 0 or 2,
                (198, 18 or 19) => true,
                (198, 51) => bytes[2] == 100,
                (203, 0) => bytes[2] == 113,
                _ => false,
            };
        }
        // Global unicast is 2000::/3; inside it, 6to4 and Teredo carry IPv4 addresses that were not checked.
        return (bytes[0] & 0xE0) != 0x20 || (bytes[0] == 0x20 && bytes[1] == 0x02) || (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
    }
}
