using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Charterhouse.Agents;

/// <summary>Agents as the host sees it: the scan and the analysis agents. Reads the repository cache, writes nothing outside its tables.</summary>
/// <param name="cacheRoot">The folder of the bare repositories that RepoSync keeps.</param>
/// <param name="concurrency">Steps at the same time.</param>
public sealed class AgentsModule(string cacheRoot, int concurrency = 4) : ServiceModule
{
    /// <inheritdoc/>
    public override string Name => Services.Agents;

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<AgentsDbContext>(Name);
        services.TryAddSingleton(new RepositoryCachePaths(cacheRoot));
        services.AddSingleton<FactsReader>();
        services.AddSingleton<IFactsCache, FactsCache>();
        // A git of its own, without askpass: no agent ever talks to a remote.
        services.AddSingleton(_ => new RepositoryScanner(new GitProcess()));
        services.AddStepWorker<AgentsDbContext>(worker => worker.Concurrency = concurrency);
        services.AddStepHandler<ScanHandler>();
        services.AddStepHandler<ArchivistHandler>();
        services.AddStepHandler<ArchitectHandler>();
        services.AddStepHandler<HistorianHandler>();
    }

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints) => endpoints.ReceiveSteps<AgentsDbContext>();
}
