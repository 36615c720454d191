using System.Collections.Concurrent;
using System.Threading.Channels;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// Between a commit and its service's dispatcher: the messages to send now, those of a write together, and the ids that are being sent from this
/// process, which the sweeper leaves alone. Bounded: what does not fit is the sweeper's.
/// </summary>
internal sealed class OutboxQueue<TContext> where TContext : ServiceDbContext
{
    /// <summary>Writes, most of which send a message or a few.</summary>
    private const int Capacity = 4096;

    private readonly Channel<IReadOnlyList<OutgoingMessage>> channel = Channel.CreateBounded<IReadOnlyList<OutgoingMessage>>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly ConcurrentDictionary<Guid, bool> inFlight = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private long wakeAt = DateTimeOffset.MaxValue.UtcTicks;

    public ChannelReader<IReadOnlyList<OutgoingMessage>> Reader => channel.Reader;

    /// <summary>Before the commit: these are about to be sent from here.</summary>
    public void Reserve(IReadOnlyList<OutgoingMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.NotBefore is null) inFlight[message.Id] = true;
        }
    }

    /// <summary>The commit failed, or delivery did: the sweeper may have them.</summary>
    public void Release(IReadOnlyList<OutgoingMessage> messages)
    {
        foreach (var message in messages) inFlight.TryRemove(message.Id, out _);
    }

    public void Release(IEnumerable<Guid> ids)
    {
        foreach (var id in ids) inFlight.TryRemove(id, out _);
    }

    /// <summary>After the commit.</summary>
    public void Enqueue(IReadOnlyList<OutgoingMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.NotBefore is { } due) WakeSweeperBy(due);
        }
        List<OutgoingMessage> now = [.. messages.Where(message => message.NotBefore is null)];
        if (now.Count == 0 || channel.Writer.TryWrite(now)) return;
        Release(now);
        WakeSweeperBy(DateTimeOffset.MinValue);
    }

    public bool TryTake(Guid id) => inFlight.TryAdd(id, true);

    /// <summary>The sweeper is about to sleep until then; earlier rows wake it.</summary>
    public void SleepUntil(DateTimeOffset due) => Volatile.Write(ref wakeAt, due.UtcTicks);

    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // slept enough
        }
    }

    private void WakeSweeperBy(DateTimeOffset due)
    {
        if (due.UtcTicks >= Volatile.Read(ref wakeAt)) return;
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // woken already
        }
    }
}
