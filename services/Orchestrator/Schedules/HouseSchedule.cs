using Charterhouse.Platform.Configuration;
using Quartz;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Something that the house does again and again, once for all its processes. A firing may come twice when a process dies of it, so what it does
/// must be harmless to repeat.
/// </summary>
internal abstract class HouseSchedule
{
    private readonly CronExpression? cron;

    /// <summary>A schedule that is always known, whether or not it fires by itself.</summary>
    /// <param name="when">As <see cref="CronText"/> reads it; <see cref="CronText.Off"/> for only when somebody asks.</param>
    protected HouseSchedule(string name, string description, string when)
    {
        (Name, Description, When) = (name, description, when);
        cron = when == CronText.Off ? null : CronText.Parse(when) ?? throw new ArgumentException($"'{when}' names no times", nameof(when));
    }

    /// <summary>As a person types it.</summary>
    public string Name { get; }

    /// <summary>A sentence.</summary>
    public string Description { get; }

    /// <summary>The times, as they were configured.</summary>
    public string When { get; }

    /// <summary>The times; null for none.</summary>
    public CronExpression? Cron => cron;

    /// <summary>Does it; returns what came of it, a sentence.</summary>
    public abstract Task<string> RunAsync(FiringDue due, CancellationToken cancellationToken);
}
