using System.Net;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F04, F07, F20, F52: Agents and RepoSync are killed, stopped past their lease, or away while a run is cancelled.</summary>
public sealed class When_a_worker_dies(FaultHouse house) : FaultTests(house)
{
    private static readonly string[] Workers = ["RepoSync", "Agents"];

    [Fact]
    public Task Its_steps_are_taken_over() => RepeatAsync("F04", "kill -9 Agents and RepoSync during work", async one =>
    {
        await one.AskAsync(10);
        await one.BegunAsync(one.Number % 2 == 0 ? "scan" : "sync");
        // alone: what they had started must end by itself
        foreach (var service in Workers) House.Services.Of(service).KillAlone();
        await one.HealAsync();
        await one.EndAsync(Limit);
        (await House.Services.QueryAsync("SELECT max(attempt) FROM run_tasks")).ShouldBe(["1"], "a lost claim used up an attempt");
    });

    [Fact]
    public Task A_result_that_comes_too_late_is_refused() => RepeatAsync("F20", "SIGSTOP Agents past its lease, then SIGCONT", async one =>
    {
        var stopped = House.Services.Of("Agents");
        await one.AskAsync(6);
        List<string> held = [];
        try
        {
            // stopped in the middle of a step: what it holds stays held, until its lease is over
            await Eventually.Holds("it is stopped while it holds a step", async () =>
            {
                if ((await HeldAsync()).Count == 0) return false;
                stopped.Signal("STOP");
                held = await HeldAsync();
                if (held.Count == 0) stopped.Signal("CONT");
                return held.Count > 0;
            }, TimeSpan.FromSeconds(60), Cancelled);
            var other = House.Services.Start("Agents");
            await other.ReadyAsync(Cancelled);
            await Eventually.Holds("another process has taken every step over", async () => (await House.Services.QueryAsync(
                $"SELECT task_id FROM node_executions WHERE task_id IN ('{string.Join("','", held)}') AND claim = 1 AND status = 'running'")).Count == 0, TimeSpan.FromSeconds(60), Cancelled);
        }
        finally
        {
            stopped.Signal("CONT");
        }
        await one.HealAsync();
        await one.EndAsync(Limit);
        await Eventually.Holds("its late result was refused", () => stopped.Log.Contains("is dropped", StringComparison.Ordinal) || stopped.Log.Contains("no longer ours", StringComparison.Ordinal), TimeSpan.FromSeconds(30), Cancelled);
        stopped.Kill();
    });

    private Task<List<string>> HeldAsync() => House.Services.QueryAsync("SELECT task_id FROM node_executions WHERE service = 'agents' AND status = 'running'");

    [Fact]
    public Task A_run_is_cancelled_or_completes_but_not_both() => RepeatAsync("F52", "cancel at the moment of completion, twice", async one =>
    {
        one.Ends = ["published", "cancelled"];
        await one.AskAsync(10);
        // the last step of a run has begun: whatever comes first wins
        await Task.WhenAll(one.Accepted.Select(async run =>
        {
            await Eventually.Holds("publish has begun, or the run has ended", async () => (await House.Services.QueryAsync(
                $"SELECT 1 FROM run_tasks WHERE run_id = '{run}' AND step = 'publish' UNION SELECT 1 FROM runs WHERE run_id = '{run}' AND ended_at IS NOT NULL")).Count > 0, TimeSpan.FromSeconds(100), Cancelled);
            var answers = await Task.WhenAll(House.CancelAsync(run), House.CancelAsync(run));
            answers.ShouldAllBe(answer => answer == HttpStatusCode.Accepted);
        }));
        one.Healed();
    });

    [Fact]
    public Task A_run_is_cancelled_while_nobody_can_be_told() => RepeatAsync("F52", "cancel with Agents dead", async one =>
    {
        one.Ends = ["cancelled"];
        await one.AskAsync(4);
        await one.BegunAsync("scan");
        House.Services.Of("Agents").Kill();
        var live = (await House.Services.QueryAsync("SELECT run_id FROM runs WHERE ended_at IS NULL")).ToHashSet();
        foreach (var run in one.Accepted) (await House.CancelAsync(run)).ShouldBe(HttpStatusCode.Accepted);
        if (one.Accepted.Any(run => !live.Contains(run))) one.Ends = ["cancelled", "published"]; // one had ended before
        await one.HealAsync();
    });
}
