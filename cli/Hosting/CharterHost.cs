using Charterhouse.Agents;
using Charterhouse.Contracts.Steps;
using Charterhouse.Ingest;
using Charterhouse.Ingest.Events;
using Charterhouse.Ingest.Persistence;
using Charterhouse.Orchestrator;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Driving;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync;
using Charterhouse.RepoSync.Effects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

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
    private readonly IHost host;
    private readonly DataFolder? temporary;

    private CharterHost(IHost host, DataFolder? temporary)
    {
        this.host = host;
        this.temporary = temporary;
    }

    public RunService Runs => host.Services.GetRequiredService<RunService>();

    public CharterComparisons Charters => host.Services.GetRequiredService<CharterComparisons>();

    public FindingService Findings => host.Services.GetRequiredService<FindingService>();

    public IArtifactReader Artifacts => host.Services.GetRequiredService<IArtifactReader>();

    public RepositoryService Repositories => host.Services.GetRequiredService<RepositoryService>();

    public EventService Events => host.Services.GetRequiredService<EventService>();

    /// <summary>What was, is or would be written outside; for a host that reads.</summary>
    public EffectService Effects => host.Services.GetRequiredService<EffectService>();

    public ScheduleService Schedules => host.Services.GetRequiredService<ScheduleService>();

    /// <summary>Starts it. In <see cref="HostMode.Run"/> unfinished runs of the data folder go on.</summary>
    public static async Task<CharterHost> StartAsync(CharterOptions options, HostMode mode, CancellationToken cancellationToken)
    {
        // What the host does by itself from here on belongs to no command's trace.
        System.Diagnostics.Activity.Current = null;
        var folder = DataFolder.At(options.DataFolder);
        var throwaway = mode == HostMode.Run && options.Checkpointer == Checkpointer.Memory ? folder : null;
        throwaway?.DeleteTemporaryDatabase();
        var started = new CharterHost(Compose(options, folder, mode), throwaway);
        try
        {
            await started.host.StartAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.StopAsync(TimeSpan.Zero);
            throw;
        }
    }

    /// <summary>Stops it: no new step begins, and running ones have this long to end. Steps that ended stay stored.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        using (var deadline = new CancellationTokenSource(drain))
        {
            await host.StopAsync(deadline.Token);
        }
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        temporary?.DeleteTemporaryDatabase();
    }

    /// <summary>The host of a mode, not started.</summary>
    internal static IHost Compose(CharterOptions options, DataFolder folder, HostMode mode)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging => logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(Environment.GetEnvironmentVariable("CHARTER_DEBUG") == "1" ? LogLevel.Information : LogLevel.Error)
            // what stops the host from starting reaches the command as an exception and is printed once, in a sentence
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));
        // stdout is for results
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddCharterDatabase(options.Distributed is { } distributed
            ? ServiceProcess.DatabaseOf(distributed) with { Patient = false, LeastPoolSize = 0 } // for reading only: see HostSession
            : DatabaseSettings.ForSqlite(folder.DatabaseFile(options.Checkpointer)) with { Exclusive = mode == HostMode.Run });
        var orchestrator = OrchestratorModule.Of(options);
        if (mode == HostMode.Read)
        {
            builder.Services.AddServiceDatabase<OrchestratorDbContext>(orchestrator.Name);
            orchestrator.AddQueries(builder.Services);
            var ingest = IngestModule.Of(options);
            builder.Services.AddServiceDatabase<IngestDbContext>(ingest.Name);
            ingest.AddQueries(builder.Services);
            builder.Services.AddServiceDatabase<RepoSyncDbContext>(Contracts.Steps.Services.RepoSync);
            RepoSyncModule.AddQueries(builder.Services);
            return builder.Build();
        }
        builder.Services.AddCharterBus([orchestrator, RepoSyncModule.Of(options), AgentsModule.Of(options)]);
        return builder.Build();
    }
}
