using System.Runtime.InteropServices;
using Charterhouse.Cli.Errors;

namespace Charterhouse.Cli.Hosting;

/// <summary>Ctrl-C (and SIGTERM) once asks the command to end in order; twice ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int signals;

    public Interruption()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) == 1)
        {
            // not on the signal's own thread: callbacks of the token may take a while, and a second signal has to come through
            ThreadPool.QueueUserWorkItem(_ => source.Cancel());
            return;
        }
        Environment.Exit(ExitCodes.Cancelled);
    }
}
