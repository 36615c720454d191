using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_repository_is_analysed : Journey
{
    [Fact]
    public async Task The_envelope_tells_all_of_it_alone_on_stdout()
    {
        var result = await AnalyzeAsync("--json");

        var run = result.Run;
        run.GetProperty("status").GetString().ShouldBe("published");
        run.GetProperty("workflow").GetString().ShouldBe("repo-analysis");
        run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(Repository.Head);
        run.GetProperty("repository").GetProperty("default_branch").GetString().ShouldBe("main");
        run.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        run.GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("name")}:{step.GetProperty("status")}:{step.GetProperty("attempts")}")
            .ShouldBe(["sync:completed:1", "scan:completed:1", "archivist:completed:1", "architect:completed:1", "historian:completed:1", "librarian:completed:1", "sentinel:completed:1", "examiner:completed:1", "publish:completed:1"]);
        var charter = run.GetProperty("charter");
        charter.GetProperty("version").GetInt32().ShouldBe(1);
        charter.GetProperty("markdown").GetString()!.ShouldContain("A small library that counts sheep.");
        var language = charter.GetProperty("languages").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "C#");
        language.GetProperty("files").GetInt32().ShouldBe(1);
        language.GetProperty("code").GetInt32().ShouldBe(3);
        language.GetProperty("comment").GetInt32().ShouldBe(1);
        language.GetProperty("blank").GetInt32().ShouldBe(1);
        run.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()).ShouldContain("licence/missing");
        foreach (var artifact in run.GetProperty("artifacts").EnumerateArray()) File.Exists(artifact.GetProperty("path").GetString()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_second_run_makes_the_next_version_and_says_what_changed()
    {
        await AnalyzeAsync();

        var unchanged = await AnalyzeAsync();
        unchanged.Output.ShouldContain("charter v2");
        unchanged.Output.ShouldContain("Nothing changed since version 1.");

        Repository.Write("LICENSE", SampleRepository.MitLicence).Commit("Add a licence", "Grace Hopper <grace@example.org>");
        var changed = await AnalyzeAsync();
        changed.Output.ShouldContain("Since version 2:");
        changed.Output.ShouldContain("MIT");
        changed.Output.ShouldNotContain("Nothing changed");
    }

    [Fact]
    public async Task Files_are_written_where_they_are_wanted()
    {
        var outside = Folder.File("out");

        var result = await AnalyzeAsync("--out", outside, "--format", "md");

        File.ReadAllText(Path.Combine(outside, "charter.md")).Trim().ShouldBe(result.Output.Trim());
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(outside, "charter.json"))).GetProperty("head_sha").GetString().ShouldBe(Repository.Head);
        Directory.GetFiles(outside).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Several_targets_are_several_runs_within_the_limit()
    {
        using var second = SampleRepository.Create("second");
        using var third = SampleRepository.Create("third");

        var result = await CharterAsync(["analyze", Repository.Path, "--repos", second.Path, third.Path, "--json"], ("CHARTER_MAX_CONCURRENT_RUNS", "1"));

        result.ExitCode.ShouldBe(0, result.Error);
        result.Json.GetProperty("runs").GetArrayLength().ShouldBe(3);
        Tables.ShouldBeSound();
        // One at a time: no run starts before the one before it ended.
        Tables.Query("SELECT count(*) FROM runs a JOIN runs b ON a.run_id < b.run_id WHERE a.started_at < b.ended_at AND b.started_at < a.ended_at").ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_subdirectory_and_a_detached_head_are_analysed()
    {
        Repository.Git("checkout", "--quiet", "--detach");

        var result = await CharterProcess.RunAsync(Data, ["analyze", "--json"], null, Path.Combine(Repository.Path, "src"));

        result.ExitCode.ShouldBe(0, result.Error);
        result.Run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(Repository.Head);
        result.Run.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ShouldContain(note => note!.Contains("detached", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Uncommitted_changes_are_named_and_left_out()
    {
        Repository.Write("src/Sheep.cs", "class Wolf { }\n");

        var result = await AnalyzeAsync("--json");

        result.Run.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ShouldContain(note => note!.Contains("1 uncommitted change", StringComparison.Ordinal));
        result.Run.GetProperty("charter").GetProperty("languages")[0].GetProperty("code").GetInt32().ShouldBe(3);
    }
}
