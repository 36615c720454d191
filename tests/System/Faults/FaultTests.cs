using System.Text;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>
/// What every test of a fault does: heal the house, do it, wait for all runs that were accepted, look at the invariants, write the row. Repeated as
/// often as <c>CHARTER_TEST_FAULTS</c> says; without it a few of them once, so that the tests stay quick.
/// </summary>
[Collection(nameof(FaultHouse))]
public abstract class FaultTests(FaultHouse house)
{
    /// <summary>A lease, its grace and the work of a burst: nothing may take longer once it is healed.</summary>
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The house of this run.</summary>
    private protected FaultHouse House => house;

    private protected async Task RepeatAsync(string fault, string what, Func<FaultRepetition, Task> act, bool always = false)
    {
        if (FaultTable.Repetitions is null && !always) Assert.Skip("takes its time: scripts/chaos faults");
        var (runs, lost, duplicated, worst, count) = (0, 0, 0, 0.0, 0);
        var broken = new List<string>();
        try
        {
            for (; count < (FaultTable.Repetitions ?? 1) && broken.Count == 0;)
            {
                await house.HealAsync();
                var one = new FaultRepetition(house, count);
                await act(one);
                count++;
                var (missing, seconds) = await one.EndAsync(Limit);
                if (missing > 0) broken.Add($"I1 {missing} runs were lost");
                var (twice, found) = await house.Invariants.CheckAsync();
                broken.AddRange(found);
                broken.AddRange(one.Refusals.Where(refusal => refusal != "503").Select(refusal => "the API answered " + refusal));
                if (FaultTable.Repetitions is { } all) Console.Error.WriteLine($"{fault} {what}: {count} of {all}");
                (runs, lost, duplicated, worst) = (runs + one.Accepted.Count, lost + missing, duplicated + twice, Math.Max(worst, seconds));
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            broken.Add(problem.Message);
        }
        FaultTable.Add(new FaultRow(fault, what, count, runs, lost, duplicated, worst, broken));
        if (broken.Count > 0) Assert.Fail(string.Join("\n", broken) + "\n" + Logs());
    }

    private string Logs()
    {
        var text = new StringBuilder();
        foreach (var one in house.Services.All.TakeLast(6)) text.Append($"== {one.Service} {one.Process.Id}\n").Append(one.Log.Length > 6000 ? one.Log[^6000..] : one.Log).Append('\n');
        return text.ToString();
    }
}

/// <summary>All tests of faults share one house, one after the other.</summary>
[CollectionDefinition(nameof(FaultHouse), DisableParallelization = false)]
public sealed class FaultHouseCollection : ICollectionFixture<FaultHouse>;
