using Charterhouse.Orchestrator;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Bench.Runs;

/// <summary>The embedded house as the command line composes it, with <see cref="BenchModule"/> for Agents, in a temporary folder.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly IHost host;
    private readonly string folder;

    private BenchHost(IHost host, string folder, string file)
    {
        this.host = host;
        this.folder = folder;
        File = file;
    }

    /// <summary>The database.</summary>
    public string File { get; }

    public RunService Runs => host.Services.GetRequiredService<RunService>();

    public DatabaseEngine Engine => host.Services.GetRequiredService<DatabaseEngine>();

    /// <summary>Starts it with room for this many runs and their steps at the same time.</summary>
    public static async Task<BenchHost> StartAsync(int concurrency)
    {
        var root = Directory.CreateTempSubdirectory("charter-bench-").FullName;
        var file = Path.Combine(root, "charterhouse.db");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(logging => logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning));
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddCharterDatabase(DatabaseSettings.ForSqlite(file));
        builder.Services.AddCharterBus(
        [
            new OrchestratorModule(new OrchestratorOptions { MaxConcurrentRuns = Math.Max(5, concurrency), ArtifactsFolder = Path.Combine(root, "artifacts") }),
            new RepoSyncModule(new RepoSyncOptions { CacheRoot = Path.Combine(root, "repositories") }),
            new BenchModule(Math.Max(4, concurrency * 5)),
        ]);
        var built = builder.Build();
        await built.StartAsync();
        return new BenchHost(built, root, file);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
