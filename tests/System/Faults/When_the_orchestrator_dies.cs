using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F02: kill -9 of the Orchestrator between every commit and its message, and at random.</summary>
public sealed class When_the_orchestrator_dies(FaultHouse house) : FaultTests(house)
{
    [Theory]
    [InlineData("saga.after-commit")]
    [InlineData("outbox.after-commit")]
    [InlineData("outbox.after-send")]
    public Task At_a_hand_over_every_branch_runs_once(string failpoint) => RepeatAsync("F02", $"kill -9 Orchestrator at {failpoint}", async one =>
    {
        House.Services.Of("Orchestrator").Kill();
        // another hit each time: at the start, in the fan-out, at the end (steps' reports share commits, so there are fewer of them than messages)
        var hit = 1 + (one.Number * 7 % 20);
        var armed = House.Services.Start("Orchestrator", ("CHARTER_FAILPOINT", $"{failpoint}:kill@{hit}"));
        await armed.ReadyAsync(Cancelled);
        var asking = one.AskAsync(6);
        await Eventually.Holds($"the Orchestrator died at {failpoint}@{hit}", () => armed.Process.HasExited, TimeSpan.FromSeconds(60), Cancelled);
        await one.HealAsync();
        await asking;
    });

    [Fact]
    public Task At_random_every_branch_runs_once() => RepeatAsync("F02", "kill -9 Orchestrator at random", async one =>
    {
        var asking = one.AskAsync(10);
        await one.BegunAsync();
        await Task.Delay(Random.Shared.Next(0, 2000), Cancelled);
        House.Services.Of("Orchestrator").Kill();
        await one.HealAsync();
        await asking;
    }, always: true);
}
