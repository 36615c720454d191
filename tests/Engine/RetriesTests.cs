namespace Charterhouse.Engine.Tests;

public sealed class RetriesTests
{
    private static readonly RetryPolicy Policy = new(10, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(30));

    [Fact]
    public void TaskFailed_Retryable_StartsTheNextAttemptOfTheSameTask()
    {
        var run = new EngineRun(Graphs.Chain(1)).Begin();
        var id = run.Task("s1").TaskId;
        var start = run.Fail("s1", retryable: true).Only<RunDecision.StartTask>();
        (start.TaskId, start.Step, start.Attempt).ShouldBe((id, "s1", 2));
        start.Delay.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        (run.Task("s1").Phase, run.Task("s1").Attempt).ShouldBe((TaskPhase.Running, 2));
        run.Accept(new RunEvent.TaskCompleted(id, 1)).Only<RunDecision.Ignore>();
    }

    [Fact]
    public void TaskFailed_NotRetryable_FailsAtOnce() =>
        new EngineRun(Graphs.Chain(1)).Begin().Fail("s1").Only<RunDecision.EndRun>().Failure!.Step.ShouldBe("s1");

    [Fact]
    public void TaskFailed_LastAttempt_Fails()
    {
        var run = new EngineRun(Graphs.Chain(1)).Begin().Fail("s1", "a", true).Fail("s1", "b", true);
        run.Fail("s1", "c", true).Only<RunDecision.EndRun>().Failure!.Message.ShouldBe("c");
    }

    [Fact]
    public void TaskFailed_SameErrorByEveryAttempt_StopsAfterThree()
    {
        var run = new EngineRun(Graphs.Chain(1).WithRetry(Policy)).Begin();
        run.Fail("s1", "same", true).Only<RunDecision.StartTask>();
        run.Fail("s1", "same", true).Only<RunDecision.StartTask>();
        var failure = run.Fail("s1", "same", true).Only<RunDecision.EndRun>().Failure!;
        failure.Message.ShouldBe("same (All 3 attempts failed with this same error, so the other 7 were not made.)");
        run.Task("s1").SameFailures.ShouldBe(3);
    }

    [Fact]
    public void TaskFailed_OneOtherError_GoesOnToTheLastAttempt()
    {
        var run = new EngineRun(Graphs.Chain(1).WithRetry(Policy)).Begin().Fail("s1", "other", true);
        for (var attempt = 2; attempt < 10; attempt++) run.Fail("s1", "same", true).Only<RunDecision.StartTask>().Attempt.ShouldBe(attempt + 1);
        run.Fail("s1", "same", true).Only<RunDecision.EndRun>().Failure!.Message.ShouldBe("same");
    }

    [Fact]
    public void TaskFailed_LastAttemptWithTheSameError_SaysNothingOfAttemptsNotMade() =>
        new EngineRun(Graphs.Chain(1)).Begin().Fail("s1", "x", true).Fail("s1", "x", true).Fail("s1", "x", true)
            .Only<RunDecision.EndRun>().Failure!.Message.ShouldBe("x");

    [Fact]
    public void Delay_RetryAfter_IsALowerBound()
    {
        var run = new EngineRun(Graphs.Chain(1)).Begin();
        run.Fail("s1", "a", true, TimeSpan.FromMinutes(2)).Only<RunDecision.StartTask>().Delay.ShouldBe(TimeSpan.FromMinutes(2));
        var unbound = Retries.Delay("task", 3, Policy, null);
        Retries.Delay("task", 3, Policy, TimeSpan.Zero).ShouldBe(unbound);
        Retries.Delay("task", 3, Policy, unbound + TimeSpan.FromTicks(1)).ShouldBe(unbound + TimeSpan.FromTicks(1));
    }

    [Fact]
    public void TaskFailed_RetryAfterLongerThanTheStepWaits_FailsAndSaysSo()
    {
        var policy = Policy with { LongestWait = TimeSpan.FromMinutes(1) };
        var run = new EngineRun(Graphs.Chain(1).WithRetry(policy)).Begin();
        run.Fail("s1", "busy", true, TimeSpan.FromMinutes(1)).Only<RunDecision.StartTask>().Delay.ShouldBe(TimeSpan.FromMinutes(1));
        run.Fail("s1", "busier", true, TimeSpan.FromMinutes(2)).Only<RunDecision.EndRun>().Failure!.Message
            .ShouldBe("busier (It is not to be tried again before 120 s have passed; 'retry.longest_wait' is 60 s.)");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(100_000, 30)]
    public void Delay_ManyTasks_FillsTheWholeBound(int attempt, int bound)
    {
        var delays = Enumerable.Range(0, 2000).Select(i => Retries.Delay($"task{i}", attempt, Policy, null).TotalSeconds).ToList();
        delays.ShouldAllBe(delay => delay >= 0 && delay < bound);
        delays.Min().ShouldBeLessThan(bound * 0.02);
        delays.Max().ShouldBeGreaterThan(bound * 0.98);
        delays.Average().ShouldBe(bound / 2.0, bound * 0.05);
    }

    [Fact]
    public void Delay_SameTaskAndAttempt_IsTheSame() => Retries.Delay("t", 4, Policy, null).ShouldBe(Retries.Delay("t", 4, Policy, null));

    [Theory]
    [InlineData(0, 2, 30)]
    [InlineData(1, 1e300, 30)]
    [InlineData(60, 2, 30)]
    public void Delay_OddPolicies_StaysWithinTheMaximum(int initial, double multiplier, int maximum) =>
        Retries.Delay("t", 50, new RetryPolicy(99, TimeSpan.FromSeconds(initial), multiplier, TimeSpan.FromSeconds(maximum)), null)
            .ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(maximum));
}
