using System.Data.Common;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Charterhouse.Platform.Hosting;

/// <summary><c>/metrics</c> in Prometheus' text format, and the readings behind it.</summary>
internal static class MetricsEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PushEvery = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes, IServiceProvider services, PrometheusText metrics) =>
        routes.MapGet("/metrics", async context =>
        {
            // What has no database yet has its counters at least.
            if (services.GetRequiredService<ProcessState>().Started) await ReadAsync(services.GetServices<Gauges>(), context.RequestAborted);
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
        });

    /// <summary>Takes the readings again and again where they are pushed to a collector.</summary>
    public static void AddPush(IServiceCollection services)
    {
        if (Exporters.PushMetrics) services.AddHostedService<Push>();
    }

    private static async Task ReadAsync(IEnumerable<Gauges> gauges, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        foreach (var one in gauges)
        {
            try
            {
                await one.ReadAsync(patience.Token);
            }
            catch (Exception problem) when (problem is StorageException or DbException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // the last reading stays; /health/ready says what is wrong
            }
        }
    }

    private sealed class Push(IEnumerable<Gauges> gauges, TimeProvider time) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(PushEvery, time);
            do await ReadAsync(gauges, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
    }
}
