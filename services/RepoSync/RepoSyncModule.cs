using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Commands;
using Charterhouse.RepoSync.Context;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Registry;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Targets;
using Charterhouse.Platform.Http;
using Charterhouse.RepoSync.Effects;
using Charterhouse.RepoSync.Effects.Kinds;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Charterhouse.RepoSync;

/// <summary>RepoSync as the host sees it: the step kind <c>repository/sync</c>, the repository cache and the consumer of ended runs.</summary>
/// <param name="options">Validated when the services are added.</param>
/// <param name="concurrency">Steps at the same time.</param>
public sealed class RepoSyncModule(RepoSyncOptions options, int concurrency = 4) : ServiceModule
{
    private const long Gigabyte = 1_000_000_000;

    /// <summary>The module as configuration wants it.</summary>
    public static RepoSyncModule Of(CharterOptions options) => new(OptionsOf(options), options.WorkerConcurrency);

    private static RepoSyncOptions OptionsOf(CharterOptions options) => new()
    {
        CacheRoot = DataFolder.At(options.DataFolder).Repositories,
        AllowPrivateHosts = options.AllowPrivateHosts,
        CertificateAuthorities = options.CertificateAuthorities,
        Credentials = options.GitCredentials,
        GitHub = options.GitHub,
        GitLab = options.GitLab,
        MaxCacheBytes = options.CacheMaxGigabytes * Gigabyte,
        PublicUrl = options.PublicUrl,
        DryRun = options.EffectsDryRun,
        Webhook = options is { EffectsWebhookUrl: { } url, EffectsWebhookSecret: { } secret } ? new WebhookTarget(url, secret.Text) : null,
        ApiToken = options.ApiToken,
        RetentionDays = options.RetentionDays,
    };

    /// <summary>Asks every forge that there are credentials for who the house is to it and what it may do there.</summary>
    /// <returns>A line for each, and what to do where something is wrong.</returns>
    public static async Task<IReadOnlyList<(string Forge, string Detail, string? Fix)>> ExamineForgesAsync(CharterOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = OptionsOf(options);
        using var forges = new ForgeDirectory(settings, new HostGuard(settings), new RateLimits(time), time);
        var found = new List<(string Forge, string Detail, string? Fix)>();
        foreach (var forge in forges.All)
        {
            try
            {
                found.Add((forge.Kind, $"{forge.Web.Authority} knows {await forge.ExamineAsync(cancellationToken)}", null));
            }
            catch (StepFailedException problem)
            {
                found.Add((forge.Kind, problem.Failure.Message, problem.Failure.Remedy ?? "Check the settings of the forge: charter config show."));
            }
        }
        return found;
    }

    /// <inheritdoc/>
    public override string Name => Services.RepoSync;

    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">A setting is wrong; every wrong one is named.</exception>
    public override void AddServices(IServiceCollection services)
    {
        var valid = new RepoSyncOptionsValidator().Validate(null, options);
        if (valid.Failed) throw new OptionsValidationException(nameof(RepoSyncOptions), typeof(RepoSyncOptions), valid.Failures);
        services.AddServiceDatabase<RepoSyncDbContext>(Name);
        services.TryAddSingleton(new GitProcess());
        services.TryAddSingleton(new RepositoryCachePaths(options.CacheRoot));
        services.AddSingleton(options);
        services.AddSingleton(new HostGuard(options));
        services.AddSingleton<ForgeLimitTable>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ForgeDirectory>();
        services.AddSingleton<CiLook>();
        services.AddSingleton<SourceResolver>();
        services.AddSingleton<CacheLocks>();
        services.AddSingleton<SourceFetcher>();
        services.AddSingleton<BloblessClone>();
        services.AddSingleton<AnnouncedCommit>();
        services.AddSingleton<ObjectRescue>();
        services.AddSingleton<RunPins>();
        services.AddSingleton<CacheEviction>();
        services.AddSingleton<RepositoryCache>();
        services.AddSingleton<TreeReader>();
        services.AddSingleton<RangeReader>();
        services.AddSingleton<DirtyCheck>();
        services.AddSingleton<RepoContextBuilder>();
        services.AddSingleton<BaseResolver>();
        services.AddSingleton<RepositorySynchronizer>();
        services.AddSingleton<IRepositoryRegistry, RepositoryRegistry>();
        services.AddStepWorker<RepoSyncDbContext>(worker => worker.Concurrency = concurrency);
        services.AddStepHandler<SyncRepositoryHandler>();
        services.AddStepHandler<RepositoriesHandler>();
        AddQueries(services);
        services.AddSingleton<EffectCalls>();
        AddEffect<CommentEffect>(services);
        AddEffect<CheckEffect>(services);
        AddEffect<StatusEffect>(services);
        AddEffect<DashboardEffect>(services);
        AddEffect<SarifEffect>(services);
        AddEffect<WebhookEffect>(services);
        services.AddSingleton<RedeliveryEffect>();
        services.AddSingleton<EffectKind>(provider => provider.GetRequiredService<RedeliveryEffect>());
        services.AddHostedService<EffectDriver>();
    }

    /// <summary>What queries and decisions need, without bus and web server: for a process that only reads.</summary>
    public static void AddQueries(IServiceCollection services)
    {
        services.AddSingleton<EffectLedger>();
        services.AddSingleton(provider => new EffectService(provider.GetRequiredService<Database<RepoSyncDbContext>>(), provider.GetRequiredService<EffectLedger>(), provider.GetRequiredService<IBlobStore>()));
    }

    private static void AddEffect<TKind>(IServiceCollection services) where TKind : EffectKind
    {
        services.AddSingleton<TKind>();
        services.AddSingleton<EffectKind>(provider => provider.GetRequiredService<TKind>());
        services.AddStepHandler<EffectHandler<TKind>>();
    }

    /// <inheritdoc/>
    public override void MapEndpoints(IEndpointRouteBuilder routes, IServiceProvider services) =>
        EffectEndpoints.Map(new ApiRoutes(routes, new ApiAccess(options.ApiToken)), services.GetRequiredService<EffectService>());

    /// <inheritdoc/>
    public override void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<RunEndedConsumer>();
        bus.AddConsumer<CheckCommandConsumer>();
        bus.AddConsumer<SweepDeliveriesConsumer>();
    }

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints)
    {
        endpoints.ReceiveSteps<RepoSyncDbContext>();
        endpoints.Receive(Queues.RepoSyncEvents, 4, endpoint => endpoint.ConfigureConsumer<RunEndedConsumer>(endpoints.Context));
        endpoints.Receive(Queues.RepoSyncCommands, 4, endpoint =>
        {
            endpoint.ConfigureConsumer<CheckCommandConsumer>(endpoints.Context);
            endpoint.ConfigureConsumer<SweepDeliveriesConsumer>(endpoints.Context);
        });
    }
}
