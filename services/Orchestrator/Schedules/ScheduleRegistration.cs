using Charterhouse.Platform.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Quartz;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>Registration of what recurs.</summary>
internal static class ScheduleRegistration
{
    /// <summary>Fires later than this count as missed: several of them become one. Shorter than any two firings are apart in earnest.</summary>
    private static readonly TimeSpan Missed = TimeSpan.FromSeconds(5);

    /// <summary>The schedules, for listing them and for carrying one out in this process.</summary>
    public static void AddSchedules(this IServiceCollection services)
    {
        services.AddSingleton<HouseSchedule, RetentionSchedule>();
        services.AddSingleton<HouseSchedule, DormantAudit>();
        services.AddSingleton<HouseSchedule, PruneSchedule>();
        services.AddSingleton<HouseSchedule, DeliverySchedule>();
        services.AddSingleton<RepositorySchedules>();
        services.AddSingleton<HouseSchedule>(provider => provider.GetRequiredService<RepositorySchedules>());
        services.AddSingleton<ScheduleFirings>();
        services.AddSingleton(provider => new ScheduleService(
            provider.GetServices<HouseSchedule>(), provider.GetRequiredService<RepositorySchedules>(), provider.GetRequiredService<ScheduleFirings>(), provider.GetService<HouseScheduler>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Quartz, which lets them fire.</summary>
    public static void AddScheduler(this IServiceCollection services, DatabaseSettings database)
    {
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "charterhouse";
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(2); // what another process was asked for must not wait long
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                scheduler.PropagateTraceContext = false;
            });
            quartz.UseDefaultThreadPool(2);
            if (database.Provider == DatabaseProvider.Sqlite)
            {
                quartz.UseInMemoryStore(store => store.MisfireThreshold = Missed);
                return;
            }
            quartz.UsePersistentStore(store =>
            {
                // Connections of its own: Quartz holds locks, and must not take the services' last one.
                store.UsePostgres(source => source.DataSourceFactory = _ => NpgsqlDataSource.Create(
                    new NpgsqlConnectionStringBuilder(database.Location) { MinPoolSize = 0, MaxPoolSize = 4, ApplicationName = "charterhouse schedules" }));
                store.UseSystemTextJsonSerializer();
                store.UseClustering(cluster => cluster.CheckinInterval = TimeSpan.FromSeconds(5));
                store.ConfigureStore(ado =>
                {
                    ado.TablePrefix = "qrtz_";
                    ado.MisfireThreshold = Missed;
                    ado.UseBackgroundThreads = true;
                    ado.RecoverFiringsCancelledByShutdown = true;
                    ado.SchemaProvisioning = SchemaProvisioning.None; // charter db upgrade makes it
                });
            });
        });
        services.AddSingleton<HouseScheduler>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HouseScheduler>());
    }
}
