using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Hosting;

/// <summary>Where a module says which queues it listens to; the same for every transport.</summary>
public sealed class EndpointRegistry
{
    private readonly IBusFactoryConfigurator bus;

    internal EndpointRegistry(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        Context = context;
        this.bus = bus;
    }

    /// <summary>For <c>ConfigureSaga</c>, <c>ConfigureConsumer</c> and services.</summary>
    public IBusRegistrationContext Context { get; }

    /// <summary>
    /// A queue with the common policy: lost races (version, duplicate key, deadlock) run again at once, each with a fresh context; anything
    /// else fails, is logged, and its owner re-drives it.
    /// </summary>
    /// <param name="concurrency">Messages worked on at the same time.</param>
    public void Receive(string queue, int concurrency, Action<IReceiveEndpointConfigurator> configure) =>
        bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false; // nothing is published: messages go to queues by name
            endpoint.PublishFaults = false;
            endpoint.ConcurrentMessageLimit = concurrency;
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<DbUpdateConcurrencyException>();
                retry.Handle<Exception>(problem => StorageException.IsDuplicateKey(problem) || StorageException.IsTransient(problem));
                retry.Intervals(0, 10, 30, 60, 120, 250, 500, 1000);
            });
            configure(endpoint);
        });
}
