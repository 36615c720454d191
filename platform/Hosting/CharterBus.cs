using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Work;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Hosting;

/// <summary>The bus of a process and everything that starts after it.</summary>
public static class CharterBus
{
    /// <summary>
    /// Registers the modules, the bus with their queues, then what delivers to it (outbox) and works (step workers). Call it after
    /// <c>AddCharterDatabase</c>; hosted services that send should be registered after it.
    /// </summary>
    /// <param name="settings">In memory unless given.</param>
    public static IServiceCollection AddCharterBus(this IServiceCollection services, IReadOnlyList<ServiceModule> modules, BusSettings? settings = null)
    {
        settings ??= BusSettings.InMemory;
        services.AddSingleton(settings);
        foreach (var module in modules) module.AddServices(services);
        // MassTransit keeps its logger in an ambient value, which a second host in the same process would inherit from the first, disposed.
        services.AddSingleton<IHostedService>(provider =>
        {
            LogContext.ConfigureCurrentLogContext(provider.GetRequiredService<ILoggerFactory>());
            return new AmbientLogger();
        });
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var module in modules) module.AddConsumers(bus);
            if (settings.RabbitMq is { } broker)
            {
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(broker, host => host.ConnectionName(string.Join(' ', modules.Select(module => module.Name))));
                    Configure(context, rabbit, modules);
                });
            }
            else
            {
                bus.UsingInMemory((context, memory) => Configure(context, memory, modules));
            }
        });
        services.RemoveMassTransitHostedService();
        services.AddSingleton<IHostedService>(provider => new BusService(ActivatorUtilities.CreateInstance<MassTransitHostedService>(provider)));
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            options.WaitUntilStarted = true; // what is registered after it may send
            options.StopTimeout = TimeSpan.FromSeconds(10);
        });
        services.Configure<LoggerFilterOptions>(options => options.AddFilter("MassTransit", LogLevel.Warning));
        services.AddHostedService<OutboxService>();
        services.AddHostedService<WorkService>();
        return services;
    }

    private static void Configure(IBusRegistrationContext context, IBusFactoryConfigurator bus, IReadOnlyList<ServiceModule> modules)
    {
        bus.ConfigureJsonSerializerOptions(options =>
        {
            options.Encoder = Contracts.Serialization.CanonicalJson.Options.Encoder;
            options.MaxDepth = 128; // the contracts' 64 inside an envelope
            return options;
        });
        var endpoints = new EndpointRegistry(context, bus);
        foreach (var module in modules) module.ConfigureEndpoints(endpoints);
    }

    private sealed class AmbientLogger : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>MassTransit's own, except that a bus which never started (because something before it failed) is not stopped with a warning.</summary>
    private sealed class BusService(MassTransitHostedService bus) : IHostedService
    {
        private bool started;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            started = true; // also when it fails half way: then there is something to stop
            return bus.StartAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => started ? bus.StopAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Runs every service's outbox, from after the bus has started until before it stops.</summary>
    private sealed class OutboxService(IEnumerable<IOutboxDispatcher> dispatchers) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            Task.WhenAll(dispatchers.Select(dispatcher => dispatcher.RunAsync(stoppingToken)));
    }

    /// <summary>Checks every pool's handlers before anything starts; runs the pools while bus and outbox are there.</summary>
    private sealed class WorkService(IEnumerable<IStepWorker> workers, ProcessState state) : IHostedLifecycleService
    {
        private readonly IReadOnlyList<IStepWorker> workers = [.. workers];

        public Task StartingAsync(CancellationToken cancellationToken)
        {
            foreach (var worker in workers) worker.Validate();
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var worker in workers) worker.Start();
            return Task.CompletedTask;
        }

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(workers.Select(worker => worker.StopAsync(state.Drain, cancellationToken)));

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
