using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Remote;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;

namespace Charterhouse.Cli.Hosting;

/// <summary>A host together with its right to the data folder, for the length of one command.</summary>
internal sealed class HostSession : IAsyncDisposable
{
    /// <summary>Time for running steps to end after Ctrl-C. What does not make it is done again on resume.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(4);

    private readonly CharterHost? host;
    private readonly ApiClient? server;
    private readonly HostLock? hostLock;

    private HostSession(CharterHost? host, HostLock? hostLock, ApiClient? server = null)
    {
        this.host = host;
        this.hostLock = hostLock;
        this.server = server;
    }

    /// <summary>This process's runs, or with <c>--server</c> the server's.</summary>
    public IRunService Runs => server is null ? host!.Runs : new RemoteRuns(server, TimeProvider.System);

    /// <summary>What recurs here, or on the server.</summary>
    public IScheduleService Schedules => server is null ? host!.Schedules : new RemoteSchedules(server);

    /// <summary>The versions of the charters.</summary>
    /// <exception cref="UsageException">With <c>--server</c>.</exception>
    public CharterComparisons Charters => Local().Charters;

    /// <summary>The findings' memory.</summary>
    /// <exception cref="UsageException">With <c>--server</c>.</exception>
    public FindingService Findings => Local().Findings;

    /// <summary>Prepares the data folder, takes its lock (waiting for it, unless told not to) and starts everything.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used, or is held and <paramref name="noWait"/> is set.</exception>
    public static async Task<HostSession> RunAsync(CliContext context, CharterOptions options, string command, bool noWait)
    {
        if (Remote(options) is { } server) return server;
        RefuseDistributed(options);
        var folder = DataFolder.At(options.DataFolder);
        folder.Prepare();
        var taken = await HostLock.AcquireAsync(folder, command, context.Time, noWait ? null : OnWait, context.Interrupted);
        return await StartAsync(context, options, taken);

        void OnWait(HostLockHolder? holder) => context.Terminal.Note(
            $"waiting for {TerminalText.Line(holder?.ToString() ?? "another process")}, which holds {TerminalText.Line(folder.Root)} (--no-wait fails instead)");
    }

    /// <summary>The same, or null at once when another process holds the folder.</summary>
    public static async Task<HostSession?> TryRunAsync(CliContext context, CharterOptions options, string command)
    {
        if (Remote(options) is { } server) return server;
        RefuseDistributed(options);
        var folder = DataFolder.At(options.DataFolder);
        folder.Prepare();
        return HostLock.TryAcquire(folder, command, context.Time) is { } taken ? await StartAsync(context, options, taken) : null;
    }

    /// <summary>Opens the database for queries, or null when there is none yet. Never takes the lock, never creates anything.</summary>
    public static async Task<HostSession?> TryReadAsync(CliContext context, CharterOptions options) =>
        Remote(options) is { } server ? server
        : options.Distributed is not null || File.Exists(DataFolder.At(options.DataFolder).DatabaseFile(options.Checkpointer))
            ? new HostSession(await CharterHost.StartAsync(options, HostMode.Read, context.Interrupted), hostLock: null)
            : null;

    /// <summary>The same for a command that names a run.</summary>
    /// <exception cref="RunRequestException">There is no database, so there is no such run.</exception>
    public static async Task<HostSession> ReadAsync(CliContext context, CharterOptions options, string run) =>
        await TryReadAsync(context, options) ?? throw RunLookup.NotFound(run);

    public async ValueTask DisposeAsync()
    {
        // The lock goes last: whoever waits for it must not meet a bus that is still running.
        try
        {
            if (host is not null) await host.StopAsync(Drain);
            server?.Dispose();
        }
        finally
        {
            hostLock?.Dispose();
        }
    }

    private CharterHost Local() => host ?? throw new UsageException("--server does not serve this command yet", "Leave --server away, and run it where the database can be reached.");

    private static HostSession? Remote(CharterOptions options) =>
        options.Server is { } server ? new HostSession(host: null, hostLock: null, new ApiClient(server, options.ApiToken)) : null;

    // Two hosts of one distributed house are its services; a command is none of them.
    private static void RefuseDistributed(CharterOptions options)
    {
        if (options.Distributed is not null)
            throw new UsageException("POSTGRES_CONNECTION_STRING and RABBITMQ_URL choose the distributed profile, whose services drive the runs", "Give the address of one with --server URL or CHARTER_SERVER, or unset both.");
    }

    private static async Task<HostSession> StartAsync(CliContext context, CharterOptions options, HostLock taken)
    {
        try
        {
            return new HostSession(await CharterHost.StartAsync(options, HostMode.Run, context.Interrupted), taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }
}
