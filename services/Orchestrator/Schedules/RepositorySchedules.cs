using System.Globalization;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Analyses repositories at times of their own. Looks every minute which were due since the last look: however many times of a repository were
/// missed, it gets one run. Its firings are on record under the lane of its runs.
/// </summary>
internal sealed class RepositorySchedules(Database<OrchestratorDbContext> database, RepositoryRegistry registry, RunService runs, OrchestratorOptions options, TimeProvider time)
    : HouseSchedule("repositories", "analyses registered repositories at their own times", options.RepositoriesSchedule)
{
    /// <summary>How long its own looks stay on record: there is one a minute.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override async Task<string> RunAsync(FiringDue due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (scheduled, since) = await database.ReadAsync(async (db, token) => (
            (await registry.AllAsync(db, token)).Where(one => one is { Paused: null, Cron: not null }).ToList(),
            await db.ScheduleFirings.Where(row => row.Schedule == Name && row.EndedAt != null).OrderByDescending(row => row.DueAt).Select(row => (DateTimeOffset?)row.StartedAt).FirstOrDefaultAsync(token)), cancellationToken);
        var (started, passed) = (0, 0);
        foreach (var repository in scheduled)
        {
            if (repository.Cron!.GetNextValidTimeAfter(since ?? now) is not { } at || at > now) continue;
            var jitter = FiringDue.Jitter(repository.RunLane, at, IntervalOf(repository, at));
            // what was missed comes now, but not all of it in one second
            var delay = at + jitter > now ? at + jitter - now : now - at > FiringDue.MostJitter ? jitter : TimeSpan.Zero;
            if ((await FireAsync(repository, at, FiringCauses.Schedule, delay, cancellationToken)).Run) started++;
            else passed++;
        }
        await database.WriteAsync((db, token) => db.ScheduleFirings.Where(row => row.Schedule == Name && row.EndedAt < now - Kept).ExecuteDeleteAsync(token), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{started + passed} of {scheduled.Count} repositories with times of their own were due: {started} runs started");
    }

    /// <summary>The times of the repositories that have some, as they are listed.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(ScheduleFirings firings, CancellationToken cancellationToken)
    {
        var scheduled = await database.ReadAsync(async (db, token) => (await registry.AllAsync(db, token)).Where(one => one.Cron is not null).ToList(), cancellationToken);
        var last = await firings.LastAsync([.. scheduled.Select(one => one.RunLane)], cancellationToken);
        var now = time.GetUtcNow();
        return [.. scheduled.Select(one => new ScheduleView(
            one.Target, one.Paused is { } why ? $"analyses the repository; not now: {why}" : "analyses the repository", one.Schedule!, NextOf(one, now),
            last.GetValueOrDefault(one.RunLane) is { } row ? ScheduleService.View(row) : null))];
    }

    /// <summary>Lets a repository's firing come now; null when no repository of that address has times of its own.</summary>
    public async Task<ScheduleFiring?> RunAsync(string target, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync((db, token) => registry.FindAsync(db, target, token), cancellationToken);
        if (found?.Cron is null) return null;
        if (found.Paused is { } why) throw new RequestException("repository_is_paused", $"{found.Target} is paused: {why}", $"Take it up again with: charter repos add {found.Target}");
        return ScheduleService.View((await FireAsync(found, HouseScheduler.DueNow(time), FiringCauses.Asked, TimeSpan.Zero, cancellationToken)).Row);
    }

    private static DateTimeOffset? NextOf(Registration one, DateTimeOffset now) =>
        one.Paused is null && one.Cron!.GetNextValidTimeAfter(now) is { } next ? next + FiringDue.Jitter(one.RunLane, next, IntervalOf(one, next)) : null;

    private static TimeSpan IntervalOf(Registration one, DateTimeOffset at) => one.Cron!.GetNextValidTimeAfter(at) is { } next ? next - at : TimeSpan.Zero;

    /// <summary>The run and the record of it in one transaction: whoever comes to the same firing later finds it done.</summary>
    private Task<(bool Run, ScheduleFiringRow Row)> FireAsync(Registration repository, DateTimeOffset due, string cause, TimeSpan delay, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var lane = repository.RunLane;
        if (await db.ScheduleFirings.FirstOrDefaultAsync(row => row.Schedule == lane && row.DueAt == due, token) is { } done) return (false, done);
        var busy = (await RepositoryHistory.BusyLanesAsync(db, token)).Contains(lane);
        var run = busy ? (Contracts.Runs.RunId?)null : await runs.StartAsync(db, new RunRequest { Target = repository.Target, Workflow = EffectSteps.AnalysisOf(repository.Rules), Source = "schedule", Actor = "schedule" }, delay, token);
        var now = time.GetUtcNow();
        var row = new ScheduleFiringRow
        {
            Schedule = lane,
            DueAt = due,
            Cause = cause,
            Claim = 1,
            StartedAt = now,
            EndedAt = now,
            Outcome = "completed",
            Detail = run is { } id ? $"started {id}" : "a run of the repository has not ended yet; there is no second one",
        };
        db.ScheduleFirings.Add(row);
        return (!busy, row);
    }, cancellationToken);
}
