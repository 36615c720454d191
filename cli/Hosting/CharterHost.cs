using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Hosting;

/// <summary>What a host is started for.</summary>
internal enum HostMode
{
    /// <summary>Opens (or creates) the database, starts the bus and all services. The caller holds the host lock.</summary>
    Run,
    /// <summary>Opens an existing database; no bus, no services. Queries work, and so does a command that is only rows (cancel).</summary>
    Read,
}

/// <summary>The embedded house: every service in this process.</summary>
internal sealed class CharterHost
{
    private CharterHost(RunService runs) => Runs = runs;

    public RunService Runs { get; }

    /// <summary>Starts it. In <see cref="HostMode.Run"/> unfinished runs of the data folder go on.</summary>
    public static Task<CharterHost> StartAsync(CharterOptions options, HostMode mode, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the embedded host is not part of this build");

    /// <summary>Stops it: no new step begins, and running ones have this long to end. Steps that ended stay stored.</summary>
    public Task StopAsync(TimeSpan drain) => throw new NotSupportedException("the embedded host is not part of this build");
}
