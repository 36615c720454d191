using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;

namespace Charterhouse.Platform.Tests;

public sealed class IdleWatchTests
{
    private readonly HandTime time = new();
    private readonly RunningStep step = new(StepBench.Step("t"), null);

    [Fact]
    public void Look_NoSign_StopsTheStepWhenTheTimeIsUp()
    {
        using var watch = new IdleWatch(step, TimeSpan.FromSeconds(10), time);

        time.Pass(9);
        step.Reason.ShouldBe(StopReason.None);
        time.Pass(1);
        step.Reason.ShouldBe(StopReason.Idle);
    }

    [Fact]
    public void Look_Signs_CountsFromTheLastOne()
    {
        using var watch = new IdleWatch(step, TimeSpan.FromSeconds(10), time);

        for (var i = 0; i < 5; i++)
        {
            time.Pass(9);
            watch.Sign();
        }
        step.Reason.ShouldBe(StopReason.None);
        time.Pass(9);
        step.Reason.ShouldBe(StopReason.None);
        time.Pass(1);
        step.Reason.ShouldBe(StopReason.Idle);
    }

    [Fact]
    public async Task Sign_GitPrints_IsASignOfTheStepThatRunsIt()
    {
        using var watch = new IdleWatch(step, TimeSpan.FromSeconds(10), time);
        time.Pass(9);

        await Task.Run(async () =>
        {
            StepActivity.Follow(watch);
            (await new GitProcess().RunAsync(["--version"], new GitProcess.Settings(), TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue();
        }, TestContext.Current.CancellationToken);

        time.Pass(9);
        step.Reason.ShouldBe(StopReason.None);
        StepActivity.Sign(); // outside: nobody's
        time.Pass(1);
        step.Reason.ShouldBe(StopReason.Idle);
    }

    /// <summary>A clock that a test moves, with the one timer of a watch.</summary>
    private sealed class HandTime : TimeProvider, ITimer
    {
        private long now;
        private long due = long.MaxValue;
        private (TimerCallback Callback, object? State) ring;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ring = (callback, state);
            Change(dueTime, period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : now + dueTime.Ticks;
            return true;
        }

        public void Pass(int seconds)
        {
            now += TimeSpan.FromSeconds(seconds).Ticks;
            if (now < due) return;
            due = long.MaxValue;
            ring.Callback(ring.State);
        }

        public void Dispose() => due = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
