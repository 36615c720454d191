using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>Carries a firing out and keeps the record of it, by which the same firing is not carried out again.</summary>
internal sealed partial class ScheduleFirings(Database<OrchestratorDbContext> database, TimeProvider time, ILogger<ScheduleFirings> logger)
{
    private int running;

    /// <summary>This process carries some out.</summary>
    public bool AreRunning => Volatile.Read(ref running) > 0;

    /// <summary>Carries a firing out, unless it was carried out before. A failure is an outcome; only being stopped is thrown.</summary>
    /// <exception cref="OperationCanceledException">Stopped half way: the record stays open, and whoever comes next begins it again.</exception>
    public async Task FireAsync(HouseSchedule schedule, DateTimeOffset due, string cause, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref running);
        try
        {
            await FireOnceAsync(schedule, due, cause, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private async Task FireOnceAsync(HouseSchedule schedule, DateTimeOffset due, string cause, CancellationToken cancellationToken)
    {
        if (await BeginAsync(schedule.Name, due, cause, cancellationToken) is not { } claim) return;
        Failpoints.Hit(Failpoints.ScheduleBegun);
        LogBegun(logger, schedule.Name, due, claim);
        string outcome, detail;
        try
        {
            (outcome, detail) = ("completed", await schedule.RunAsync(DueOf(schedule, due, cause), cancellationToken));
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, problem, schedule.Name);
            (outcome, detail) = ("failed", problem.Message);
        }
        await EndAsync(schedule.Name, due, claim, outcome, detail);
        Failpoints.Hit(Failpoints.ScheduleAfterEnd);
        LogEnded(logger, schedule.Name, outcome, detail);
    }

    /// <summary>The last firing of each of these schedules that has one.</summary>
    public Task<Dictionary<string, ScheduleFiringRow>> LastAsync(IReadOnlyList<string> schedules, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) => (await db.ScheduleFirings.Where(row => schedules.Contains(row.Schedule)).GroupBy(row => row.Schedule)
            .Select(group => group.OrderByDescending(row => row.DueAt).First()).ToListAsync(token)).ToDictionary(row => row.Schedule, StringComparer.Ordinal), cancellationToken);

    /// <summary>A firing, or null.</summary>
    public Task<ScheduleFiringRow?> FindAsync(string schedule, DateTimeOffset due, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.ScheduleFirings.SingleOrDefaultAsync(row => row.Schedule == schedule && row.DueAt == due, token), cancellationToken);

    private static FiringDue DueOf(HouseSchedule schedule, DateTimeOffset due, string cause) =>
        new(due, cause == FiringCauses.Asked, schedule.Cron?.GetNextValidTimeAfter(due) is { } next ? next - due : TimeSpan.Zero);

    /// <summary>The fencing number, or null when the firing has ended already.</summary>
    private Task<int?> BeginAsync(string schedule, DateTimeOffset due, string cause, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var row = await db.ScheduleFirings.AsTracking().SingleOrDefaultAsync(row => row.Schedule == schedule && row.DueAt == due, token);
        if (row is { EndedAt: not null }) return (int?)null;
        if (row is null) db.ScheduleFirings.Add(row = new ScheduleFiringRow { Schedule = schedule, DueAt = due, Cause = cause, Claim = 0, StartedAt = default });
        row.Claim++;
        row.StartedAt = time.GetUtcNow();
        return row.Claim;
    }, cancellationToken);

    // Not cancellable: what was done is done.
    private Task EndAsync(string schedule, DateTimeOffset due, int claim, string outcome, string detail) => database.WriteAsync(async (db, token) =>
    {
        var now = time.GetUtcNow();
        await db.ScheduleFirings.Where(row => row.Schedule == schedule && row.DueAt == due && row.Claim == claim)
            .ExecuteUpdateAsync(row => row.SetProperty(x => x.EndedAt, now).SetProperty(x => x.Outcome, outcome).SetProperty(x => x.Detail, detail), token);
    }, CancellationToken.None);

    [LoggerMessage(2301, LogLevel.Information, "schedule {Schedule}, due {Due:u}, begins (claim {Claim})")]
    private static partial void LogBegun(ILogger logger, string schedule, DateTimeOffset due, int claim);

    [LoggerMessage(2302, LogLevel.Information, "schedule {Schedule} {Outcome}: {Detail}")]
    private static partial void LogEnded(ILogger logger, string schedule, string outcome, string detail);

    [LoggerMessage(2303, LogLevel.Error, "schedule {Schedule} failed; it is tried again when it is due the next time")]
    private static partial void LogFailed(ILogger logger, Exception problem, string schedule);
}
