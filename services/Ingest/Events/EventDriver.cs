using Charterhouse.Ingest.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Ingest.Events;

/// <summary>Sends the messages of events again that were not answered in time, and lets go of events that are older than they are kept.</summary>
internal sealed partial class EventDriver(Database<IngestDbContext> database, IngestOptions options, DatabaseSettings settings, TimeProvider time, ILogger<EventDriver> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private const int Batch = 100;
    private DateTimeOffset forgetAt;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A host that has the database for itself need not wait: whoever was to answer is gone.
        if (settings.Exclusive)
        {
            var now = time.GetUtcNow();
            await database.WriteAsync((db, token) => db.WebhookEvents.Where(row => row.DriveAt != null).ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token), stoppingToken);
        }
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await DriveAsync(stoppingToken);
                if (time.GetUtcNow() < forgetAt) continue;
                await ForgetAsync(stoppingToken);
                forgetAt = time.GetUtcNow() + ForgetEvery;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                DriveFailed(logger, problem);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round.</summary>
    internal async Task DriveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await database.ReadAsync((db, token) => db.WebhookEvents.AnyAsync(row => row.DriveAt != null && row.DriveAt <= now, token), cancellationToken)) return;
        await database.WriteAsync(async (db, token) =>
        {
            foreach (var row in await db.DueAsync<WebhookEventRow>(row => row.DriveAt != null && row.DriveAt <= now, "", now, Batch, token))
            {
                var message = EventStore.MessageOf(row);
                row.DriveAt = message is null ? null : now + EventStore.AnswerWithin;
                EventStore.Send(db, message, row.TraceContext);
                Driven(logger, row.EventId);
            }
        }, cancellationToken);
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        if (options.RetentionDays == 0) return;
        var before = time.GetUtcNow() - TimeSpan.FromDays(options.RetentionDays);
        var forgotten = await database.WriteAsync((db, token) => db.WebhookEvents.Where(row => row.ReceivedAt < before && row.DisposedAt != null).ExecuteDeleteAsync(token), cancellationToken);
        if (forgotten > 0) Forgotten(logger, forgotten, options.RetentionDays);
    }

    [LoggerMessage(4001, LogLevel.Information, "event {EventId} was not answered in time and is sent again")]
    private static partial void Driven(ILogger logger, string eventId);

    [LoggerMessage(4002, LogLevel.Error, "A round over the events failed; the next one tries again")]
    private static partial void DriveFailed(ILogger logger, Exception problem);

    [LoggerMessage(4003, LogLevel.Information, "{Count} events older than {Days} days were removed")]
    private static partial void Forgotten(ILogger logger, int count, int days);
}
