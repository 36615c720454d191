using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_person_travels_in_time : IDisposable
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
    public async Task Checkpoints_states_and_differences_can_be_seen()
    {
        var run = await AnalyzeAsync();

        var checkpoints = await CharterProcess.RunAsync(Data, "runs", "checkpoints", run, "--json");
        var state = await CharterProcess.RunAsync(Data, "runs", "state", run, "--checkpoint", "2", "--json");
        var difference = await CharterProcess.RunAsync(Data, "runs", "diff", run, "2", "4");

        var list = Items(checkpoints.Json, "checkpoints");
        list.Select(item => item.GetProperty("step").GetInt32()).ShouldBe([-1, 1, 2, 3, 4]);
        list.Select(item => item.GetProperty("source").GetString()).ShouldBe(["input", "loop", "loop", "loop", "loop"]);
        state.Output.ShouldContain("head_sha");
        state.Output.ShouldContain(repository.Head);
        state.Output.ShouldNotContain("\"sections\"");
        difference.ExitCode.ShouldBe(0, difference.Error);
        difference.Output.ShouldContain("/facts");
        difference.Output.ShouldContain("/sections");
        difference.Output.ShouldNotContain("/context");
    }

    [Fact]
    public async Task A_fork_goes_its_own_way_and_leaves_the_original_byte_for_byte()
    {
        var run = await AnalyzeAsync();
        var tables = new DataFolderTables(Data);
        var before = Original(tables, run);

        var forked = await CharterProcess.RunAsync(Data, "runs", "fork", run, "--checkpoint", "3", "--json");

        forked.ExitCode.ShouldBe(0, forked.Error);
        forked.Run.GetProperty("status").GetString().ShouldBe("published");
        forked.Run.GetProperty("run_id").GetString().ShouldNotBe(run);
        forked.Run.GetProperty("charter").GetProperty("version").GetInt32().ShouldBe(2);
        Original(tables, run).ShouldBe(before);
        tables.ShouldBeSound();
        var forkId = forked.Run.GetProperty("run_id").GetString();
        tables.Query($"SELECT step FROM run_tasks WHERE run_id = '{forkId}' ORDER BY step").ShouldBe(["architect", "archivist", "examiner", "historian", "librarian", "publish", "sentinel"], "what came before the checkpoint does not run again");
    }

    [Fact]
    public async Task A_fork_of_the_end_without_an_edit_does_nothing()
    {
        var run = await AnalyzeAsync();

        var forked = await CharterProcess.RunAsync(Data, "runs", "fork", run, "--json");

        forked.ExitCode.ShouldBe(0, forked.Error);
        forked.Run.GetProperty("status").GetString().ShouldBe("published");
        new DataFolderTables(Data).Query($"SELECT count(*) FROM run_tasks WHERE run_id = '{forked.Run.GetProperty("run_id").GetString()}'").ShouldBe(["0"]);
    }

    [Fact]
    public async Task An_edit_is_made_in_a_steps_name_and_what_follows_from_it_runs_again()
    {
        var run = await AnalyzeAsync();
        const string edit = """{"sections": {"purpose": {"text": "Counts sheep, said a person.", "path": null, "line": null}}}""";

        var steered = await CharterProcess.RunAsync(Data, "resume", run, "--input", edit, "--json");

        steered.ExitCode.ShouldBe(0, steered.Error);
        steered.Run.GetProperty("charter").GetProperty("markdown").GetString()!.ShouldContain("Counts sheep, said a person.");
        steered.Run.GetProperty("run_id").GetString().ShouldNotBe(run);
        new DataFolderTables(Data).ShouldBeSound();
    }

    [Fact]
    public async Task Analyze_resumes_a_thread_and_forks_it_from_a_checkpoint()
    {
        var failed = await CharterProcess.RunAsync(Data, "analyze", repository.Path, "--recursion-limit", "2", "--json");
        failed.ExitCode.ShouldBe(1);
        var thread = failed.Run.GetProperty("thread_id").GetString()!;

        var resumed = await CharterProcess.RunAsync(Data, "analyze", "--resume-thread", thread, "--json");
        var forked = await CharterProcess.RunAsync(Data, "analyze", "--resume-thread", thread, "--checkpoint", "2", "--json");

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
        var run = await AnalyzeAsync();

        var result = await CharterProcess.RunAsync(Data, [.. arguments.Select(argument => argument == "RUN" ? run : argument)]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("error:");
        result.Error.ShouldNotContain("   at Charterhouse");
        new DataFolderTables(Data).ShouldBeSound();
    }

    private async Task<string> AnalyzeAsync()
    {
        var result = await CharterProcess.RunAsync(Data, "analyze", repository.Path, "--json");
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Run.GetProperty("run_id").GetString()!;
    }

    private static List<JsonElement> Items(JsonElement json, string name) =>
        [.. (json.ValueKind == JsonValueKind.Array ? json : json.GetProperty(name)).EnumerateArray()];

    private static List<string> Original(DataFolderTables tables, string run)
    {
        var thread = tables.Query($"SELECT thread_id FROM runs WHERE run_id = '{run}'").Single();
        return
        [
            .. tables.Query($"SELECT * FROM runs WHERE run_id = '{run}'"),
            .. tables.Query($"SELECT * FROM run_tasks WHERE run_id = '{run}' ORDER BY task_id"),
            .. tables.Query($"SELECT * FROM checkpoints WHERE thread_id = '{thread}' ORDER BY seq"),
            .. tables.Query($"SELECT * FROM channel_versions WHERE thread_id = '{thread}' ORDER BY seq, channel"),
        ];
    }
}
