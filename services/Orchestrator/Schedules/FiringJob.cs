using System.Globalization;
using Quartz;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>What Quartz executes: the schedule that its job is named after. Its type's name stands in the database: do not rename it.</summary>
[DisallowConcurrentExecution]
internal sealed class FiringJob(IEnumerable<HouseSchedule> schedules, ScheduleFirings firings) : IJob
{
    /// <summary>Key of the due time of a firing that somebody asked for.</summary>
    public const string AskedAt = "asked_at";

    /// <summary>Key of its cause.</summary>
    public const string Cause = "cause";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        // a job of a version that has one more
        if (schedules.FirstOrDefault(schedule => schedule.Name == context.JobDetail.Key.Name) is not { } schedule) return;
        var asked = context.MergedJobDataMap.TryGetValue(AskedAt, out var text) ? DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : (DateTimeOffset?)null;
        var due = asked ?? FirstDue(context) ?? context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
        var why = context.MergedJobDataMap.TryGetValue(Cause, out var cause) ? (string)cause! : FiringCauses.Schedule;
        await firings.FireAsync(schedule, due, why, cancellationToken);
    }

    // A firing that is done again after a crash is due when the first attempt was; its trigger's own time is when that one began.
    private static DateTimeOffset? FirstDue(IJobExecutionContext context) =>
        context.Recovering && context.MergedJobDataMap.TryGetValue(SchedulerConstants.FailedJobOriginalTriggerScheduledFireTime, out var text)
            ? DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : null;
}
