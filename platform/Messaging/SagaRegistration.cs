using Charterhouse.Platform.Persistence;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// Messages to a saga that may share a transaction with each other: those whose work asks the database for nothing that another message's work of the
/// group may have changed, save what is tracked.
/// </summary>
/// <param name="Messages">Their types; each belongs to one group at most.</param>
/// <param name="Prepare">Reads the rows that a group's messages will look for, tracked, by one statement.</param>
public sealed record SagaGroup<TContext>(IReadOnlyList<Type> Messages, Func<TContext, IReadOnlyList<object>, CancellationToken, Task>? Prepare = null) where TContext : ServiceDbContext;

/// <summary>Registration of the saga repository, in the shape of MassTransit's own for EF Core.</summary>
public static class SagaRegistration
{
    /// <summary>Keeps the saga in the tables of <typeparamref name="TContext"/>: <c>bus.AddSagaStateMachine&lt;M, S, D&gt;().CharterRepository&lt;S, TContext&gt;()</c>.</summary>
    /// <param name="groups">What may share a transaction on PostgreSQL; nothing else does.</param>
    public static ISagaRegistrationConfigurator<TSaga> CharterRepository<TSaga, TContext>(this ISagaRegistrationConfigurator<TSaga> configurator, params SagaGroup<TContext>[] groups)
        where TSaga : class, ISaga, ISagaVersion
        where TContext : ServiceDbContext =>
        configurator.Repository(repository =>
        {
            repository.AddSingleton(provider => new SagaGroups<TSaga, TContext>(provider.GetRequiredService<Database<TContext>>(), groups));
            repository.RegisterSagaRepository<TSaga, TContext, SagaConsumeContextFactory<TContext, TSaga>, CharterSagaRepositoryContextFactory<TSaga, TContext>>();
            repository.RegisterLoadSagaRepository<TSaga, CharterSagaRepositoryContextFactory<TSaga, TContext>>();
        });
}
