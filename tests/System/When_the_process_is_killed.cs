using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Journeys.Tests;

/// <summary>
/// kill -9 at any moment, then go on. CHARTER_TEST_KILLS sets the number of random kills (8 here, 50 and more by hand).
/// </summary>
public sealed class When_the_process_is_killed : Journey
{
    [Fact]
    public async Task At_random_moments_every_run_finishes_and_every_step_completes_once()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("CHARTER_TEST_KILLS") ?? "8", CultureInfo.InvariantCulture);
        var random = new Random(20261120);
        // As long as a whole run takes on this machine as busy as it is: a later kill would hit nothing, earlier ones only the start.
        var start = Stopwatch.GetTimestamp();
        (await CharterProcess.RunAsync(Folder.File("measured"), ["analyze", Repository.Path])).ExitCode.ShouldBe(0);
        var whole = Stopwatch.GetElapsedTime(start);
        for (var i = 0; i < kills; i++)
        {
            // Something new to say each time, so that a run has work to do.
            Repository.Write($"src/File{i}.cs", $"class C{i} {{ }}\n").Commit($"Change {i}");
            using (var running = StartAnalyze())
            {
                if (!await running.EndsWithinAsync(whole * (0.05 + 0.95 * random.NextDouble()))) running.Kill();
            }
            await FinishAsync();
        }
        Tables.ShouldBeSound();
    }

    public static TheoryData<string, int> Failpoints
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, hits) in new[]
            {
                ("outbox.after-commit", new[] { 1, 2, 5 }), ("outbox.after-send", [1, 2, 5]), ("worker.after-store", [1, 3, 5]), ("worker.before-result", [1, 3, 5]),
                ("worker.after-result", [1, 4, 5]), ("saga.after-commit", [1, 2, 4]),
            })
            {
                foreach (var hit in hits) data.Add(name, hit);
            }
            return data;
        }
    }

    /// <summary>Between every commit and its message, and between every message and its acknowledgement: each hand-over once.</summary>
    [Theory]
    [MemberData(nameof(Failpoints))]
    public async Task At_a_hand_over_the_run_goes_on_where_it_was(string failpoint, int hit)
    {
        var killed = await CharterAsync(["analyze", Repository.Path], ("CHARTER_FAILPOINT", $"{failpoint}:kill@{hit}"));
        killed.ExitCode.ShouldBe(137, $"the failpoint was not reached: {killed.Error}");

        await FinishAsync();

        Tables.ShouldBeSound();
        Tables.Query("SELECT status FROM runs").ShouldBe(["published"]);
        Tables.Query("SELECT max(lost_claims) <= 1 FROM node_executions").ShouldBe(["1"], "one kill loses a claim once: the next host goes on at once");
        Tables.Query("SELECT step FROM run_tasks WHERE status = 'completed' ORDER BY step").ShouldBe(["architect", "archivist", "examiner", "historian", "librarian", "publish", "scan", "sentinel", "sync"]);
    }

    [Fact]
    public async Task The_host_that_comes_next_carries_on_with_all_that_was_left()
    {
        var killed = await CharterAsync(["analyze", Repository.Path], ("CHARTER_FAILPOINT", "worker.before-result:kill@2"));
        killed.ExitCode.ShouldBe(137);
        var run = Tables.Query("SELECT run_id FROM runs").Single();

        var shown = await CharterAsync("runs", "show", run);
        shown.ExitCode.ShouldBe(0, shown.Error);
        shown.Output.ShouldContain("scan");
        shown.Output.ShouldContain("wait", Case.Insensitive);

        var resumed = await CharterAsync("resume", run, "--json");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Run.GetProperty("run_id").GetString().ShouldBe(run);
        resumed.Run.GetProperty("status").GetString().ShouldBe("published");
        // The step that had finished before the kill was not executed again.
        Tables.Query("SELECT claim FROM node_executions WHERE step = 'sync'").ShouldBe(["1"]);
    }

    /// <summary>Resumes what is left, if anything: a process may have died before it asked for a run, or after the run's end.</summary>
    private async Task FinishAsync()
    {
        if (!Tables.Exist || Tables.Query("SELECT name FROM sqlite_master WHERE name = 'runs'").Count == 0) return;
        var left = Tables.Query("SELECT run_id FROM runs WHERE ended_at IS NULL UNION SELECT run_id FROM run_requests");
        foreach (var run in left)
        {
            var resumed = await CharterAsync("resume", run);
            resumed.ExitCode.ShouldBe(0, resumed.Error);
        }
    }
}
