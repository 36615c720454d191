using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Agents;

/// <summary>What the Agents bring to a host.</summary>
public static class AgentsRegistration
{
    /// <summary>
    /// Registers the step handlers. The host provides <c>Database&lt;AgentsDbContext&gt;</c> and, unless another has done so, the git cache.
    /// </summary>
    /// <param name="cache">The cache of bare repositories that RepoSync writes.</param>
    public static IServiceCollection AddAgents(this IServiceCollection services, RepositoryCachePaths cache)
    {
        services.AddSingleton<IFactsCache, FactsCache>();
        // Their own git without askpass: no agent ever talks to a remote.
        services.AddSingleton(_ => new RepositoryScanner(new GitProcess()));
        services.AddSingleton<IStepHandler>(provider => new ScanHandler(provider.GetRequiredService<RepositoryScanner>(), cache, provider.GetRequiredService<IFactsCache>()));
        services.AddSingleton<IStepHandler, ArchivistHandler>();
        services.AddSingleton<IStepHandler, HistorianHandler>();
        return services;
    }
}
