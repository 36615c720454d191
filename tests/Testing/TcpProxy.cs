using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Charterhouse.Testing;

/// <summary>What a <see cref="TcpProxy"/> does with connections, those that are open and new ones.</summary>
public enum ProxyFault
{
    /// <summary>Passes everything on.</summary>
    None,
    /// <summary>Connections stay open, but nothing passes: as when a cable is pulled or a firewall forgets them.</summary>
    HalfOpen,
    /// <summary>Each piece of data waits for <see cref="TcpProxy.Delay"/>.</summary>
    Delayed,
    /// <summary>New connections are closed at once; see also <see cref="TcpProxy.Cut"/>.</summary>
    Refusing,
}

/// <summary>Between a client and a server on loopback, to make the network between them fail.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> sockets = new();
    private readonly CancellationTokenSource stop = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ProxyFault fault;

    private TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where clients connect to.</summary>
    public int Port { get; }

    /// <summary>For <see cref="ProxyFault.Delayed"/>.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What happens to data from now on.</summary>
    public ProxyFault Fault
    {
        get => fault;
        set
        {
            fault = value;
            Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    /// <summary>Starts one in front of a port of loopback.</summary>
    public static TcpProxy To(int port) => new(port);

    /// <summary>Ends every open connection in an orderly way (FIN).</summary>
    public void Cut() => End(linger: null);

    /// <summary>Ends every open connection with a reset (RST).</summary>
    public void Reset() => End(new LingerOption(enable: true, 0));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        End(linger: null);
        await accepting;
        stop.Dispose();
    }

    private void End(LingerOption? linger)
    {
        foreach (var socket in sockets.Keys)
        {
            try
            {
                if (linger is not null) socket.LingerState = linger;
                socket.Dispose();
            }
            catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
            {
                // it ended by itself meanwhile
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ConnectAsync(await listener.AcceptSocketAsync(stop.Token));
            }
            catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                if (stop.IsCancellationRequested) return;
            }
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        sockets[client] = sockets[server] = true;
        try
        {
            if (fault == ProxyFault.Refusing) return;
            await PassableAsync();
            await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // one side is gone; the other is told below
        }
        finally
        {
            sockets.TryRemove(client, out _);
            sockets.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var count)
            {
                if (fault == ProxyFault.Delayed) await Task.Delay(Delay, stop.Token);
                await PassableAsync();
                await to.SendAsync(buffer.AsMemory(0, count), stop.Token);
            }
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the other direction ends with this one
        }
    }

    private async Task PassableAsync()
    {
        while (true)
        {
            var change = changed.Task; // before looking, so that no change is missed
            if (fault != ProxyFault.HalfOpen) return;
            await change.WaitAsync(stop.Token);
        }
    }
}
