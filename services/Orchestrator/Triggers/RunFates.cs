using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>How the run of an earlier event stands.</summary>
internal enum RunFate
{
    /// <summary>Ended without a result, is being cancelled, or never was.</summary>
    Lost,
    /// <summary>Has not begun.</summary>
    Queued,
    /// <summary>Under way.</summary>
    Running,
    /// <summary>Ended well.</summary>
    Published,
}

/// <summary>Looks at runs from inside a window's transaction.</summary>
internal static class RunFates
{
    /// <summary>How a run stands; <see cref="RunFate.Lost"/> for none.</summary>
    public static async Task<RunFate> OfAsync(OrchestratorDbContext db, string? run, CancellationToken cancellationToken)
    {
        if (run is null || await db.RunCommands.AnyAsync(row => row.RunId == run && row.Type == RunRequests.CancelType, cancellationToken)) return RunFate.Lost;
        // before the run's own row, which takes the place of this one
        if (await db.RunRequests.Where(row => row.RunId == run).Select(row => new { row.Refused }).FirstOrDefaultAsync(cancellationToken) is { } request)
            return request.Refused is null ? RunFate.Queued : RunFate.Lost;
        var row = await db.Runs.Where(row => row.RunId == run).Select(row => new { row.Status, row.StartedAt, row.EndedAt }).FirstOrDefaultAsync(cancellationToken);
        return row?.Status.ToLowerInvariant() switch
        {
            RunStatus.Published => RunFate.Published,
            RunStatus.Queued => RunFate.Queued,
            RunStatus.Running => RunFate.Running,
            _ => RunFate.Lost,
        };
    }

    /// <summary>Asks for the end of a run that has not ended.</summary>
    public static void Cancel(OrchestratorDbContext db, string run, string reason, string? actor, DateTimeOffset now)
    {
        if (RunId.TryParse(run, out var id)) RunRequests.Cancel(db, new CancelRun(id.Value, Guid.CreateVersion7(now), reason, actor), now);
    }
}
