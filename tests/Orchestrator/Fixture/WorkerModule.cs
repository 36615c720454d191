using Charterhouse.Agents;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>RepoSync's queues with the real worker and scripted handlers.</summary>
internal sealed class RepoSyncScriptModule(BusWatch watch) : ServiceModule
{
    public override string Name => Services.RepoSync;

    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<RepoSyncDbContext>(Name);
        services.AddStepWorker<RepoSyncDbContext>(Quick);
        services.AddStepHandler<SyncScript>();
        services.AddStepHandler<CommentScript>();
        services.AddStepHandler<CheckScript>();
        services.AddStepHandler<StatusScript>();
        services.AddStepHandler<DashboardScript>();
        services.AddStepHandler<SarifScript>();
        services.AddStepHandler<WebhookScript>();
        services.AddStepHandler<RepositoriesScript>();
    }

    public override void ConfigureEndpoints(EndpointRegistry endpoints)
    {
        endpoints.ReceiveSteps<RepoSyncDbContext>();
        endpoints.Receive(Queues.RepoSyncEvents, 4, endpoint => endpoint.Handler<RunEnded>(watch.Consume));
        endpoints.Receive(Queues.RepoSyncCommands, 4, endpoint => endpoint.Handler<CheckCommand>(watch.Consume));
    }

    public static void Quick(StepWorkerOptions options)
    {
        options.Concurrency = 16;
        options.Tick = TimeSpan.FromMilliseconds(200);
        options.AcceptAfter = TimeSpan.FromMilliseconds(200);
    }
}

/// <summary>Agents' queue with the real worker and scripted handlers.</summary>
internal sealed class AgentsScriptModule : ServiceModule
{
    public override string Name => Services.Agents;

    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<AgentsDbContext>(Name);
        services.AddStepWorker<AgentsDbContext>(RepoSyncScriptModule.Quick);
        services.AddStepHandler<ScanScript>();
        services.AddStepHandler<ArchivistScript>();
        services.AddStepHandler<HistorianScript>();
        services.AddStepHandler<ScanBaseScript>();
        services.AddStepHandler<ArchitectScript>();
        services.AddStepHandler<LibrarianScript>();
        services.AddStepHandler<SentinelScript>();
        services.AddStepHandler<ExaminerScript>();
        services.AddStepHandler<ChangeScript>();
    }

    public override void ConfigureEndpoints(EndpointRegistry endpoints) => endpoints.ReceiveSteps<AgentsDbContext>();
}

/// <summary>Ingest's queue: remembers what it is told.</summary>
internal sealed class IngestScriptModule(BusWatch watch) : ServiceModule
{
    public override string Name => Services.Ingest;

    public override void AddServices(IServiceCollection services) { }

    public override void ConfigureEndpoints(EndpointRegistry endpoints) => endpoints.Receive(Queues.Dispositions, 4, endpoint => endpoint.Handler<TriggerDisposed>(watch.Consume));
}
