using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_run_fails : Journey
{
    [Fact]
    public async Task At_the_recursion_limit_a_partial_report_is_kept_and_a_resume_completes_it()
    {
        var failed = await CharterAsync("analyze", Repository.Path, "--recursion-limit", "3", "--json");

        failed.ExitCode.ShouldBe(1);
        failed.Run.GetProperty("status").GetString().ShouldBe("failed");
        failed.Run.GetProperty("error").GetProperty("code").GetString().ShouldBe("recursion_limit");
        failed.Run.GetProperty("charter").GetProperty("markdown").GetString()!.ShouldContain("Partial charter");
        failed.Run.GetProperty("charter").GetProperty("partial").GetBoolean().ShouldBeTrue();
        var run = failed.Run.GetProperty("run_id").GetString()!;

        var resumed = await CharterAsync("resume", run, "--json");

        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Run.GetProperty("run_id").GetString().ShouldNotBe(run, "a terminal run never changes");
        resumed.Run.GetProperty("thread_id").GetString().ShouldBe(failed.Run.GetProperty("thread_id").GetString());
        resumed.Run.GetProperty("status").GetString().ShouldBe("published");
        resumed.Run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(1);
        Tables.ShouldBeSound();
        Tables.Query("SELECT step FROM node_executions WHERE status = 'completed' ORDER BY step").ShouldBe(["architect", "archivist", "examiner", "historian", "librarian", "publish", "scan", "sentinel", "sync"]);
    }

    [Fact]
    public async Task A_failing_step_tells_what_why_how_to_fix_it_and_what_to_type_next()
    {
        await AnalyzeAsync();
        var result = await CharterAsync("analyze", "https://127.0.0.1:1/nobody/nothing.git");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("what:");
        result.Error.ShouldContain("why:");
        result.Error.ShouldContain("fix:");
        result.Error.ShouldContain("charter resume run_");
        var shown = await CharterAsync("runs", "list", "--json");
        shown.Json.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("status").GetString()).ShouldBe(["failed", "published"]);
        shown.Run.TryGetProperty("steps", out _).ShouldBeFalse();
        shown.Run.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Object);
    }
}
