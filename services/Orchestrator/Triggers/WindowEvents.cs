using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>The rows in <c>trigger_events</c>: what a window knows of its events, and what it answers.</summary>
internal static class WindowEvents
{
    /// <summary>Events that are looked at when a window closes; the others follow at once, with the run of the first.</summary>
    public const int Most = 1000;

    /// <summary>Earlier events of a window whose order counts.</summary>
    private const int Recent = 50;

    /// <summary><see cref="TriggerEventRow.Happening"/> of every report that a pull request was closed.</summary>
    private const string Closed = "closed";

    private static readonly string[] CountingDispositions = [Dispositions.Waiting, Dispositions.Accepted, Dispositions.Collapsed];

    /// <summary>True when a pull or merge request has come to its end, in the words of the forges.</summary>
    public static bool IsEnd(TriggerReceived e) => e is { Kind: TriggerKinds.PullRequest, Action: "closed" or "close" or "merge" or "merged" };

    /// <summary>What makes two reports the same happening; null where there is nothing to tell by.</summary>
    public static string? HappeningOf(TriggerReceived e) => IsEnd(e) ? Closed : e.HeadSha is { } head ? $"{e.Kind} {e.BeforeSha ?? "-"} {head}" : null;

    /// <summary>Puts an event on record with what became of it, and answers it.</summary>
    public static void Record(OrchestratorDbContext db, TriggerReceived e, Outcome outcome)
    {
        var row = new TriggerEventRow
        {
            EventId = e.EventId,
            WindowId = e.WindowId,
            Happening = HappeningOf(e),
            HeadSha = e.HeadSha,
            Disposition = outcome.Disposition,
            Reason = outcome.Reason,
            RunId = outcome.RunId,
            Message = JsonSerializer.Serialize(e, CanonicalJson.Options),
            TraceContext = db.TraceContext,
            ReceivedAt = e.ReceivedAt,
        };
        db.TriggerEvents.Add(row);
        Answer(db, row);
    }

    /// <summary>Ends an event that was waiting, and answers it.</summary>
    public static void Dispose(OrchestratorDbContext db, TriggerEventRow row, Outcome outcome)
    {
        (row.Disposition, row.Reason, row.RunId) = (outcome.Disposition, outcome.Reason, outcome.RunId);
        Answer(db, row);
    }

    /// <summary>Says what became of an event, again if need be.</summary>
    public static void Answer(OrchestratorDbContext db, TriggerEventRow row) =>
        db.Send(Queues.Dispositions, new TriggerDisposed(row.EventId, row.Disposition, row.Reason, row.RunId), trace: row.TraceContext);

    /// <summary>The event as it came.</summary>
    public static TriggerReceived Read(TriggerEventRow row) => JsonSerializer.Deserialize<TriggerReceived>(row.Message!, CanonicalJson.Options)!;

    /// <summary>Those of a window that wait, tracked, the last to arrive first.</summary>
    public static Task<List<TriggerEventRow>> WaitingAsync(OrchestratorDbContext db, Guid window, CancellationToken cancellationToken) =>
        db.TriggerEvents.AsTracking().Where(row => row.WindowId == window && row.Disposition == Dispositions.Waiting).OrderByDescending(row => row.ReceivedAt).Take(Most).ToListAsync(cancellationToken);

    /// <summary>The last events of a window that say something about the order of heads, the waiting ones apart.</summary>
    public static async Task<List<(TriggerEventRow Row, TriggerReceived Event)>> RecentAsync(OrchestratorDbContext db, Guid window, CancellationToken cancellationToken)
    {
        var rows = await db.TriggerEvents.AsNoTracking()
            .Where(row => row.WindowId == window && row.Message != null && row.Disposition != Dispositions.Waiting && row.Disposition != Dispositions.Duplicate)
            .OrderByDescending(row => row.ReceivedAt).Take(Recent).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => (row, Read(row)));
    }

    /// <summary>Earlier reports of the same head that count, the last first: the same happening among them, if it was reported.</summary>
    public static Task<List<TriggerEventRow>> TwinsAsync(OrchestratorDbContext db, TriggerReceived e, CancellationToken cancellationToken)
    {
        if (e.HeadSha is not { } head) return Task.FromResult(new List<TriggerEventRow>());
        return db.TriggerEvents.AsNoTracking().Where(row => row.WindowId == e.WindowId && row.HeadSha == head && row.Happening != Closed && CountingDispositions.Contains(row.Disposition))
            .OrderByDescending(row => row.ReceivedAt).Take(Recent).ToListAsync(cancellationToken);
    }

    /// <summary>When the pull request was last closed, by the forge's clock; null when it was not, or nobody says when.</summary>
    public static async Task<DateTimeOffset?> ClosedAtAsync(OrchestratorDbContext db, Guid window, CancellationToken cancellationToken)
    {
        var rows = await db.TriggerEvents.AsNoTracking().Where(row => row.WindowId == window && row.Happening == Closed && row.Message != null)
            .OrderByDescending(row => row.ReceivedAt).Take(1).ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : Read(rows[0]).HappenedAt;
    }
}
