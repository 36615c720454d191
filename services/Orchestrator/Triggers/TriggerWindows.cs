using System.Globalization;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>
/// What each event means for a window and its rows, inside the saga's transaction: refuses, recognises, collects, and asks for one run when the window
/// closes. The run's request, the answers to all its events and the window's state are one commit, so nothing starts twice.
/// </summary>
internal sealed class TriggerWindows(ITriggerRules rules, TimeProvider time)
{
    /// <summary>An event; one that came before is answered as then.</summary>
    public async Task ReceiveAsync(OrchestratorDbContext db, TriggerWindow window, TriggerReceived e, CancellationToken cancellationToken)
    {
        if (await db.TriggerEvents.AsNoTracking().FirstOrDefaultAsync(row => row.EventId == e.EventId, cancellationToken) is { } known)
        {
            WindowEvents.Answer(db, known);
            return;
        }
        var now = time.GetUtcNow();
        (window.Repository, window.Line, window.UpdatedAt) = (e.Repository.Name, e.Line, now);
        var subject = await rules.FindAsync(db, e.Repository, cancellationToken);
        if (TriggerFilter.Refuse(e, subject, now) is { } refused) WindowEvents.Record(db, e, refused);
        else if (e.Command is not null) WindowEvents.Record(db, e, new Outcome(Dispositions.Accepted, $"{e.Command} by {e.Actor} led to the run", await StartAsync(db, window, e, subject!, null, now, cancellationToken)));
        else if (WindowEvents.IsEnd(e)) await EndAsync(db, window, e, now, cancellationToken);
        else if (TriggerFilter.Rule(e, subject!) is { } ignored) WindowEvents.Record(db, e, ignored);
        else if (await VoidAsync(db, window, e, cancellationToken) is { } isVoid) WindowEvents.Record(db, e, isVoid);
        else await TakeAsync(db, window, e, subject!, now, cancellationToken);
    }

    /// <summary>The time of a window is up; a repeated or early message changes nothing.</summary>
    public async Task CloseAsync(OrchestratorDbContext db, TriggerWindow window, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (window.DueAt is not { } due || due > now) return;
        var waiting = (await WindowEvents.WaitingAsync(db, window.CorrelationId, cancellationToken)).ConvertAll(row => (Row: row, Event: WindowEvents.Read(row)));
        window.UpdatedAt = now;
        // what does not fit is next, and finds the run of those before
        window.DueAt = waiting.Count == WindowEvents.Most ? now : null;
        if (waiting.Count == 0) return;
        var subject = await rules.FindAsync(db, waiting[0].Event.Repository, cancellationToken);
        // it may have been taken from the registry meanwhile
        if (TriggerFilter.Refuse(waiting[0].Event, subject, now) is { } refused)
        {
            foreach (var (row, _) in waiting) WindowEvents.Dispose(db, row, refused);
            return;
        }
        var recent = await WindowEvents.RecentAsync(db, window.CorrelationId, cancellationToken);
        var order = new TriggerOrder([.. waiting.Select(one => one.Event), .. recent.Select(one => one.Event)]);
        var newest = order.Newest(waiting.ConvertAll(one => one.Event));
        var leading = waiting.Find(one => ReferenceEquals(one.Event, newest)).Row;
        if (await DoneAsync(db, window, newest, recent, order, cancellationToken) is { } done)
        {
            foreach (var (row, _) in waiting) WindowEvents.Dispose(db, row, row == leading ? done : done with { Disposition = Dispositions.Collapsed, Reason = "the last run covers it" });
            return;
        }
        var run = await StartAsync(db, window, newest, subject!, leading.TraceContext, now, cancellationToken);
        foreach (var (row, _) in waiting)
        {
            WindowEvents.Dispose(db, row, row != leading ? new Outcome(Dispositions.Collapsed, $"{newest.EventId} is newer and led to the run", run)
                : new Outcome(Dispositions.Accepted, waiting.Count == 1 ? "led to the run" : Invariant($"the newest of {waiting.Count} events led to the run"), run));
        }
    }

    /// <summary>What an event becomes that has nothing new to say; null when it has.</summary>
    private static async Task<Outcome?> VoidAsync(OrchestratorDbContext db, TriggerWindow window, TriggerReceived e, CancellationToken cancellationToken)
    {
        if (e.Kind == TriggerKinds.PullRequest && e.HappenedAt is { } then && await WindowEvents.ClosedAtAsync(db, window.CorrelationId, cancellationToken) > then)
            return new Outcome(Dispositions.Expired, "the pull request was closed after it");
        if (await DuplicateAsync(db, window, e, cancellationToken) is { } duplicate) return duplicate;
        // with others it is put in order when the window closes
        if (window.DueAt is not null || window.LastRunId is null) return null;
        var recent = await WindowEvents.RecentAsync(db, window.CorrelationId, cancellationToken);
        return await DoneAsync(db, window, e, recent, new TriggerOrder([e, .. recent.Select(one => one.Event)]), cancellationToken);
    }

    /// <summary>The same happening, or the head that is about to be analysed or was.</summary>
    private static async Task<Outcome?> DuplicateAsync(OrchestratorDbContext db, TriggerWindow window, TriggerReceived e, CancellationToken cancellationToken)
    {
        var twins = await WindowEvents.TwinsAsync(db, e, cancellationToken);
        var happening = WindowEvents.HappeningOf(e);
        // a ref that goes back and forth passes the same commits again, later
        if (twins.Find(row => row.Happening == happening && !(e.HappenedAt > WindowEvents.Read(row).HappenedAt)) is { } same)
        {
            if (same.Disposition == Dispositions.Waiting) return new Outcome(Dispositions.Duplicate, $"{same.EventId} said the same and waits");
            // what was of no use may be asked for again
            if (await RunFates.OfAsync(db, same.RunId, cancellationToken) != RunFate.Lost) return new Outcome(Dispositions.Duplicate, $"{same.EventId} said the same", same.RunId);
        }
        if (twins.Count == 0) return null;
        var waiting = (await WindowEvents.WaitingAsync(db, window.CorrelationId, cancellationToken)).ConvertAll(WindowEvents.Read);
        if (waiting.Count > 0)
        {
            var newest = new TriggerOrder(waiting).Newest(waiting);
            return newest.HeadSha == e.HeadSha ? new Outcome(Dispositions.Duplicate, $"{newest.EventId} has the same head and waits") : null;
        }
        return e.HeadSha == window.LastHeadSha && await RunFates.OfAsync(db, window.LastRunId, cancellationToken) != RunFate.Lost
            ? new Outcome(Dispositions.Duplicate, "its head is the last run's", window.LastRunId)
            : null;
    }

    /// <summary>What the newest of some events becomes when the last run covers it; null when it does not.</summary>
    private static async Task<Outcome?> DoneAsync(
        OrchestratorDbContext db, TriggerWindow window, TriggerReceived newest, List<(TriggerEventRow Row, TriggerReceived Event)> recent, TriggerOrder order, CancellationToken cancellationToken)
    {
        if (window.LastRunId is not { } run || recent.Find(one => one.Row.RunId == run && one.Row.Disposition == Dispositions.Accepted).Event is not { } last) return null;
        if (order.IsOlder(newest, last)) return new Outcome(Dispositions.Collapsed, $"{last.EventId} is newer and led to the run", run);
        return newest.HeadSha is not null && newest.HeadSha == last.HeadSha && await RunFates.OfAsync(db, run, cancellationToken) != RunFate.Lost
            ? new Outcome(Dispositions.Duplicate, "its head is the last run's", run)
            : null;
    }

    /// <summary>Starts a run or lets the event wait, as the rules say.</summary>
    private async Task TakeAsync(OrchestratorDbContext db, TriggerWindow window, TriggerReceived e, TriggerSubject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (open, length) = (window.DueAt is not null, subject.Rules.Window);
        if (!open && length > TimeSpan.Zero)
        {
            window.DueAt = now + length;
            db.Send(Queues.Triggers, new TriggerWindowDue(window.CorrelationId), delay: length);
        }
        if (!open && (length <= TimeSpan.Zero || subject.Rules.Edge == WindowEdges.Leading))
            WindowEvents.Record(db, e, new Outcome(Dispositions.Accepted, "led to the run", await StartAsync(db, window, e, subject, null, now, cancellationToken)));
        else
            WindowEvents.Record(db, e, new Outcome(Dispositions.Waiting, $"waits for newer ones of {e.Line} until {window.DueAt:yyyy-MM-dd HH:mm:ss}Z"));
    }

    /// <summary>Asks for a run, and for the end of an older one where the rules want that.</summary>
    private static async Task<string> StartAsync(
        OrchestratorDbContext db, TriggerWindow window, TriggerReceived e, TriggerSubject subject, string? trace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(now);
        var run = new RunId(id).ToString();
        var policy = subject.Rules.Supersede;
        if (window.LastRunId is { } last && policy != SupersedePolicies.None)
        {
            var fate = await RunFates.OfAsync(db, last, cancellationToken);
            if (fate == RunFate.Queued || (fate == RunFate.Running && policy == SupersedePolicies.Running)) RunFates.Cancel(db, last, "superseded by " + run, e.Actor, now);
        }
        RunRequests.Add(db, TriggeredRun.Of(e, subject, id, now), now, trace);
        (window.LastRunId, window.LastHeadSha) = (run, e.HeadSha);
        return run;
    }

    /// <summary>A pull request was closed: what waits and was before is void, and so is a run that has not begun.</summary>
    private static async Task EndAsync(OrchestratorDbContext db, TriggerWindow window, TriggerReceived e, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await WindowEvents.WaitingAsync(db, window.CorrelationId, cancellationToken);
        var expired = waiting.FindAll(row => !(WindowEvents.Read(row).HappenedAt > e.HappenedAt));
        foreach (var row in expired) WindowEvents.Dispose(db, row, new Outcome(Dispositions.Expired, "the pull request was closed before its run began"));
        if (waiting.Count == expired.Count && waiting.Count < WindowEvents.Most) window.DueAt = null;
        var cancelled = await RunFates.OfAsync(db, window.LastRunId, cancellationToken) == RunFate.Queued && !await IsReopenedAsync(db, window, e, cancellationToken);
        if (cancelled) RunFates.Cancel(db, window.LastRunId!, "the pull request was closed", e.Actor, now);
        var what = new[] { expired.Count > 0 ? Invariant($"{expired.Count} waiting events expired") : null, cancelled ? "its run, which had not begun, is cancelled" : null }.OfType<string>().ToList();
        WindowEvents.Record(db, e, new Outcome(Dispositions.Accepted, "the pull request was closed: " + (what.Count > 0 ? string.Join("; ", what) : "nothing was waiting for it"), cancelled ? window.LastRunId : null));
    }

    /// <summary>The news of the end is late: the last run is of an event after it.</summary>
    private static async Task<bool> IsReopenedAsync(OrchestratorDbContext db, TriggerWindow window, TriggerReceived end, CancellationToken cancellationToken) =>
        (await WindowEvents.RecentAsync(db, window.CorrelationId, cancellationToken)).Exists(one => one.Row.RunId == window.LastRunId && one.Event.HappenedAt > end.HappenedAt);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
