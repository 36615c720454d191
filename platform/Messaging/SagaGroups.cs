using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Messaging;

/// <summary>A message that shared a transaction with another that failed: it is worked on again by itself.</summary>
public sealed class GroupFailedException(Exception cause) : Exception("a message in the same transaction failed; this one is worked on again by itself", cause);

/// <summary>
/// Messages to sagas that are there at the same time, worked on in one transaction: their rows are read and locked by one statement, everything
/// that follows is saved by one batch, and one commit answers for all (docs/adr/0016). PostgreSQL only; SQLite's writer groups by itself.
/// </summary>
internal sealed class SagaGroups<TSaga, TContext>
    where TSaga : class, ISaga, ISagaVersion
    where TContext : ServiceDbContext
{
    private const int MaxGroup = 32;

    private sealed class Waiting(Guid saga, object message, Func<TContext, Task> work)
    {
        public Guid Saga => saga;
        public object Message => message;
        public Func<TContext, Task> Work => work;
        public string? Trace { get; } = Tracing.Current;
        public ExecutionContext? Flow { get; } = ExecutionContext.Capture();
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private readonly Database<TContext> database;
    private readonly Dictionary<Type, WriteLane<Waiting>> lanes = [];

    /// <inheritdoc cref="SagaRegistration.CharterRepository"/>
    public SagaGroups(Database<TContext> database, IReadOnlyList<SagaGroup<TContext>> groups)
    {
        this.database = database;
        if (database.Provider != DatabaseProvider.PostgreSql) return;
        foreach (var (messages, prepare) in groups)
        {
            var lane = new WriteLane<Waiting>(Take, waiting => WorkAsync(waiting, prepare));
            foreach (var type in messages) lanes.Add(type, lane);
        }
    }

    public bool Takes<TMessage>() => lanes.ContainsKey(typeof(TMessage));

    /// <summary>Does the work on a saga, whose row is tracked by then if there is one; ends with the commit.</summary>
    /// <exception cref="GroupFailedException">The work of somebody else in the group failed.</exception>
    public Task WorkAsync<TMessage>(Guid saga, TMessage message, Func<TContext, Task> work) where TMessage : class
    {
        var waiting = new Waiting(saga, message, work);
        lanes[typeof(TMessage)].Add(waiting);
        return waiting.Done.Task;
    }

    private async Task WorkAsync(List<Waiting> group, Func<TContext, IReadOnlyList<object>, CancellationToken, Task>? prepare)
    {
        Waiting? failed = null;
        try
        {
            await database.WriteAsync(async (db, token) =>
            {
                await LockAsync(db, group, token);
                if (prepare is not null) await prepare(db, group.ConvertAll(waiting => waiting.Message), token);
                foreach (var waiting in group)
                {
                    failed = waiting;
                    db.Unit!.Trace = waiting.Trace;
                    await RunAsync(waiting, db);
                }
                failed = null;
                Count(db);
                return true;
            }, once: true, Failpoints.SagaAfterCommit, CancellationToken.None);
            foreach (var waiting in group) waiting.Done.TrySetResult();
        }
        catch (Exception problem)
        {
            // An outage is nobody's; whoever failed by itself has its own problem; the others come again alone.
            var own = StorageException.IsOutage(problem) || group.Count == 1;
            foreach (var waiting in group) waiting.Done.TrySetException(own || waiting == failed ? problem : new GroupFailedException(problem));
        }
    }

    /// <summary>In the order of the keys: two groups, of two processes, must not lock each other's rows in turns.</summary>
    private static async Task LockAsync(TContext db, List<Waiting> group, CancellationToken cancellationToken)
    {
        var ids = group.Select(waiting => waiting.Saga).Distinct().ToArray();
        var table = db.Model.FindEntityType(typeof(TSaga))!.GetTableName();
#pragma warning disable EF1002 // the part is the model's table name
        await db.Set<TSaga>().FromSqlRaw($"SELECT * FROM {table} WHERE correlation_id = ANY ({{0}}) ORDER BY correlation_id FOR UPDATE", ids).AsTracking().LoadAsync(cancellationToken);
#pragma warning restore EF1002
    }

    /// <summary>In the flow that the message came with: its scopes and its trace are the log's.</summary>
    private static Task RunAsync(Waiting waiting, TContext db)
    {
        if (waiting.Flow is not { } flow) return waiting.Work(db);
        var running = Task.CompletedTask;
        ExecutionContext.Run(flow, _ => running = waiting.Work(db), null);
        return running;
    }

    /// <summary>A changed row counts one version on, however many messages changed it.</summary>
    private static void Count(TContext db)
    {
        db.ChangeTracker.DetectChanges();
        db.Unit!.Detected = true;
        foreach (var entry in db.ChangeTracker.Entries<TSaga>())
        {
            if (entry.State == EntityState.Modified) entry.Property(saga => saga.Version).CurrentValue++;
        }
    }

    private static List<Waiting> Take(LinkedList<Waiting> queue)
    {
        var group = new List<Waiting>(Math.Min(queue.Count, MaxGroup));
        for (; queue.First is { } next && group.Count < MaxGroup; queue.RemoveFirst()) group.Add(next.Value);
        return group;
    }
}
