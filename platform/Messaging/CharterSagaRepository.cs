using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// Keeps sagas in a service's own tables: each message is one transaction with everything the machine's activities write and send, or shares one
/// (<see cref="SagaGroups{TSaga, TContext}"/>). On PostgreSQL the row is locked, on SQLite the write gate serialises; the version is a second line
/// of defence on both. Sagas correlate by id only.
/// </summary>
internal sealed class CharterSagaRepositoryContextFactory<TSaga, TContext>(Database<TContext> database, ISagaConsumeContextFactory<TContext, TSaga> factory, SagaGroups<TSaga, TContext> groups)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga, ISagaVersion
    where TContext : ServiceDbContext
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next) where T : class
    {
        // what has failed before may be what is wrong: it shares no transaction again
        if (groups.Takes<T>() && context.GetRetryAttempt() == 0 && !context.ReceiveContext.Redelivered)
            return groups.WorkAsync(context.CorrelationId!.Value, context.Message, db => next.Send(Context(db, isGrouped: true)));
        // once: a retry needs a new consume context, which the endpoint's retry makes
        return database.WriteAsync(async (db, _) =>
        {
            await next.Send(Context(db, isGrouped: false));
            return true;
        }, once: true, Failpoints.SagaAfterCommit, context.CancellationToken);

        CharterSagaRepositoryContext<TSaga, TContext, T> Context(TContext db, bool isGrouped) => new(db, context, factory, database.Provider, isGrouped);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next) where T : class =>
        throw new NotSupportedException($"{typeof(TSaga).Name} correlates by id only");

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default) where T : class =>
        database.ReadAsync((db, token) => asyncMethod(new LoadContext(db, token)), cancellationToken);

    public void Probe(ProbeContext context) => context.Add("persistence", "charterhouse");

    private sealed class LoadContext(TContext db, CancellationToken cancellationToken) : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    {
        public Task<TSaga> Load(Guid correlationId) => db.Set<TSaga>().SingleOrDefaultAsync(saga => saga.CorrelationId == correlationId, CancellationToken)!;
    }
}

/// <summary>One message's view of the repository; saving is the surrounding write's.</summary>
/// <param name="isGrouped">The rows of the group's sagas are tracked already, and the group counts their versions.</param>
internal sealed class CharterSagaRepositoryContext<TSaga, TContext, TMessage>(
    TContext db, ConsumeContext<TMessage> context, ISagaConsumeContextFactory<TContext, TSaga> factory, DatabaseProvider provider, bool isGrouped)
    : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga, ISagaVersion
    where TContext : ServiceDbContext
    where TMessage : class
{
    // Compiled once: this query begins every message of a saga.
    private static readonly Compiled<Func<TContext, Guid, Task<TSaga?>>> Find =
        new(() => EF.CompileAsyncQuery((TContext context, Guid id) => context.Set<TSaga>().FirstOrDefault(row => row.CorrelationId == id)));

    // The activities find the service's context here: context.GetPayload<TContext>().
    private readonly ConsumeContextScope<TMessage> scope = new(context, db);

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) => CreateSagaConsumeContext(scope, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        db.Add(instance);
        await db.SaveChangesAsync(CancellationToken);
        return await CreateSagaConsumeContext(scope, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        var saga = isGrouped ? db.Set<TSaga>().Local.FindEntry(correlationId)?.Entity
            : provider == DatabaseProvider.PostgreSql ? (await db.Set<TSaga>().FromSqlRaw(LockingSelect(), correlationId).ToListAsync(CancellationToken)).SingleOrDefault()
            : await Find.For(db)(db, correlationId);
        return saga is null ? null! : await CreateSagaConsumeContext(scope, saga, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> context)
    {
        db.Add(context.Saga);
        return Task.CompletedTask;
    }

    public Task Update(SagaConsumeContext<TSaga> context)
    {
        if (isGrouped) return Task.CompletedTask;
        // An ignored event changes nothing and costs no write.
        db.ChangeTracker.DetectChanges();
        db.Unit!.Detected = true;
        if (db.ChangeTracker.HasChanges())
            db.Entry(context.Saga).Property(nameof(ISagaVersion.Version)).CurrentValue = context.Saga.Version + 1;
        return Task.CompletedTask;
    }

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        db.Remove(context.Saga);
        return Task.CompletedTask;
    }

    public Task Discard(SagaConsumeContext<TSaga> context)
    {
        db.Entry(context.Saga).State = EntityState.Detached;
        return Task.CompletedTask;
    }

    public Task Undo(SagaConsumeContext<TSaga> context) => Discard(context);

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode) where T : class =>
        factory.CreateSagaConsumeContext(db, consumeContext, instance, mode);

    private string LockingSelect()
    {
        var table = db.Model.FindEntityType(typeof(TSaga))!.GetTableName();
        return $"SELECT * FROM {table} WHERE correlation_id = {{0}} FOR UPDATE";
    }
}
