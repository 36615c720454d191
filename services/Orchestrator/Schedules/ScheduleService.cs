using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>What recurs in the house: in this process on its database, or of another process through its HTTP API.</summary>
public interface IScheduleService
{
    /// <summary>Those of the house by name, then those of repositories by address.</summary>
    Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Lets one fire now and waits for its end.</summary>
    /// <param name="name">Of a schedule of the house, or the address of a repository that has times of its own.</param>
    /// <exception cref="RunRequestException">There is none of that name.</exception>
    Task<ScheduleFiring> RunAsync(string name, CancellationToken cancellationToken);
}

/// <summary>The schedules of this process's database.</summary>
public sealed class ScheduleService : IScheduleService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly IReadOnlyList<HouseSchedule> schedules;
    private readonly RepositorySchedules repositories;
    private readonly ScheduleFirings firings;
    private readonly HouseScheduler? scheduler;
    private readonly TimeProvider time;

    /// <summary>The schedules of the house.</summary>
    /// <param name="scheduler">Null in a process that does not serve.</param>
    internal ScheduleService(IEnumerable<HouseSchedule> schedules, RepositorySchedules repositories, ScheduleFirings firings, HouseScheduler? scheduler, TimeProvider time)
    {
        this.schedules = [.. schedules.OrderBy(schedule => schedule.Name, StringComparer.Ordinal)];
        (this.repositories, this.firings, this.scheduler, this.time) = (repositories, firings, scheduler, time);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken)
    {
        var last = await firings.LastAsync([.. schedules.Select(schedule => schedule.Name)], cancellationToken);
        var now = time.GetUtcNow();
        var house = schedules.Select(schedule => new ScheduleView(
            schedule.Name, schedule.Description, schedule.When, schedule.Cron?.GetNextValidTimeAfter(now), last.GetValueOrDefault(schedule.Name) is { } row ? View(row) : null));
        return [.. house, .. await repositories.ListAsync(firings, cancellationToken)];
    }

    /// <inheritdoc/>
    public async Task<ScheduleFiring> RunAsync(string name, CancellationToken cancellationToken)
    {
        if (schedules.FirstOrDefault(one => one.Name == name) is not { } schedule)
            return await repositories.RunAsync(name, cancellationToken) ?? throw new RunRequestException("schedule_not_found", $"there is no schedule '{name}'", $"There are: {string.Join(", ", schedules.Select(one => one.Name))}, and the addresses of registered repositories with times of their own.");
        if (scheduler is null)
        {
            var now = HouseScheduler.DueNow(time);
            await firings.FireAsync(schedule, now, FiringCauses.Asked, cancellationToken);
            return View((await firings.FindAsync(name, now, cancellationToken))!);
        }
        var due = await scheduler.AskAsync(schedule, cancellationToken);
        while (true)
        {
            if (await firings.FindAsync(name, due, cancellationToken) is { EndedAt: not null } row) return View(row);
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    internal static ScheduleFiring View(ScheduleFiringRow row) => new(row.DueAt, row.Cause, row.Claim, row.StartedAt, row.EndedAt, row.Outcome, row.Detail);
}
