using System.Net;
using System.Net.Sockets;

namespace Charterhouse.Testing;

/// <summary>Ports on loopback.</summary>
public static class Ports
{
    /// <summary>One that was free a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
