using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Remote;
using Charterhouse.Cli.Terminal;
using Charterhouse.Ingest.Events;
using Charterhouse.RepoSync.Effects;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Repositories;
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
    private readonly HostLock? hostLock;
    private readonly ApiClient? server;

    private HostSession(CharterHost host, HostLock? hostLock)
    {
        (this.host, this.hostLock) = (host, hostLock);
        (Runs, Schedules, Repositories, Charters, Findings, Artifacts) = (host.Runs, host.Schedules, host.Repositories, host.Charters, host.Findings, host.Artifacts);
    }

    private HostSession(ApiClient server, TimeProvider time)
    {
        this.server = server;
        (Runs, Schedules, Repositories, Charters, Findings, Artifacts) = (new RemoteRuns(server, time), new RemoteSchedules(server), new RemoteRepositories(server), new RemoteCharters(server), new RemoteFindings(server), new RemoteArtifacts(server));
    }

    /// <summary>True with <c>--server</c>: everything is asked of that one.</summary>
    public bool OnServer => server is not null;

    /// <summary>The runs.</summary>
    public IRunService Runs { get; }

    /// <summary>What recurs.</summary>
    public IScheduleService Schedules { get; }

    /// <summary>The repositories whose charters are kept.</summary>
    public IRepositoryService Repositories { get; }

    /// <summary>The versions of the charters.</summary>
    public ICharterComparisons Charters { get; }

    /// <summary>The findings' memory.</summary>
    public IFindingService Findings { get; }

    /// <summary>The deliveries of webhooks; for a session that reads, or with <c>--server</c>.</summary>
    public IEventService Events => server is not null ? new RemoteEvents(server) : host!.Events;

    /// <summary>What was, is or would be written outside; for a session that reads, or with <c>--server</c>.</summary>
    public IEffectService Effects => server is not null ? new RemoteEffects(server) : host!.Effects;

    /// <summary>What is in the files that runs made.</summary>
    public IArtifactReader Artifacts { get; }

    /// <summary>Prepares the data folder, takes its lock (waiting for it, unless told not to) and starts everything.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used, or is held and <paramref name="noWait"/> is set.</exception>
    public static async Task<HostSession> RunAsync(CliContext context, CharterOptions options, string command, bool noWait)
    {
        if (Remote(context, options) is { } server) return server;
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
        if (Remote(context, options) is { } server) return server;
        RefuseDistributed(options);
        var folder = DataFolder.At(options.DataFolder);
        folder.Prepare();
        return HostLock.TryAcquire(folder, command, context.Time) is { } taken ? await StartAsync(context, options, taken) : null;
    }

    /// <summary>Opens the database for queries, or null when there is none yet. Never takes the lock, never creates anything.</summary>
    public static async Task<HostSession?> TryReadAsync(CliContext context, CharterOptions options) =>
        Remote(context, options) is { } server ? server
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

    private static HostSession? Remote(CliContext context, CharterOptions options) =>
        options.Server is { } server ? new HostSession(new ApiClient(server, options.ApiToken), context.Time) : null;

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
