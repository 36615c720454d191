using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Messaging;

/// <content>Delivery from the table: what a crash left behind, what is delayed, what did not fit the queue, what failed before.</content>
internal sealed partial class OutboxDispatcher<TContext>
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    /// <summary>How long a fresh row of another process is left to that process (PostgreSQL; on SQLite there is only this one).</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

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
                var sent = await SendAllAsync(Alone(Read(claimed)), token);
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
            var sent = await SendAllAsync(Alone(Read(rows)), cancellationToken);
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

    /// <summary>What was not sent at once may be what is wrong: it shares no message with others.</summary>
    private static List<OutgoingMessage[]> Alone(List<OutgoingMessage> messages) => messages.ConvertAll(message => (OutgoingMessage[])[message]);

    private List<OutgoingMessage> Read(List<OutboxMessage> rows)
    {
        var messages = new List<OutgoingMessage>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                var type = types.Find(row.MessageType) ?? throw new JsonException($"{row.MessageType} is no contract of this program");
                var message = JsonSerializer.Deserialize(row.Body, type, CanonicalJson.Options) ?? throw new JsonException("the body is null");
                messages.Add(new OutgoingMessage(row.Id, row.Destination, message, type, row.Body, null, row.TraceContext, row.CreatedAt));
            }
            catch (Exception problem) when (problem is JsonException or NotSupportedException)
            {
                LogUnreadable(log, problem, row.Id, row.MessageType, row.Destination); // stays, backs off, is told again
            }
        }
        return messages;
    }

    private async Task SettleAsync(TContext context, List<OutboxMessage> rows, List<Guid> sent, CancellationToken cancellationToken)
    {
        if (sent.Count > 0) await DeleteAsync(context, sent, cancellationToken);
        var gone = sent.ToHashSet();
        foreach (var row in rows.Where(row => !gone.Contains(row.Id)))
        {
            var due = database.Clock.UtcNow + TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Min(row.Attempts, 6)));
            await context.Set<OutboxMessage>().Where(waiting => waiting.Id == row.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(waiting => waiting.Attempts, row.Attempts + 1).SetProperty(waiting => waiting.NotBefore, due), cancellationToken);
        }
    }
}
