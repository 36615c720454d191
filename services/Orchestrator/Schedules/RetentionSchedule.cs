using System.Globalization;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Removes the history of runs that ended long ago: checkpoints, events, and what the services stored of their steps. The runs themselves, charters,
/// findings and artifacts stay. A thread goes as a whole, when all its runs are that old and no fork lives on it. Old events of forges go as well, and
/// windows that nothing has come to since.
/// </summary>
internal sealed class RetentionSchedule(Database<OrchestratorDbContext> database, OrchestratorOptions options, TimeProvider time)
    : HouseSchedule("retention", "removes the history of runs that ended long ago", options.RetentionDays == 0 ? CronText.Off : options.RetentionSchedule)
{
    /// <summary>Threads in one transaction; others write meanwhile.</summary>
    private const int Batch = 20;

    public override async Task<string> RunAsync(FiringDue due, CancellationToken cancellationToken)
    {
        if (options.RetentionDays == 0) return "history is kept for ever (retention.days is 0)";
        var before = time.GetUtcNow() - TimeSpan.FromDays(options.RetentionDays);
        var (threads, runs) = (0, 0);
        while (true)
        {
            var (someThreads, someRuns) = await database.WriteAsync((db, token) => ForgetAsync(db, before, token), cancellationToken);
            if (someThreads == 0) break;
            (threads, runs) = (threads + someThreads, runs + someRuns);
        }
        await database.WriteAsync((db, token) => db.ScheduleFirings.Where(row => row.EndedAt < before).ExecuteDeleteAsync(token), cancellationToken);
        await database.WriteAsync((db, token) => ForgetTriggersAsync(db, before, token), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"removed the history of {runs} runs on {threads} threads that ended before {before.UtcDateTime:yyyy-MM-dd HH:mm}Z");
    }

    private static async Task<(int Threads, int Runs)> ForgetAsync(OrchestratorDbContext db, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var threads = await OldThreadsAsync(db, before, cancellationToken);
        if (threads.Count == 0) return (0, 0);
        var runs = await db.Runs.Where(run => threads.Contains(run.ThreadId)).Select(run => run.RunId).ToListAsync(cancellationToken);
        await db.ChannelVersions.Where(row => threads.Contains(row.ThreadId)).ExecuteDeleteAsync(cancellationToken);
        await db.Checkpoints.Where(row => threads.Contains(row.ThreadId)).ExecuteDeleteAsync(cancellationToken);
        await db.RunEvents.Where(row => runs.Contains(row.RunId)).ExecuteDeleteAsync(cancellationToken);
        // The tasks stay, for charter runs show; what a failed run's finished siblings had found is of use to nobody any more.
        await db.RunTasks.Where(row => runs.Contains(row.RunId) && row.Writes != null).ExecuteUpdateAsync(row => row.SetProperty(x => x.Writes, (string?)null), cancellationToken);
        foreach (var service in StepKinds.All.Select(kind => kind.Service).Distinct(StringComparer.Ordinal)) db.Send(StepKinds.QueueOf(service), new ForgetSteps(runs));
        return (threads.Count, runs.Count);
    }

    /// <summary>What became of old events, and windows in which nothing has happened since.</summary>
    private static async Task ForgetTriggersAsync(OrchestratorDbContext db, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await db.TriggerEvents.Where(row => row.ReceivedAt < before && row.Disposition != Dispositions.Waiting).ExecuteDeleteAsync(cancellationToken);
        await db.TriggerWindows.Where(window => window.DueAt == null && window.UpdatedAt < before && !db.TriggerEvents.Any(row => row.WindowId == window.CorrelationId)).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task<List<string>> OldThreadsAsync(OrchestratorDbContext db, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // what somebody has just asked to go on from
        var wanted = (await RunRequests.OpenAsync(db, cancellationToken)).Select(request => request.From?.ThreadId).OfType<string>().ToList();
        var parents = db.Checkpoints.Where(row => row.ParentThreadId != null).Select(row => row.ParentThreadId!);
        return await db.Runs
            .Where(run => run.EndedAt < before && db.Checkpoints.Any(row => row.ThreadId == run.ThreadId))
            .Where(run => !db.Runs.Any(other => other.ThreadId == run.ThreadId && (other.EndedAt == null || other.EndedAt >= before)))
            .Where(run => !parents.Contains(run.ThreadId) && !wanted.Contains(run.ThreadId))
            .Select(run => run.ThreadId).Distinct().Order().Take(Batch).ToListAsync(cancellationToken);
    }
}
