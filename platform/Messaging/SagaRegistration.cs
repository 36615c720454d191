using Charterhouse.Platform.Persistence;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;

namespace Charterhouse.Platform.Messaging;

/// <summary>Registration of the saga repository, in the shape of MassTransit's own for EF Core.</summary>
public static class SagaRegistration
{
    /// <summary>Keeps the saga in the tables of <typeparamref name="TContext"/>: <c>bus.AddSagaStateMachine&lt;M, S, D&gt;().CharterRepository&lt;S, TContext&gt;()</c>.</summary>
    public static ISagaRegistrationConfigurator<TSaga> CharterRepository<TSaga, TContext>(this ISagaRegistrationConfigurator<TSaga> configurator)
        where TSaga : class, ISaga, ISagaVersion
        where TContext : ServiceDbContext =>
        configurator.Repository(repository =>
        {
            repository.RegisterSagaRepository<TSaga, TContext, SagaConsumeContextFactory<TContext, TSaga>, CharterSagaRepositoryContextFactory<TSaga, TContext>>();
            repository.RegisterLoadSagaRepository<TSaga, CharterSagaRepositoryContextFactory<TSaga, TContext>>();
        });
}
