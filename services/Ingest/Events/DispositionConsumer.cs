using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Persistence;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Ingest.Events;

/// <summary>Notes what became of an event. The first final answer counts; a repeated one changes nothing.</summary>
internal sealed class DispositionConsumer(Database<IngestDbContext> database, TimeProvider time) : IConsumer<TriggerDisposed>
{
    /// <summary>An event whose window is open is asked after now and then: the window may have been lost with a database that was restored.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(2);

    public Task Consume(ConsumeContext<TriggerDisposed> context) => database.WriteAsync(async (db, token) =>
    {
        var answer = context.Message;
        var now = time.GetUtcNow();
        var final = Dispositions.IsFinal(answer.Disposition);
        DateTimeOffset? disposed = final ? now : null, drive = final ? null : now + AskAgainAfter;
        await db.WebhookEvents.Where(row => row.EventId == answer.EventId && row.DisposedAt == null).ExecuteUpdateAsync(row => row
            .SetProperty(x => x.Disposition, answer.Disposition).SetProperty(x => x.Reason, answer.Reason).SetProperty(x => x.RunId, answer.RunId)
            .SetProperty(x => x.DisposedAt, disposed).SetProperty(x => x.DriveAt, drive), token);
    }, context.CancellationToken);
}
