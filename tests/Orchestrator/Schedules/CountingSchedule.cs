using Charterhouse.Orchestrator.Schedules;

namespace Charterhouse.Orchestrator.Tests.Schedules;

/// <summary>Counts how often it is carried out; does what a test says.</summary>
internal sealed class CountingSchedule(string when, Func<CancellationToken, Task>? work = null) : HouseSchedule("counting", "counts", when)
{
    public const string EverySecond = "* * * * * ?";
    public const string EveryHour = "0 * * * *";
    private int count;

    public int Count => Volatile.Read(ref count);

    public override async Task<string> RunAsync(FiringDue due, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref count);
        if (work is not null) await work(cancellationToken);
        return "counted";
    }
}
