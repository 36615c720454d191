using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Testing;

/// <summary>A host as the product composes it, with the modules that a test chooses, on a test's database and its bus.</summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly IHost host;
    private int disposed;

    private ServiceHost(IHost host) => this.host = host;

    /// <summary>The host's container.</summary>
    public IServiceProvider Services => host.Services;

    /// <summary>A host that runs, on the newest schema.</summary>
    /// <param name="configure">Further services.</param>
    /// <param name="prepare">Work on the database before the host starts.</param>
    public static async Task<ServiceHost> StartAsync(
        TestDatabase database, IReadOnlyList<ServiceModule> modules, Action<HostApplicationBuilder>? configure = null,
        Func<IServiceProvider, CancellationToken, Task>? prepare = null, CancellationToken cancellationToken = default)
    {
        var bus = await database.BusAsync(cancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        configure?.Invoke(builder);
        builder.Services.AddCharterDatabase(database.Settings);
        builder.Services.AddCharterBus(modules, bus);
        var built = new ServiceHost(builder.Build());
        try
        {
            // The host itself only checks the schema of a PostgreSQL database.
            await built.Services.GetRequiredService<DatabaseSchema>().UpgradeAsync(cancellationToken);
            if (prepare is not null) await prepare(built.Services, cancellationToken);
            await built.host.StartAsync(cancellationToken);
            return built;
        }
        catch
        {
            await built.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it; a test may do so early.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}
