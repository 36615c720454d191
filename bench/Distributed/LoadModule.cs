using System.Globalization;
using System.Text.Json;
using Charterhouse.Bench.Runs;
using Charterhouse.Orchestrator;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Hosting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Bench.Distributed;

/// <summary>
/// The Orchestrator as its executable has it, with one more endpoint: whoever calls it makes this process ask for runs and wait for them, as the
/// peers do, whose callers are in the engine's process too.
/// </summary>
internal sealed class LoadModule(OrchestratorModule orchestrator) : ServiceModule
{
    /// <summary>Where to ask for a load.</summary>
    public static Uri Url(Uri house, string shape, int runs, int concurrency) =>
        new(house, FormattableString.Invariant($"/bench?shape={Uri.EscapeDataString(shape)}&runs={runs}&concurrency={concurrency}"));

    /// <inheritdoc/>
    public override string Name => orchestrator.Name;

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services) => orchestrator.AddServices(services);

    /// <inheritdoc/>
    public override void AddConsumers(IBusRegistrationConfigurator bus) => orchestrator.AddConsumers(bus);

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints) => orchestrator.ConfigureEndpoints(endpoints);

    /// <inheritdoc/>
    public override void MapEndpoints(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        orchestrator.MapEndpoints(routes, services);
        routes.MapGet("/bench", (RequestDelegate)(context => LoadAsync(context, services.GetRequiredService<RunService>())));
    }

    private static async Task LoadAsync(HttpContext context, RunService runs)
    {
        int Number(string name) => int.Parse(context.Request.Query[name]!, CultureInfo.InvariantCulture);
        var result = await LoadResult.OfAsync(runs, context.Request.Query["shape"]!, Number("runs"), Number("concurrency"));
        await JsonSerializer.SerializeAsync(context.Response.Body, result);
    }
}
