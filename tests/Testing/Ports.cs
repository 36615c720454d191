using System.Net;
using System.Net.Sockets;

namespace Charterhouse.Testing;

/// <summary>Ports on loopback.</summary>
public static class Ports
{
    // Below what Linux, macOS and Windows give to outgoing connections: one of those would take the port of a server that is down for a moment.
    private const int Least = 15_000;
    private const int Most = 32_767;

    /// <summary>One that was free a moment ago.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(Least, Most + 1);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody has it: another one
            }
        }
    }
}
