using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>What became of an event, before it is sent.</summary>
/// <param name="Disposition">One of <see cref="Dispositions"/>: a final one, or <see cref="Dispositions.Waiting"/> where somebody else is asked first.</param>
/// <param name="Reason">A sentence.</param>
internal sealed record ForgeAnswer(string Disposition, string Reason, string? RunId = null);

/// <summary>Answers the events that concern no window: once, with a record, and the same again when the event comes again. Of what waits there is no record: it is asked again.</summary>
internal sealed class ForgeEvents(Database<OrchestratorDbContext> database)
{
    /// <summary>Does what the event asks for, unless that was done, and answers.</summary>
    public Task AnswerAsync(string eventId, DateTimeOffset receivedAt, Func<OrchestratorDbContext, CancellationToken, Task<ForgeAnswer>> work, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        // the same event may be in the hands of two processes
        await RepositoryRegistry.LockAsync(db, token);
        var known = await db.TriggerEvents.AsNoTracking().FirstOrDefaultAsync(row => row.EventId == eventId, token);
        if (known is null)
        {
            var answer = await work(db, token);
            known = new TriggerEventRow { EventId = eventId, Disposition = answer.Disposition, Reason = answer.Reason, RunId = answer.RunId, ReceivedAt = receivedAt, TraceContext = db.TraceContext };
            if (Dispositions.IsFinal(answer.Disposition)) db.TriggerEvents.Add(known);
        }
        db.Send(Queues.Dispositions, new TriggerDisposed(eventId, known.Disposition, known.Reason, known.RunId));
    }, cancellationToken);
}
