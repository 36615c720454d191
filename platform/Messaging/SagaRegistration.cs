using Charterhouse.Platform.Persistence;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Messaging;

/// <summary>Registration of the saga repository, in the shape of MassTransit's own for EF Core.</summary>
public static class SagaRegistration
{
    /// <summary>Keeps the saga in the tables of <typeparamref name="TContext"/>: <c>bus.AddSagaStateMachine&lt;M, S, D&gt;().CharterRepository&lt;S, TContext&gt;()</c>.</summary>
    /// <param name="grouped">
    /// Messages that may share a transaction with others on PostgreSQL: those whose work asks the database for nothing that another message's
    /// work may have changed, save what is tracked. None unless given.
    /// </param>
    /// <param name="prepare">Reads the rows that a group's messages will look for, tracked, by one statement.</param>
    public static ISagaRegistrationConfigurator<TSaga> CharterRepository<TSaga, TContext>(
        this ISagaRegistrationConfigurator<TSaga> configurator, IReadOnlyList<Type>? grouped = null, Func<TContext, IReadOnlyList<object>, CancellationToken, Task>? prepare = null)
        where TSaga : class, ISaga, ISagaVersion
        where TContext : ServiceDbContext =>
        configurator.Repository(repository =>
        {
            repository.AddSingleton(provider => new SagaGroups<TSaga, TContext>(provider.GetRequiredService<Database<TContext>>(), grouped ?? [], prepare));
            repository.RegisterSagaRepository<TSaga, TContext, SagaConsumeContextFactory<TContext, TSaga>, CharterSagaRepositoryContextFactory<TSaga, TContext>>();
            repository.RegisterLoadSagaRepository<TSaga, CharterSagaRepositoryContextFactory<TSaga, TContext>>();
        });
}
