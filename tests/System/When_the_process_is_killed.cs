using System.Globalization;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>
/// kill -9 at any moment, then go on. CHARTER_TEST_KILLS sets the number of random kills (8 here, 50 and more by hand).
/// </summary>
public sealed class When_the_process_is_killed : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository = SampleRepository.Create();

    private string Data => folder.File("data");

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task At_random_moments_every_run_finishes_and_every_step_completes_once()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("CHARTER_TEST_KILLS") ?? "8", CultureInfo.InvariantCulture);
        var random = new Random(20261120);
        for (var i = 0; i < kills; i++)
        {
            // Something new to say each time, so that a run has work to do.
            repository.Write($"src/File{i}.cs", $"class C{i} {{ }}\n").Commit($"Change {i}");
            using (var running = CharterProcess.Start(Data, ["analyze", repository.Path]))
            {
                if (!await running.EndsWithinAsync(TimeSpan.FromMilliseconds(random.Next(100, 2500)))) running.Kill();
            }
            await FinishAsync();
        }
        new DataFolderTables(Data).ShouldBeSound();
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
        var killed = await CharterProcess.RunAsync(Data, ["analyze", repository.Path],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["CHARTER_FAILPOINT"] = $"{failpoint}:kill@{hit}" });
        killed.ExitCode.ShouldBe(137, $"the failpoint was not reached: {killed.Error}");

        await FinishAsync();

        var tables = new DataFolderTables(Data);
        tables.ShouldBeSound();
        tables.Query("SELECT status FROM runs").ShouldBe(["published"]);
        tables.Query("SELECT max(lost_claims) <= 1 FROM node_executions").ShouldBe(["1"], "one kill loses a claim once: the next host goes on at once");
        tables.Query("SELECT step FROM run_tasks WHERE status = 'completed' ORDER BY step").ShouldBe(["architect", "archivist", "examiner", "historian", "librarian", "publish", "scan", "sentinel", "sync"]);
    }

    [Fact]
    public async Task The_host_that_comes_next_carries_on_with_all_that_was_left()
    {
        var killed = await CharterProcess.RunAsync(Data, ["analyze", repository.Path],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["CHARTER_FAILPOINT"] = "worker.before-result:kill@2" });
        killed.ExitCode.ShouldBe(137);
        var run = new DataFolderTables(Data).Query("SELECT run_id FROM runs").Single();

        var shown = await CharterProcess.RunAsync(Data, "runs", "show", run);
        shown.ExitCode.ShouldBe(0, shown.Error);
        shown.Output.ShouldContain("scan");
        shown.Output.ShouldContain("wait", Case.Insensitive);

        var resumed = await CharterProcess.RunAsync(Data, "resume", run, "--json");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Run.GetProperty("run_id").GetString().ShouldBe(run);
        resumed.Run.GetProperty("status").GetString().ShouldBe("published");
        // The step that had finished before the kill was not executed again.
        new DataFolderTables(Data).Query("SELECT claim FROM node_executions WHERE step = 'sync'").ShouldBe(["1"]);
    }

    /// <summary>Resumes what is left, if anything: a process may have died before it asked for a run, or after the run's end.</summary>
    private async Task FinishAsync()
    {
        var tables = new DataFolderTables(Data);
        if (!tables.Exist || tables.Query("SELECT name FROM sqlite_master WHERE name = 'runs'").Count == 0) return;
        var left = tables.Query("SELECT run_id FROM runs WHERE ended_at IS NULL UNION SELECT run_id FROM run_requests");
        foreach (var run in left)
        {
            var resumed = await CharterProcess.RunAsync(Data, "resume", run);
            resumed.ExitCode.ShouldBe(0, resumed.Error);
        }
    }
}
