using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Charterhouse.Platform.Hosting;

/// <summary>
/// Services in one process that run until they are told to end, with a web server for health and their own endpoints. The web server is a host
/// of its own that starts first and stops last: it answers while the services wait for a database, and while they drain.
/// </summary>
public sealed class ServedHouse : IAsyncDisposable
{
    /// <summary>From the signal to the end of the process, at most.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    /// <summary>Time for running steps to end after the signal. What does not make it goes back, for another replica to start again.</summary>
    private static readonly TimeSpan StepDrain = TimeSpan.FromSeconds(20);

    /// <summary>Time for requests to end once the services have. Somebody who follows a run's events asks again elsewhere.</summary>
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(1);

    private readonly IHost services;
    private readonly WebApplication web;
    private readonly PrometheusText metrics;

    private ServedHouse(IHost services, WebApplication web, PrometheusText metrics) => (this.services, this.web, this.metrics) = (services, web, metrics);

    /// <summary>The addresses that the web server listens on, with real ports.</summary>
    public IReadOnlyCollection<string> Urls => [.. web.Urls];

    /// <summary>The container of the modules.</summary>
    public IServiceProvider Services => services.Services;

    /// <summary>Composes the process; nothing runs yet.</summary>
    /// <param name="urls">As in <c>--urls</c>: <c>http://127.0.0.1:8080</c>, several with semicolons.</param>
    public static ServedHouse Compose(DatabaseSettings database, BusSettings bus, IReadOnlyList<ServiceModule> modules, string urls)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Log(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Drain);
        builder.Services.AddCharterDatabase(database);
        builder.Services.AddCharterBus(modules, bus);
        foreach (var module in modules) module.AddServing(builder.Services, database);
        MetricsEndpoint.AddPush(builder.Services);
        var house = builder.Build();
        house.Services.GetRequiredService<ProcessState>().Drain = StepDrain;

        // Empty: an appsettings.json in the working folder, which may be a repository, is nobody's configuration.
        var site = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "charterhouse" });
        Log(site.Logging);
        site.WebHost.UseKestrelCore().UseUrls(urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        site.Services.AddRoutingCore();
        site.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        site.Services.Configure<HostOptions>(options => options.ShutdownTimeout = LastRequests);
        var app = site.Build();
        app.UseRouting();
        HealthEndpoints.Map(app, house.Services);
        var text = new PrometheusText();
        MetricsEndpoint.Map(app, house.Services, text);
        foreach (var module in modules) module.MapEndpoints(app, house.Services);
        return new ServedHouse(house, app, text);
    }

    /// <summary>Runs until the token is cancelled, then drains.</summary>
    /// <param name="started">Called when everything runs.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task RunAsync(Action<ServedHouse>? started, CancellationToken stop)
    {
        var state = services.Services.GetRequiredService<ProcessState>();
        await web.StartAsync(CancellationToken.None);
        try
        {
            await services.StartAsync(stop);
            state.Started = true;
            started?.Invoke(this);
            await UntilAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // told to end while it still waited for something
        }
        finally
        {
            state.Draining = true;
            using var deadline = new CancellationTokenSource(Drain);
            await services.StopAsync(deadline.Token);
            await web.StopAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        metrics.Dispose();
        if (services is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private static async Task UntilAsync(CancellationToken stop)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(() => told.TrySetResult());
        await told.Task;
    }

    private static void Log(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.IncludeScopes = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(Environment.GetEnvironmentVariable("CHARTER_DEBUG") == "1" ? LogLevel.Debug : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("MassTransit", LogLevel.Warning);
        logging.AddFilter("Quartz", LogLevel.Warning);
    }
}
