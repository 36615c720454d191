using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_person_travels_in_time : Journey
{
    [Fact]
    public async Task Checkpoints_states_and_differences_can_be_seen()
    {
        var run = await RunAsync();

        var checkpoints = await CharterAsync("runs", "checkpoints", run, "--json");
        var state = await CharterAsync("runs", "state", run, "--checkpoint", "2", "--json");
        var difference = await CharterAsync("runs", "diff", run, "2", "4");

        var list = Items(checkpoints.Json, "checkpoints");
        list.Select(item => item.GetProperty("step").GetInt32()).ShouldBe([-1, 1, 2, 3, 4]);
        list.Select(item => item.GetProperty("source").GetString()).ShouldBe(["input", "loop", "loop", "loop", "loop"]);
        state.Output.ShouldContain("head_sha");
        state.Output.ShouldContain(Repository.Head);
        state.Output.ShouldNotContain("\"sections\"");
        difference.ExitCode.ShouldBe(0, difference.Error);
        difference.Output.ShouldContain("/facts");
        difference.Output.ShouldContain("/sections");
        difference.Output.ShouldNotContain("/context");
    }

    [Fact]
    public async Task A_fork_goes_its_own_way_and_leaves_the_original_byte_for_byte()
    {
        var run = await RunAsync();
        var before = Original(run);

        var forked = await CharterAsync("runs", "fork", run, "--checkpoint", "3", "--json");

        forked.ExitCode.ShouldBe(0, forked.Error);
        forked.Run.GetProperty("status").GetString().ShouldBe("published");
        forked.Run.GetProperty("run_id").GetString().ShouldNotBe(run);
        forked.Run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(2);
        Original(run).ShouldBe(before);
        Tables.ShouldBeSound();
        var forkId = forked.Run.GetProperty("run_id").GetString();
        Tables.Query($"SELECT step FROM run_tasks WHERE run_id = '{forkId}' ORDER BY step").ShouldBe(["architect", "archivist", "examiner", "historian", "librarian", "publish", "sentinel"], "what came before the checkpoint does not run again");
    }

    [Fact]
    public async Task A_fork_of_the_end_without_an_edit_does_nothing()
    {
        var run = await RunAsync();

        var forked = await CharterAsync("runs", "fork", run, "--json");

        forked.ExitCode.ShouldBe(0, forked.Error);
        forked.Run.GetProperty("status").GetString().ShouldBe("published");
        Tables.Query($"SELECT count(*) FROM run_tasks WHERE run_id = '{forked.Run.GetProperty("run_id").GetString()}'").ShouldBe(["0"]);
    }

    [Fact]
    public async Task An_edit_is_made_in_a_steps_name_and_what_follows_from_it_runs_again()
    {
        var run = await RunAsync();
        const string edit = """{"sections": {"purpose": {"text": "Counts sheep, said a person.", "path": null, "line": null}}}""";

        var steered = await CharterAsync("resume", run, "--input", edit, "--json");

        steered.ExitCode.ShouldBe(0, steered.Error);
        steered.Run.GetProperty("charter").GetProperty("markdown").GetString()!.ShouldContain("Counts sheep, said a person.");
        steered.Run.GetProperty("run_id").GetString().ShouldNotBe(run);
        Tables.ShouldBeSound();
    }

    [Fact]
    public async Task Analyze_resumes_a_thread_and_forks_it_from_a_checkpoint()
    {
        var failed = await CharterAsync("analyze", Repository.Path, "--recursion-limit", "2", "--json");
        failed.ExitCode.ShouldBe(1);
        var thread = failed.Run.GetProperty("thread_id").GetString()!;

        var resumed = await CharterAsync("analyze", "--resume-thread", thread, "--json");
        var forked = await CharterAsync("analyze", "--resume-thread", thread, "--checkpoint", "2", "--json");

        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Run.GetProperty("thread_id").GetString().ShouldBe(thread);
        forked.ExitCode.ShouldBe(0, forked.Error);
        forked.Run.GetProperty("thread_id").GetString().ShouldNotBe(thread);
    }

    [Theory]
    [InlineData("runs", "show", "run_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("runs", "state", "RUN", "--checkpoint", "99")]
    [InlineData("runs", "fork", "RUN", "--edit", "{\"nonsense\": 1}")]
    [InlineData("runs", "fork", "RUN", "--edit", "{not json")]
    [InlineData("resume", "RUN", "--input", "{\"sections\": 3}")]
    public async Task What_cannot_be_is_refused_with_a_reason(params string[] arguments)
    {
        var run = await RunAsync();

        var result = await CharterAsync([.. arguments.Select(argument => argument == "RUN" ? run : argument)]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("error:");
        result.Error.ShouldNotContain("   at Charterhouse");
        Tables.ShouldBeSound();
    }

    private async Task<string> RunAsync() => (await AnalyzeAsync("--json")).Run.GetProperty("run_id").GetString()!;

    private static List<JsonElement> Items(JsonElement json, string name) =>
        [.. (json.ValueKind == JsonValueKind.Array ? json : json.GetProperty(name)).EnumerateArray()];

    private List<string> Original(string run)
    {
        var thread = Tables.Query($"SELECT thread_id FROM runs WHERE run_id = '{run}'").Single();
        return
        [
            .. Tables.Query($"SELECT * FROM runs WHERE run_id = '{run}'"),
            .. Tables.Query($"SELECT * FROM run_tasks WHERE run_id = '{run}' ORDER BY task_id"),
            .. Tables.Query($"SELECT * FROM checkpoints WHERE thread_id = '{thread}' ORDER BY seq"),
            .. Tables.Query($"SELECT * FROM channel_versions WHERE thread_id = '{thread}' ORDER BY seq, channel"),
        ];
    }
}
