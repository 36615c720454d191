using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Changes;
using Charterhouse.Agents.Examiner;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Librarian;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Agents.Sentinel;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Configuration;
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
    /// <summary>The module as configuration wants it.</summary>
    public static AgentsModule Of(CharterOptions options) => new(DataFolder.At(options.DataFolder).Repositories, options.WorkerConcurrency);

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
        services.AddSingleton<FactsScan>();
        services.AddStepHandler<ScanHandler>();
        services.AddStepHandler<ScanBaseHandler>();
        services.AddStepHandler<ArchivistHandler>();
        services.AddStepHandler<ChangeHandler>();
        services.AddStepHandler<ArchitectHandler>();
        services.AddStepHandler<HistorianHandler>();
        services.AddStepHandler<SentinelHandler>();
        services.AddStepHandler<LibrarianHandler>();
        services.AddStepHandler<ExaminerHandler>();
    }

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints) => endpoints.ReceiveSteps<AgentsDbContext>();
}
