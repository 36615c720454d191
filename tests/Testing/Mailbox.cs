using System.Collections.Concurrent;
using MassTransit;

namespace Charterhouse.Testing;

/// <summary>Remembers what arrived, with the id it arrived under.</summary>
public sealed class Mailbox<T> : IConsumer<T> where T : class
{
    private readonly ConcurrentQueue<(Guid Id, T Message)> received = new();

    /// <summary>What arrived so far, in order.</summary>
    public IReadOnlyCollection<(Guid Id, T Message)> Received => received;

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<T> context)
    {
        received.Enqueue((context.MessageId!.Value, context.Message));
        return Task.CompletedTask;
    }
}
