using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Hosting;

/// <summary><c>/health/live</c> (the process answers) and <c>/health/ready</c> (it can take work; names what it lacks).</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    /// <summary>How long the broker may take to confirm before that is news.</summary>
    private static readonly TimeSpan Unconfirmed = TimeSpan.FromSeconds(5);

    private sealed record Check(string Name, bool Healthy, string Detail);

    private sealed record Report(string Status, IReadOnlyList<Check> Checks);

    public static void Map(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        routes.MapGet("/health/live", static context => context.Response.WriteAsync("live", context.RequestAborted));
        routes.MapGet("/health/ready", context => ReadyAsync(context, services));
    }

    private static async Task ReadyAsync(HttpContext context, IServiceProvider services)
    {
        var state = services.GetRequiredService<ProcessState>();
        var checks = new List<Check>
        {
            new("process", state is { Started: true, Draining: false }, state.Draining ? "draining" : state.Started ? "running" : "starting"),
            state.Waiting is { } reason ? new("database", false, reason) : await DatabaseAsync(services, context.RequestAborted),
            Bus(services),
        };
        var ready = checks.TrueForAll(check => check.Healthy);
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new Report(ready ? "ready" : "not_ready", checks), CanonicalJson.Options), context.RequestAborted);
    }

    private static async Task<Check> DatabaseAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var engine = services.GetRequiredService<DatabaseEngine>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await engine.ReadAsync(async (connection, token) =>
            {
                await using var command = connection.Command("SELECT 1");
                return await command.ExecuteScalarAsync(token);
            }, patience.Token);
            return new("database", true, engine.Location);
        }
        catch (StorageException problem)
        {
            return new("database", false, problem.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new("database", false, $"{engine.Location} did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static Check Bus(IServiceProvider services)
    {
        var place = services.GetRequiredService<BusSettings>().Location ?? "in memory";
        var health = services.GetRequiredService<IBusControl>().CheckHealth();
        if (health.Status != BusHealthStatus.Healthy) return new("bus", false, $"{place}: {health.Description}");
        // A broker that blocks its connections keeps them open and healthy; it only confirms nothing any more.
        var waits = services.GetServices<IOutboxDispatcher>().Max(dispatcher => dispatcher.Waits);
        return waits < Unconfirmed ? new("bus", true, place)
            : new("bus", false, $"{place} has confirmed no message for {waits.TotalSeconds:0} s: it may block its connections because of a memory or disk alarm (see: rabbitmqctl status)");
    }
}
