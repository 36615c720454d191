using System.Data.Common;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Messaging;

/// <summary>Delivers one service's outbox until it is stopped.</summary>
internal interface IOutboxDispatcher
{
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Sends what was committed, at once from the queue and otherwise from the table, then deletes the rows. A crash in between sends a message
/// again under the same id: there is no inbox, receivers are idempotent by their domain's key.
/// </summary>
internal sealed partial class OutboxDispatcher<TContext>(
    Database<TContext> database, OutboxQueue<TContext> queue, MessageTypes types, IBus bus, TimeProvider time, ILogger<OutboxDispatcher<TContext>> log)
    : IOutboxDispatcher where TContext : ServiceDbContext
{
    private const int MaxBatch = 256;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    /// <summary>How long a fresh row of another process is left to that process (PostgreSQL; on SQLite there is only this one).</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(SendQueuedAsync(cancellationToken), SweepAsync(cancellationToken));

    private async Task SendQueuedAsync(CancellationToken cancellationToken)
    {
        var batch = new List<OutgoingMessage>(MaxBatch);
        while (await WaitToReadAsync(cancellationToken))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var message)) batch.Add(message);
            try
            {
                await DeliverAsync(batch, cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogBatchFailed(log, problem, database.Service); // the rows are there; the sweeper has them
            }
            finally
            {
                queue.Release(batch);
            }
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

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // What the last process left behind goes out at once, however fresh.
        var grace = TimeSpan.Zero;
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = Poll;
            try
            {
                // taken back below when there is an earlier one; set before looking, so that a row committed meanwhile wakes
                queue.SleepUntil(DateTimeOffset.MaxValue);
                if (await SweepOnceAsync(grace, cancellationToken) == MaxBatch) continue;
                grace = database.Provider == DatabaseProvider.PostgreSql ? Grace : TimeSpan.Zero;
                wait = await UntilNextAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                LogSweepFailed(log, problem, database.Service);
            }
            try
            {
                await queue.WaitAsync(wait, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<TimeSpan> UntilNextAsync(CancellationToken cancellationToken)
    {
        var now = database.Clock.UtcNow;
        var next = await database.ReadAsync((context, token) => context.Set<OutboxMessage>()
            .Where(row => row.Service == database.Service && row.NotBefore > now)
            .OrderBy(row => row.NotBefore).Select(row => (DateTimeOffset?)row.NotBefore).FirstOrDefaultAsync(token), cancellationToken);
        return next is { } due && due - now < Poll ? due - now : Poll;
    }

    private async Task<int> SweepOnceAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (database.Provider == DatabaseProvider.Sqlite)
        {
            var rows = Take(await database.ReadAsync((context, token) => DueAsync(context, grace, token), cancellationToken));
            return rows.Count == 0 ? 0 : await SendRowsAsync(rows, cancellationToken);
        }
        // PostgreSQL: the rows stay locked until they are deleted, so that no other replica sends them too.
        var claimed = new List<OutboxMessage>();
        try
        {
            return await database.WriteAsync(async (context, token) =>
            {
                queue.Release(claimed.Select(row => row.Id));
                claimed = Take(await DueAsync(context, grace, token));
                var connection = context.Database.GetDbConnection();
                await database.Clock.SynchronizeAsync(connection, token);
                if (claimed.Count == 0) return 0;
                var sent = await SendAllAsync(Read(claimed), token);
                await SettleAsync(context, claimed, sent, token);
                return claimed.Count;
            }, once: true, failpoint: null, cancellationToken);
        }
        finally
        {
            queue.Release(claimed.Select(row => row.Id));
        }
    }

    private List<OutboxMessage> Take(List<OutboxMessage> rows) => rows.Where(row => queue.TryTake(row.Id)).ToList();

    private async Task<int> SendRowsAsync(List<OutboxMessage> rows, CancellationToken cancellationToken)
    {
        try
        {
            var sent = await SendAllAsync(Read(rows), cancellationToken);
            await database.WriteAsync((context, token) => SettleAsync(context, rows, sent, token), cancellationToken);
            return rows.Count;
        }
        finally
        {
            queue.Release(rows.Select(row => row.Id));
        }
    }

    private Task<List<OutboxMessage>> DueAsync(TContext context, TimeSpan grace, CancellationToken cancellationToken)
    {
        var clock = database.Clock;
        if (database.Provider == DatabaseProvider.PostgreSql)
        {
            return context.Set<OutboxMessage>().FromSql(
                $"""
                SELECT * FROM outbox_messages
                WHERE service = {database.Service} AND not_before <= clock_timestamp() AND (not_before > created_at OR created_at <= clock_timestamp() - {grace})
                ORDER BY not_before LIMIT {MaxBatch} FOR UPDATE SKIP LOCKED
                """).AsNoTracking().ToListAsync(cancellationToken);
        }
        var now = clock.UtcNow;
        return context.Set<OutboxMessage>().Where(row => row.Service == database.Service && row.NotBefore <= now)
            .OrderBy(row => row.NotBefore).Take(MaxBatch).AsNoTracking().ToListAsync(cancellationToken);
    }

    private List<OutgoingMessage> Read(List<OutboxMessage> rows)
    {
        var messages = new List<OutgoingMessage>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                var type = types.Find(row.MessageType) ?? throw new JsonException($"{row.MessageType} is no contract of this program");
                var message = JsonSerializer.Deserialize(row.Body, type, CanonicalJson.Options) ?? throw new JsonException("the body is null");
                messages.Add(new OutgoingMessage(row.Id, row.Destination, message, type, null));
            }
            catch (Exception problem) when (problem is JsonException or NotSupportedException)
            {
                LogUnreadable(log, problem, row.Id, row.MessageType, row.Destination); // stays, backs off, is told again
            }
        }
        return messages;
    }

    private async Task DeliverAsync(List<OutgoingMessage> batch, CancellationToken cancellationToken)
    {
        var sent = await SendAllAsync(batch, cancellationToken);
        if (sent.Count > 0)
            await database.WriteAsync((context, token) => DeleteAsync(context, sent, token), cancellationToken);
    }

    /// <summary>The ids that the bus has taken.</summary>
    private async Task<List<Guid>> SendAllAsync(IReadOnlyList<OutgoingMessage> batch, CancellationToken cancellationToken)
    {
        var sends = batch.Select(message => SendAsync(message, cancellationToken)).ToList();
        var results = await Task.WhenAll(sends);
        Failpoints.Hit(Failpoints.OutboxAfterSend);
        return batch.Where((_, i) => results[i]).Select(message => message.Id).ToList();
    }

    private async Task<bool> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = await bus.GetSendEndpoint(new Uri("queue:" + message.Queue));
            await endpoint.Send(message.Message, message.Type, new MessageIdPipe(message.Id), cancellationToken);
            return true;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            LogSendFailed(log, problem, message.Id, message.Type.Name, message.Queue);
            return false;
        }
    }

    private async Task SettleAsync(TContext context, List<OutboxMessage> rows, List<Guid> sent, CancellationToken cancellationToken)
    {
        if (sent.Count > 0) await DeleteAsync(context, sent, cancellationToken);
        var delivered = sent.ToHashSet();
        foreach (var row in rows.Where(row => !delivered.Contains(row.Id)))
        {
            var due = database.Clock.UtcNow + TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Min(row.Attempts, 6)));
            await context.Set<OutboxMessage>().Where(waiting => waiting.Id == row.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(waiting => waiting.Attempts, row.Attempts + 1).SetProperty(waiting => waiting.NotBefore, due), cancellationToken);
        }
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

    /// <summary>The row's id is the message's id, every time it is sent.</summary>
    private sealed class MessageIdPipe(Guid id) : IPipe<SendContext>
    {
        public Task Send(SendContext context)
        {
            context.MessageId = id;
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("outbox");
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
