using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Context;
using Charterhouse.RepoSync.Registry;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Targets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Charterhouse.RepoSync;

/// <summary>The service's public face: what a host adds to run RepoSync.</summary>
public static class RepoSyncModule
{
    /// <summary>Consumers of the queue <c>Queues.RepoSyncEvents</c>.</summary>
    public static IReadOnlyList<Type> EventConsumers { get; } = [typeof(RunEndedConsumer)];

    /// <summary>
    /// Adds the step kind <c>repository/sync</c>, the repository cache and the consumer of ended runs. The host adds
    /// <c>Database&lt;RepoSyncDbContext&gt;</c>.
    /// </summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; every wrong one is named.</exception>
    public static IServiceCollection AddRepoSync(this IServiceCollection services, RepoSyncOptions options)
    {
        var valid = new RepoSyncOptionsValidator().Validate(null, options);
        if (valid.Failed) throw new OptionsValidationException(nameof(RepoSyncOptions), typeof(RepoSyncOptions), valid.Failures);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new GitProcess());
        services.TryAddSingleton(new RepositoryCachePaths(options.CacheRoot));
        services.AddSingleton(options);
        services.AddSingleton(new HostGuard(options));
        services.AddSingleton<SourceResolver>();
        services.AddSingleton<CacheLocks>();
        services.AddSingleton<SourceFetcher>();
        services.AddSingleton<ObjectRescue>();
        services.AddSingleton<RunPins>();
        services.AddSingleton<RepositoryCache>();
        services.AddSingleton<TreeReader>();
        services.AddSingleton<RangeReader>();
        services.AddSingleton<DirtyCheck>();
        services.AddSingleton<RepoContextBuilder>();
        services.AddSingleton<RepositorySynchronizer>();
        services.AddSingleton<IRepositoryRegistry, RepositoryRegistry>();
        services.AddScoped<IStepHandler, SyncRepositoryHandler>();
        services.AddScoped<RunEndedConsumer>();
        return services;
    }
}
