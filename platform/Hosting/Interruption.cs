using System.Runtime.InteropServices;

namespace Charterhouse.Platform.Hosting;

/// <summary>Ctrl-C (and SIGTERM) once asks the process to end in order; twice ends it at once.</summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly int exitCode;
    private int signals;

    /// <summary>Takes the signals over until it is disposed.</summary>
    /// <param name="exitCode">What the process ends with at the second one.</param>
    public Interruption(int exitCode)
    {
        this.exitCode = exitCode;
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        // not on the signal's own thread: callbacks of the token may take a while, and a second signal has to come through
        if (Interlocked.Increment(ref signals) == 1) ThreadPool.QueueUserWorkItem(_ => source.Cancel());
        else Environment.Exit(exitCode);
    }
}
