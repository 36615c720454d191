using System.Runtime.CompilerServices;
using System.Text;
using Charterhouse.Platform.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// The queue of dead letters, one reader at a time. What is read is held, not taken: it goes back when the reader is disposed or its process dies.
/// </summary>
public sealed class DeadLetterQueue : IAsyncDisposable
{
    /// <summary>An exclusive queue of this name is the lock between readers: a second one would see an empty queue while the first holds the letters.</summary>
    private const string ReaderLock = EndpointRegistry.DeadLetters + ".reader";

    /// <summary>Marks what this reader sent back, so that a message that dies again at once is not sent back for ever.</summary>
    private const string RequeuedBy = "charter-requeued-by";

    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(100);

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly string reader = Guid.NewGuid().ToString("N");

    private DeadLetterQueue(IConnection connection, IChannel channel) => (this.connection, this.channel) = (connection, channel);

    /// <summary>Connects and waits, for 10 s at most, until no other reader is there.</summary>
    /// <exception cref="BrokerException">The broker cannot be reached or refuses, or another reader stays.</exception>
    public static async Task<DeadLetterQueue> OpenAsync(BusSettings bus, TimeProvider time, CancellationToken cancellationToken)
    {
        var broker = bus.RabbitMq ?? throw new ArgumentException("a bus in memory has no dead letters", nameof(bus));
        var address = new UriBuilder(broker) { Scheme = broker.Scheme.EndsWith('s') ? "amqps" : "amqp" }.Uri;
        IConnection? opened = null;
        try
        {
            opened = await new ConnectionFactory { Uri = address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync("charter deadletters", cancellationToken);
            await LockAsync(opened, time, cancellationToken);
            var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            return new DeadLetterQueue(opened, await opened.CreateChannelAsync(confirmed, cancellationToken));
        }
        catch (Exception problem)
        {
            if (opened is not null) await opened.DisposeAsync();
            if (BrokerException.From(problem, bus) is { } known) throw known;
            throw;
        }
    }

    /// <summary>Every dead letter, the oldest first.</summary>
    public async IAsyncEnumerable<HeldDeadLetter> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } got)
        {
            if (got.BasicProperties.Headers?.TryGetValue(RequeuedBy, out var by) == true && by is byte[] bytes && bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(reader))) continue;
            yield return new HeldDeadLetter(DeadLetter.Read(got.BasicProperties, got.Body), got.Body) { Tag = got.DeliveryTag, Properties = got.BasicProperties };
        }
    }

    /// <summary>
    /// Sends it to the queue that it died in, as it was, and lets the dead letter go once the broker has confirmed. A crash in between leaves both:
    /// receivers are idempotent by their domain's key.
    /// </summary>
    /// <returns>Null, or why it stays a dead letter.</returns>
    public async Task<string?> RequeueAsync(HeldDeadLetter held, CancellationToken cancellationToken)
    {
        if (held.Letter.Queue is not { Length: > 0 } queue) return "the broker did not say which queue it came from";
        var properties = new BasicProperties(held.Properties) { DeliveryMode = DeliveryModes.Persistent, Headers = Headers(held.Properties) };
        properties.ClearUserId(); // the broker refuses a message in another user's name
        properties.ClearExpiration();
        try
        {
            await channel.BasicPublishAsync(exchange: "", routingKey: queue, mandatory: true, properties, held.Body, cancellationToken);
        }
        catch (PublishException refused)
        {
            return refused.IsReturn ? $"there is no queue {queue}" : $"the broker did not take it for {queue}";
        }
        Failpoints.Hit(Failpoints.DeadLetterAfterRequeue);
        await channel.BasicAckAsync(held.Tag, multiple: false, cancellationToken);
        return null;
    }

    /// <summary>Lets go of what was not requeued.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // Said rather than left to the end of the connection: then they are back before the lock is free.
            if (channel.IsOpen) await channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true, CancellationToken.None);
            if (channel.IsOpen) await channel.CloseAsync(CancellationToken.None);
        }
        catch (Exception problem) when (problem is AlreadyClosedException or OperationInterruptedException)
        {
            // the connection is gone, and with it the hold
        }
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task<BasicGetResult?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await channel.BasicGetAsync(EndpointRegistry.DeadLetters, autoAck: false, cancellationToken);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null; // no service has ever run here
        }
    }

    /// <summary>What the broker wrote about earlier deaths stays behind: it counts and routes by it.</summary>
    private Dictionary<string, object?> Headers(IReadOnlyBasicProperties properties)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            if (name is not ("x-death" or "x-delivery-count") && !name.StartsWith("x-first-death-", StringComparison.Ordinal) && !name.StartsWith("x-last-death-", StringComparison.Ordinal)) headers[name] = value;
        }
        headers[RequeuedBy] = reader;
        return headers;
    }

    private static async Task LockAsync(IConnection opened, TimeProvider time, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + LockWait;
        while (true)
        {
            var attempt = await opened.CreateChannelAsync(cancellationToken: cancellationToken);
            try
            {
                await attempt.QueueDeclareAsync(ReaderLock, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
                return; // the queue ends with the connection, however that ends
            }
            catch (OperationInterruptedException taken) when (taken.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                if (time.GetUtcNow() > until) throw new BrokerException("another charter deadletters reads the dead letters", "Try again when it has ended.", taken);
            }
            finally
            {
                await attempt.DisposeAsync();
            }
            await Task.Delay(LockPause, time, cancellationToken);
        }
    }
}
