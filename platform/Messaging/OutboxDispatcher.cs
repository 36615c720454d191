using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Messaging;

/// <summary>Delivers one service's outbox until it is stopped.</summary>
internal interface IOutboxDispatcher
{
    /// <summary>How long the bus has been taking for what it was given and has not confirmed; zero when for nothing.</summary>
    TimeSpan Waits { get; }

    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Sends what was committed, at once from the queue and otherwise from the table, then deletes the rows. A crash in between sends a message
/// again under the same id: there is no inbox, receivers are idempotent by their domain's key.
/// </summary>
internal sealed partial class OutboxDispatcher<TContext>(
    Database<TContext> database, OutboxQueue<TContext> queue, MessageTypes types, IBus bus, BusSettings settings, TimeProvider time, ILogger<OutboxDispatcher<TContext>> log)
    : IOutboxDispatcher where TContext : ServiceDbContext
{
    private const int MaxBatch = 256;
    private const int MaxSettled = 1024;

    /// <summary>
    /// How long rows of sent messages wait to be deleted together. Deleting at once would cost each message a commit of its own; a crash meanwhile
    /// sends them again.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// After this long without a confirmation a message counts as not sent and is sent again: a connection that is lost at the wrong moment can leave a
    /// send without an end, and everything behind it would wait with it.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Time for the last messages at a stop.</summary>
    private static readonly TimeSpan LastSends = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Uri> addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<object, long> unconfirmed = new();
    private readonly Channel<Guid> delivered = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });

    public TimeSpan Waits => unconfirmed.Values.Select(since => time.GetElapsedTime(since)).DefaultIfEmpty().Max();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A stop lets what is committed leave, unless the bus takes too long for it.
        using var sending = new CancellationTokenSource();
        await using var stopping = cancellationToken.Register(() => sending.CancelAfter(LastSends));
        var settling = SettleDeliveredAsync(cancellationToken);
        try
        {
            await Task.WhenAll(SendQueuedAsync(cancellationToken, sending.Token), SweepAsync(cancellationToken));
        }
        finally
        {
            delivered.Writer.Complete();
            await settling;
        }
    }

    private async Task SettleDeliveredAsync(CancellationToken cancellationToken)
    {
        var batch = new List<Guid>();
        while (await delivered.Reader.WaitToReadAsync(CancellationToken.None))
        {
            try
            {
                await Task.Delay(Settling, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // stopping: settle what is there, so that the next start does not send it again
            }
            batch.Clear();
            while (batch.Count < MaxSettled && delivered.Reader.TryRead(out var id)) batch.Add(id);
            try
            {
                await database.WriteAsync((context, token) => DeleteAsync(context, batch, token), CancellationToken.None);
            }
            catch (Exception problem)
            {
                LogBatchFailed(log, problem, database.Service); // the sweeper sends and settles them again
            }
            queue.Release(batch);
        }
    }

    private async Task SendQueuedAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        var batch = new List<OutgoingMessage>(MaxBatch);
        while (await WaitToReadAsync(stopping) || queue.Reader.TryPeek(out _))
        {
            if (cancellationToken.IsCancellationRequested) return;
            batch.Clear();
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var messages)) batch.AddRange(messages);
            List<Guid> sent = [];
            try
            {
                sent = await SendAllAsync(settings.RabbitMq is null ? Alone(batch) : JoinedMessages.Plan(batch), cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || cancellationToken.IsCancellationRequested)
            {
                LogBatchFailed(log, problem, database.Service); // the rows are there; the sweeper has them, here or in the next process
            }
            foreach (var id in sent) delivered.Writer.TryWrite(id);
            // what was sent stays reserved until its row is gone
            queue.Release(batch.Select(message => message.Id).Except(sent));
        }
    }

    private async Task<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await queue.Reader.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The ids that the bus has taken.</summary>
    /// <param name="batch">What goes together, or alone.</param>
    private async Task<List<Guid>> SendAllAsync(List<OutgoingMessage[]> batch, CancellationToken cancellationToken)
    {
        var mark = new object();
        unconfirmed[mark] = time.GetTimestamp();
        bool[] results;
        try
        {
            results = await Task.WhenAll(batch.ConvertAll(messages => SendAsync(messages, cancellationToken)));
        }
        finally
        {
            unconfirmed.TryRemove(mark, out _);
        }
        Failpoints.Hit(Failpoints.OutboxAfterSend);
        return batch.Where((_, i) => results[i]).SelectMany(messages => messages, (_, message) => message.Id).ToList();
    }

    private async Task<bool> SendAsync(OutgoingMessage[] messages, CancellationToken cancellationToken)
    {
        var spans = Array.ConvertAll(messages, Trace);
        try
        {
            var endpoint = await bus.GetSendEndpoint(addresses.GetOrAdd(messages[0].Queue, settings.AddressOf));
            var sending = messages is [var only]
                ? endpoint.Send(only.Message, only.Type, Envelope(only, spans[0]), cancellationToken)
                : endpoint.Send(new JoinedMessages([.. messages.Zip(spans, Part)]), new MessageEnvelope(Guid.CreateVersion7(time.GetUtcNow()), null, null, null), cancellationToken);
            await sending.WaitAsync(Patience, time, cancellationToken);
            return true;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var span in spans) span?.SetStatus(ActivityStatusCode.Error, problem.GetType().Name);
            foreach (var message in messages) LogSendFailed(log, problem, message.Id, message.Type.Name, message.Queue);
            return false;
        }
        finally
        {
            foreach (var span in spans) span?.Dispose();
        }
    }

    private Activity? Trace(OutgoingMessage message)
    {
        var span = Tracing.Start("send " + message.Type.Name, ActivityKind.Producer, message.Trace);
        if (span is null) return null;
        span.SetTag("messaging.destination.name", message.Queue);
        span.SetTag("messaging.message.id", message.Id);
        span.SetTag("charter.outbox.wait_ms", (long)Math.Max(0, (database.Clock.UtcNow - message.Since).TotalMilliseconds));
        return span;
    }

    private MessageEnvelope Envelope(OutgoingMessage message, Activity? span)
    {
        var (run, task) = types.SubjectOf(message.Message, message.Type);
        return new MessageEnvelope(message.Id, run, task, span?.Id ?? message.Trace);
    }

    private JoinedMessage Part(OutgoingMessage message, Activity? span)
    {
        var (run, task) = types.SubjectOf(message.Message, message.Type);
        return new JoinedMessage(message.Id, types.NameOf(message.Type), run, task, span?.Id ?? message.Trace, message.Body);
    }

    private static async Task DeleteAsync(TContext context, List<Guid> ids, CancellationToken cancellationToken)
    {
        await using var command = context.Command("");
        if (context.Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal))
        {
            command.CommandText = "DELETE FROM outbox_messages WHERE id = ANY (@ids)";
            command.Add("ids", ids.ToArray());
        }
        else
        {
            command.CommandText = "DELETE FROM outbox_messages WHERE id IN (SELECT value FROM json_each(@ids))";
            command.Add("ids", JsonSerializer.Serialize(ids));
        }
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(1001, LogLevel.Warning, "outbox of {Service}: a batch was not settled; the sweeper delivers it")]
    private static partial void LogBatchFailed(ILogger logger, Exception problem, string service);

    [LoggerMessage(1002, LogLevel.Warning, "outbox of {Service}: a sweep failed and will be tried again")]
    private static partial void LogSweepFailed(ILogger logger, Exception problem, string service);

    [LoggerMessage(1003, LogLevel.Error, "outbox: message {MessageId} ({MessageType}) to {Queue} cannot be read")]
    private static partial void LogUnreadable(ILogger logger, Exception problem, Guid messageId, string messageType, string queue);

    [LoggerMessage(1004, LogLevel.Warning, "outbox: message {MessageId} ({MessageType}) to {Queue} was not delivered and will be tried again")]
    private static partial void LogSendFailed(ILogger logger, Exception problem, Guid messageId, string messageType, string queue);
}
