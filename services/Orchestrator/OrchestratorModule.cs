using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Commands;
using Charterhouse.Orchestrator.Driving;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Charterhouse.Platform.Work;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator;

/// <summary>The Orchestrator as the host sees it: the sagas of runs and trigger windows, their driver, the publishing step, and <see cref="RunService"/>.</summary>
public sealed class OrchestratorModule(OrchestratorOptions options) : ServiceModule
{
    /// <summary>Runs advance independently; messages of one run queue at its row.</summary>
    private const int SagaConcurrency = 16;

    private const string EveryMinute = "* * * * *";

    /// <summary>The module as configuration wants it.</summary>
    public static OrchestratorModule Of(CharterOptions options) => new(new OrchestratorOptions
    {
        MaxConcurrentRuns = options.MaxConcurrentRuns,
        QueueTtl = options.QueueTtl,
        RecursionLimit = options.RecursionLimit,
        RunTimeout = options.RunTimeout,
        RetryAttempts = options.RetryAttempts,
        StepTimeout = options.StepTimeout,
        IdleTimeout = options.IdleTimeout,
        ArtifactsFolder = DataFolder.At(options.DataFolder).Artifacts,
        ApiToken = options.ApiToken,
        RetentionDays = options.RetentionDays,
        RetentionSchedule = options.RetentionSchedule,
        Repositories = options.Repositories,
        AuditAfter = options.AuditAfter,
        AuditSchedule = options.AuditSchedule,
        PruneSchedule = options.PruneSchedule,
        DeliveriesSchedule = options.DeliveriesSchedule,
        RepositoriesSchedule = EveryMinute,
        Triggers = new TriggerRules().With(RuleTexts.Read(options.Triggers)),
        TriggersSet = options.TriggersSet,
    });

    /// <inheritdoc/>
    public override string Name => Services.Orchestrator;

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<OrchestratorDbContext>(Name);
        AddQueries(services);
        services.AddSingleton<Gauges, RunGauges>();
        services.AddSingleton<PartialReport>();
        services.AddSingleton<RunHistory>();
        services.AddSingleton<RecentStates>();
        services.AddSingleton<RunCheckpoints>();
        services.AddSingleton<MissingRepositories>();
        services.AddSingleton<ForgeEvents>();
        services.AddSingleton<RunEnding>();
        services.AddSingleton<DecisionExecutor>();
        services.AddSingleton<RunStart>();
        services.AddSingleton<RunProgress>();
        services.AddSingleton<ITriggerRules, RegisteredTriggerRules>();
        services.AddSingleton<TriggerWindows>();
        services.AddStepWorker<OrchestratorDbContext>();
        services.AddStepHandler<PublishHandler>();
        services.AddStepHandler<ChangeReportHandler>();
        services.AddStepHandler<RegisterHandler>();
        services.AddSingleton<RunDriver>();
        services.AddHostedService(provider => provider.GetRequiredService<RunDriver>());
    }

    /// <inheritdoc/>
    public override void AddServing(IServiceCollection services, DatabaseSettings database) => services.AddScheduler(database);

    /// <inheritdoc/>
    public override void AddConsumers(IBusRegistrationConfigurator bus)
    {
        // What steps report, most of all messages, concerns nothing but their own run. New runs see each other (RunQueue), but not what reports change;
        // the others count places or look at other runs.
        bus.AddSagaStateMachine<RunStateMachine, RunSaga>().CharterRepository<RunSaga, OrchestratorDbContext>(
            new([typeof(StepCompleted), typeof(StepFailed), typeof(StepsReported), typeof(StepEnded)], TaskRows.PrepareAsync),
            new([typeof(StartRun)], RunStart.FindRequestsAsync));
        bus.AddSagaStateMachine<TriggerStateMachine, TriggerWindow>().CharterRepository<TriggerWindow, OrchestratorDbContext>();
        bus.AddConsumer<StepAcceptedConsumer>();
        bus.AddConsumer<RepositoriesReportedConsumer>();
        bus.AddConsumer<ArtifactReportedConsumer>();
        bus.AddConsumer<CommandReceivedConsumer>();
        bus.AddConsumer<CommandCheckedConsumer>();
    }

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints)
    {
        endpoints.Receive(Queues.Runs, SagaConcurrency, endpoint => endpoint.ConfigureSaga<RunSaga>(endpoints.Context));
        endpoints.Receive(Queues.Triggers, SagaConcurrency, endpoint => endpoint.ConfigureSaga<TriggerWindow>(endpoints.Context));
        endpoints.Receive(Queues.StepSignals, 4, endpoint => endpoint.ConfigureConsumer<StepAcceptedConsumer>(endpoints.Context));
        endpoints.Receive(Queues.ForgeEvents, 4, endpoint =>
        {
            endpoint.ConfigureConsumer<RepositoriesReportedConsumer>(endpoints.Context);
            endpoint.ConfigureConsumer<ArtifactReportedConsumer>(endpoints.Context);
            endpoint.ConfigureConsumer<CommandReceivedConsumer>(endpoints.Context);
        });
        endpoints.Receive(Queues.CommandAnswers, 4, endpoint => endpoint.ConfigureConsumer<CommandCheckedConsumer>(endpoints.Context));
        endpoints.ReceiveSteps<OrchestratorDbContext>();
    }

    /// <inheritdoc/>
    public override void MapEndpoints(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var api = new ApiRoutes(routes, new ApiAccess(options.ApiToken));
        RunEndpoints.Map(api, services.GetRequiredService<RunService>(), services.GetRequiredService<TimeProvider>());
        ArtifactEndpoints.Map(api, services.GetRequiredService<RunService>(), services.GetRequiredService<IArtifactReader>());
        FindingEndpoints.Map(api, services.GetRequiredService<FindingService>());
        CharterEndpoints.Map(api, services.GetRequiredService<RunService>(), services.GetRequiredService<CharterComparisons>(), services.GetRequiredService<FindingService>());
        RepositoryEndpoints.Map(api, services.GetRequiredService<RepositoryService>());
        ScheduleEndpoints.Map(api, services.GetRequiredService<ScheduleService>());
    }

    /// <summary>What queries and commands need, without bus, saga and worker: for a process that only reads.</summary>
    public void AddQueries(IServiceCollection services)
    {
        services.AddSingleton(options);
        services.AddSingleton(new WorkflowDefaults(
            new WorkflowLimits(options.RecursionLimit, options.RunTimeout), RetryPolicy.Default with { MaxAttempts = options.RetryAttempts })
        {
            StepTimeout = options.StepTimeout,
            IdleTimeout = options.IdleTimeout,
        });
        services.AddSingleton<WorkflowCatalog>();
        services.AddSingleton<CharterVersions>();
        services.AddSingleton<ArtifactFiles>();
        services.AddSingleton<IArtifactReader>(provider => provider.GetRequiredService<ArtifactFiles>());
        services.AddSingleton(provider => new CharterComparisons(provider.GetRequiredService<Database<OrchestratorDbContext>>(), provider.GetRequiredService<ArtifactFiles>()));
        services.AddSingleton<RunDetailsReader>();
        services.AddSingleton<RunQueries>();
        services.AddSingleton<RunSignal>();
        services.AddSchedules();
        services.AddSingleton<RepositoryRegistry>();
        services.AddSingleton(provider => new RepositoryService(provider.GetRequiredService<Database<OrchestratorDbContext>>(), provider.GetRequiredService<RepositoryRegistry>(), options));
        services.AddSingleton(provider => new FindingService(provider.GetRequiredService<Database<OrchestratorDbContext>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RunService(
            provider.GetRequiredService<Database<OrchestratorDbContext>>(), provider.GetRequiredService<RunQueries>(),
            provider.GetRequiredService<RunSignal>(), provider.GetRequiredService<WorkflowCatalog>(), provider.GetRequiredService<TimeProvider>()));
    }
}
