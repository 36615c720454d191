using Charterhouse.Database;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence.Sqlite;
using Charterhouse.Platform.Telemetry;
using Charterhouse.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Charterhouse.Platform.Persistence;

/// <summary>Registration of the database and of each service's context.</summary>
public static class DatabaseRegistration
{
    /// <summary>The process's database, its blob store, and the check of its schema at start. Call it once, before the services.</summary>
    public static IServiceCollection AddCharterDatabase(this IServiceCollection services, DatabaseSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProcessState>();
        services.AddSingleton(settings);
        services.AddSingleton<DatabaseEngine>(provider => settings.Provider == DatabaseProvider.Sqlite
            ? new SqliteEngine(settings)
            : new PostgreSqlEngine(settings, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DatabaseClock(provider.GetRequiredService<TimeProvider>(), settings.Provider));
        services.AddSingleton<IBlobStore>(provider => new BlobStore(provider.GetRequiredService<DatabaseEngine>(), provider.GetRequiredService<DatabaseClock>()));
        services.AddSingleton(provider => new SchemaRunner(settings.Provider == DatabaseProvider.Sqlite ? SqlDialect.Sqlite : SqlDialect.PostgreSql, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DatabaseSchema(provider.GetRequiredService<DatabaseEngine>(), provider.GetRequiredService<SchemaRunner>(),
            provider.GetRequiredService<DatabaseClock>(), settings.Exclusive ? provider.GetRequiredService<StepLeases>() : null));
        services.AddSingleton(provider => new StepLeases(provider.GetRequiredService<DatabaseEngine>()));
        services.AddSingleton<IHostedService>(provider => settings.Patient
            ? ActivatorUtilities.CreateInstance<DatabaseGate>(provider)
            : provider.GetRequiredService<DatabaseSchema>());
        services.AddMessageTypes(typeof(Contracts.Steps.ExecuteStep).Assembly);
        return services;
    }

    /// <summary>A service's tables: <see cref="Database{TContext}"/> and the outbox behind it.</summary>
    /// <param name="service">The service's name, as its context passes it to <see cref="ServiceDbContext"/>.</param>
    public static IServiceCollection AddServiceDatabase<TContext>(this IServiceCollection services, string service) where TContext : ServiceDbContext
    {
        services.AddSingleton<OutboxQueue<TContext>>();
        services.AddSingleton(provider => new Database<TContext>(
            provider.GetRequiredService<DatabaseEngine>(), provider.GetRequiredService<DatabaseClock>(),
            provider.GetRequiredService<MessageTypes>(), provider.GetRequiredService<OutboxQueue<TContext>>(), service));
        services.AddSingleton<IOutboxDispatcher, OutboxDispatcher<TContext>>();
        services.AddSingleton<Gauges, OutboxGauges<TContext>>();
        return services;
    }
}
