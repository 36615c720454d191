using System.Globalization;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Microsoft.Extensions.Hosting;
using Quartz;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Quartz in a serving process. On PostgreSQL the processes are a cluster: what is due fires in one of them, and when that dies in another. On
/// SQLite Quartz keeps nothing, so what was missed while no process served is made up for at the start, once.
/// </summary>
internal sealed class HouseScheduler(
    ISchedulerFactory factory, IEnumerable<HouseSchedule> schedules, ScheduleFirings firings, DatabaseSettings settings, ProcessState state, TimeProvider time) : IHostedService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private IScheduler? scheduler;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = await factory.GetScheduler(cancellationToken);
        foreach (var schedule in schedules)
        {
            await DeclareAsync(started, schedule, cancellationToken);
            if (settings.Provider == DatabaseProvider.Sqlite && schedule.Cron is not null) await CatchUpAsync(started, schedule, cancellationToken);
        }
        await started.Start(cancellationToken);
        scheduler = started;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (scheduler is null) return;
        await scheduler.Standby(cancellationToken);
        var began = time.GetTimestamp();
        while (firings.AreRunning && time.GetElapsedTime(began) < state.Drain && !cancellationToken.IsCancellationRequested)
            await Task.Delay(Look, time, CancellationToken.None);
        // What still runs is told to stop; it is handed to another process of the cluster.
        await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    /// <summary>Lets a schedule fire now, in whichever process is free; returns the due time of the firing.</summary>
    public async Task<DateTimeOffset> AskAsync(HouseSchedule schedule, CancellationToken cancellationToken)
    {
        var due = DueNow(time);
        await AskAsync(scheduler ?? throw new InvalidOperationException("The scheduler has not started."), schedule, due, FiringCauses.Asked, cancellationToken);
        return due;
    }

    /// <summary>A due time of its own, no finer than every database keeps it.</summary>
    internal static DateTimeOffset DueNow(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static async Task AskAsync(IScheduler scheduler, HouseSchedule schedule, DateTimeOffset due, string cause, CancellationToken cancellationToken)
    {
        var data = new JobDataMap { { FiringJob.AskedAt, due.ToString("O", CultureInfo.InvariantCulture) }, { FiringJob.Cause, cause } };
        await scheduler.TriggerJob(new JobKey(schedule.Name), data, cancellationToken);
    }

    /// <summary>
    /// Makes Quartz know a schedule. A trigger that is there with the same times stays: setting it anew would forget that it is overdue.
    /// </summary>
    private async Task DeclareAsync(IScheduler scheduler, HouseSchedule schedule, CancellationToken cancellationToken)
    {
        var job = JobBuilder.Create<FiringJob>().WithIdentity(schedule.Name).StoreDurably().RequestRecovery().Build();
        await scheduler.AddJob(job, AddJobOptions.Replacing, cancellationToken);
        var key = new TriggerKey(schedule.Name);
        if (schedule.Cron is not { } cron)
        {
            await scheduler.UnscheduleJob(key, cancellationToken);
            return;
        }
        if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger known && known.CronExpressionString == cron.CronExpressionString) return;
        var trigger = TriggerBuilder.Create(time).WithIdentity(key).ForJob(job.Key)
            // however many were missed, it fires once
            .WithSchedule(CronScheduleBuilder.Create(cron).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
        await scheduler.ScheduleTrigger(trigger, TriggerConflict.Replace, cancellationToken);
    }

    /// <summary>Fires what was missed or broken off since the last process served: once, whatever that comes to.</summary>
    private async Task CatchUpAsync(IScheduler scheduler, HouseSchedule schedule, CancellationToken cancellationToken)
    {
        var last = (await firings.LastAsync([schedule.Name], cancellationToken)).GetValueOrDefault(schedule.Name);
        if (last is { EndedAt: not null } && schedule.Cron!.GetNextValidTimeAfter(last.DueAt) > time.GetUtcNow()) return;
        await AskAsync(scheduler, schedule, last is { EndedAt: null } ? last.DueAt : DueNow(time), FiringCauses.Schedule, cancellationToken);
    }
}
