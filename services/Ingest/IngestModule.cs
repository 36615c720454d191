using System.Collections;
using Charterhouse.Contracts.Steps;
using Charterhouse.Ingest.Events;
using Charterhouse.Ingest.Persistence;
using Charterhouse.Ingest.Providers;
using Charterhouse.Ingest.Webhooks;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Ingest;

/// <summary>Ingest as the host sees it: the thin edge that takes what forges send, and the list of what it took.</summary>
public sealed class IngestModule(IngestOptions options) : ServiceModule
{
    /// <summary>The module as configuration wants it.</summary>
    /// <exception cref="Charterhouse.Platform.Configuration.ConfigurationException">The file of further providers cannot be used.</exception>
    public static IngestModule Of(CharterOptions options) => new(OptionsOf(options));

    /// <summary>What of the configuration concerns Ingest.</summary>
    internal static IngestOptions OptionsOf(CharterOptions options) => new()
    {
        GitHubSecret = Secret(options.GitHubWebhookSecret),
        GitLabToken = Secret(options.GitLabWebhookToken),
        Providers = options.WebhookProviders is { } file
            ? ProvidersFile.Read(file, Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal)) : [],
        RetentionDays = options.RetentionDays,
        ApiToken = options.ApiToken,
    };

    /// <inheritdoc/>
    public override string Name => Services.Ingest;

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<IngestDbContext>(Name);
        AddQueries(services);
        services.AddSingleton(new FailedSignatures(options.FailedSignaturesPerMinute));
        services.AddSingleton<WebhookEndpoint>();
        services.AddHostedService<EventDriver>();
    }

    /// <inheritdoc/>
    public override void AddConsumers(IBusRegistrationConfigurator bus) => bus.AddConsumer<DispositionConsumer>();

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints) =>
        endpoints.Receive(Queues.Dispositions, 8, endpoint => endpoint.ConfigureConsumer<DispositionConsumer>(endpoints.Context));

    /// <inheritdoc/>
    public override void MapEndpoints(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        routes.MapPost("/webhooks/{provider}", services.GetRequiredService<WebhookEndpoint>().AnswerAsync);
        EventEndpoints.Map(new ApiRoutes(routes, new ApiAccess(options.ApiToken)), services.GetRequiredService<EventService>());
    }

    /// <summary>What queries and commands need, without bus and web server: for a process that only reads.</summary>
    public void AddQueries(IServiceCollection services)
    {
        services.AddSingleton(options);
        services.AddSingleton(new WebhookProviders(options));
        services.AddSingleton<EventStore>();
        services.AddSingleton(provider => new EventService(provider.GetRequiredService<Database<IngestDbContext>>(), provider.GetRequiredService<EventStore>(), provider.GetRequiredService<WebhookProviders>()));
    }

    private static RotatingSecret? Secret(SecretText? secret) => secret is null ? null : new RotatingSecret(secret.Text, secret.File);
}
