using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Hosting;

/// <summary>Where a module says which queues it listens to; the same for every transport.</summary>
public sealed class EndpointRegistry
{
    /// <summary>The exchange and queue of what could not be worked on.</summary>
    public const string DeadLetters = "dead-letters";

    /// <summary>Deliveries of one message before it is dead-lettered, the first included.</summary>
    public const int DeliveryLimit = 5;

    /// <summary>Deliveries of a dead letter: as many as one likes.</summary>
    internal const int DeadLetterLimit = int.MaxValue;

    /// <summary>What a queue is declared with, beside its type and its dead-letter exchange.</summary>
    internal static IReadOnlyList<KeyValuePair<string, object>> Arguments { get; } =
    [
        new("x-delivery-limit", DeliveryLimit - 1), // RabbitMQ counts what comes after the first
        new("x-dead-letter-strategy", "at-least-once"),
        new("x-overflow", "reject-publish"),
    ];

    private readonly IBusFactoryConfigurator bus;
    private readonly ILogger log;
    private readonly MessageTypes types;
    private readonly BusSettings settings;

    internal EndpointRegistry(IBusRegistrationContext context, IBusFactoryConfigurator bus)
    {
        Context = context;
        this.bus = bus;
        log = context.GetRequiredService<ILoggerFactory>().CreateLogger<EndpointRegistry>();
        types = context.GetRequiredService<MessageTypes>();
        settings = context.GetRequiredService<BusSettings>();
    }

    /// <summary>For <c>ConfigureSaga</c>, <c>ConfigureConsumer</c> and services.</summary>
    public IBusRegistrationContext Context { get; }

    /// <summary>
    /// A queue with the common policy: lost races (version, duplicate key, deadlock) run again at once, each with a fresh context; while the
    /// storage is out of reach the message waits here; anything else fails, is logged, and its owner re-drives it. On RabbitMQ it is delivered
    /// again at once and dead-lettered at the <see cref="DeliveryLimit"/>.
    /// </summary>
    /// <param name="concurrency">Messages worked on at the same time.</param>
    public void Receive(string queue, int concurrency, Action<IReceiveEndpointConfigurator> configure) =>
        bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false; // nothing is published: messages go to queues by name
            endpoint.PublishFaults = false;
            endpoint.ConcurrentMessageLimit = concurrency;
            endpoint.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new JoinedMessagesFilter(queue, concurrency, types, settings, log)));
            endpoint.UseFilter(new MessageFilter(queue, log)); // outermost: one scope and one span for a message, with all its retries
            if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit) Configure(rabbit, concurrency);
            // Outside the retry of lost races: an outage lasts longer than they do, and it is no fault of the message.
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<Exception>(StorageException.IsOutage);
                retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
            });
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<DbUpdateConcurrencyException>();
                retry.Handle<GroupFailedException>();
                // Not of an outage: what one of two nested policies has given up the other does not take (MassTransit's RetryFilter).
                retry.Handle<Exception>(problem => !StorageException.IsOutage(problem) && (StorageException.IsDuplicateKey(problem) || StorageException.IsTransient(problem)));
                retry.Intervals(0, 10, 30, 60, 120, 250, 500, 1000);
            });
            configure(endpoint);
        });

    private static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, int concurrency)
    {
        endpoint.SetQuorumQueue();
        // Without a strategy the broker's dead-lettering is at most once; it needs reject-publish (RabbitMQ's documentation on quorum queues).
        endpoint.BindDeadLetterQueue(DeadLetters, DeadLetters, binding =>
        {
            binding.SetQueueArgument("x-queue-type", "quorum");
            binding.SetQueueArgument("x-delivery-limit", DeadLetterLimit); // every look at them is a delivery, and from RabbitMQ 4 on a queue without a limit has one of 20
        });
        foreach (var (name, value) in Arguments) endpoint.SetQueueArgument(name, value);
        endpoint.PrefetchCount = Math.Max(16, concurrency * 2);
        // What fails goes back to the broker, which counts; so there is one place for dead letters instead of an _error queue beside each.
        endpoint.RethrowFaultedMessages();
        endpoint.ThrowOnSkippedMessages();
    }
}
