using System.Diagnostics;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>One repetition of a fault: what was accepted meanwhile, and when it was healed.</summary>
internal sealed class FaultRepetition(FaultHouse house, int number)
{
    private readonly List<string> accepted = [];
    private long healedAt;

    /// <summary>From 0.</summary>
    public int Number => number;

    public FaultHouse House => house;

    public IReadOnlyList<string> Accepted
    {
        get { lock (accepted) return [.. accepted]; }
    }

    /// <summary>Answers that were neither an acceptance nor a broken connection.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>The ends that a run may come to.</summary>
    public IReadOnlyList<string> Ends { get; set; } = ["published"];

    /// <summary>Asks for runs until that many are accepted.</summary>
    public async Task AskAsync(int count)
    {
        var (runs, refusals) = await house.AskAsync(count);
        lock (accepted)
        {
            accepted.AddRange(runs);
            Refusals.AddRange(refusals);
        }
    }

    /// <summary>A run that was accepted otherwise; true.</summary>
    public bool Add(string run)
    {
        lock (accepted) accepted.Add(run);
        return true;
    }

    /// <summary>Waits until a step of that name has begun in one of the accepted runs (any step: null).</summary>
    public Task BegunAsync(string? step = null, string status = "running") => Eventually.Holds($"a step {step} is {status}", async () =>
        Accepted is { Count: > 0 } runs
        && (await house.Services.QueryAsync($"SELECT 1 FROM run_tasks WHERE status = '{status}' AND run_id IN ('{string.Join("','", runs)}') {(step is null ? "" : $"AND step = '{step}'")}")).Count > 0,
        TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    /// <summary>Everything runs again: from now on recovery counts.</summary>
    public async Task HealAsync()
    {
        await house.HealAsync();
        Healed();
    }

    public void Healed() => healedAt = Stopwatch.GetTimestamp();

    /// <summary>Waits for the end of all accepted runs; how many did not come to the right one, and the seconds since healing.</summary>
    public async Task<(int Lost, double Seconds)> EndAsync(TimeSpan limit)
    {
        if (healedAt == 0) Healed();
        Dictionary<string, string> ended = [];
        try
        {
            await Eventually.Holds("all runs have ended", async () => (ended = await house.EndedAsync(Accepted)).Count == Accepted.Count, limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            // counted as lost
        }
        return (Accepted.Count(run => !ended.TryGetValue(run, out var status) || !Ends.Contains(status)), Stopwatch.GetElapsedTime(healedAt).TotalSeconds);
    }
}
