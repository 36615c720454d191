using System.Text.Json;
using Charterhouse.Testing.Sarif;

namespace Charterhouse.Journeys.Tests;

public abstract class When_findings_are_for_other_programs(DistributedHouse? house) : ProfileJourney(house)
{
    public sealed class Embedded() : When_findings_are_for_other_programs(null);

    [Collection(nameof(DistributedHouse))]
    public sealed class Distributed(DistributedHouse house) : When_findings_are_for_other_programs(house);

    [Fact]
    public async Task Sarif_is_the_standards_and_the_same_wherever_it_is_taken_from()
    {
        Repository.Write("Dockerfile", "FROM node:latest\n").Commit("Build");

        var printed = await AnalyzeAsync("--format", "sarif", "--out", Folder.File("out"));

        (await SarifSchema.ProblemsAsync(printed.Output)).ShouldBeEmpty();
        var run = printed.Json.GetProperty("runs").EnumerateArray().ShouldHaveSingleItem();
        run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean().ShouldBeTrue();
        var result = run.GetProperty("results").EnumerateArray().Single(one => one.GetProperty("ruleId").GetString() == "dependencies/image-unpinned");
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        place.GetProperty("artifactLocation").GetProperty("uri").GetString().ShouldBe("Dockerfile");
        place.GetProperty("region").GetProperty("startLine").GetInt32().ShouldBe(1);
        var shown = await CharterAsync("runs", "list", "--json");
        var stored = await CharterAsync("runs", "show", shown.Run.GetProperty("run_id").GetString()!, "--json");
        var artifact = stored.Run.GetProperty("artifacts").EnumerateArray().Single(one => one.GetProperty("type").GetString() == "charter.sarif");
        artifact.GetProperty("media_type").GetString().ShouldBe("application/sarif+json");
        (await ReadArtifactAsync(artifact.GetProperty("path").GetString()!)).TrimEnd().ShouldBe(printed.Output.TrimEnd());
        File.ReadAllText(Folder.File("out/charter.sarif")).TrimEnd().ShouldBe(printed.Output.TrimEnd());
    }

    [Fact]
    public async Task Sarif_of_several_repositories_is_one_valid_log()
    {
        using var second = SampleRepository.Create("second");

        var printed = await AnalyzeAsync(Offer(second), "--format", "sarif");

        (await SarifSchema.ProblemsAsync(printed.Output)).ShouldBeEmpty();
        printed.Json.GetProperty("runs").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Fail_on_tells_a_pipeline_by_its_exit_code()
    {
        var medium = await CharterAsync("analyze", Target, "--fail-on", "medium");
        var high = await CharterAsync("analyze", Target, "--fail-on", "high");

        medium.ExitCode.ShouldBe(6, medium.Error);
        medium.Output.ShouldContain("charter v1", customMessage: "the charter is made and shown all the same");
        medium.Error.TrimEnd().Split('\n')[^1].ShouldBe($"--fail-on medium: {Name} has 1 open finding (1 medium): licence/missing");
        high.ExitCode.ShouldBe(0, high.Error);

        var listed = await CharterAsync("findings", "list", "--repo", Target, "--severity", "medium", "--json");
        var id = listed.Json.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString()!;
        (await CharterAsync("findings", "dismiss", id, "--repo", Target, "--reason", "it is ours alone")).ExitCode.ShouldBe(0);
        (await CharterAsync("analyze", Target, "--fail-on", "medium")).ExitCode.ShouldBe(0, "what is dismissed breaks no build");
    }

    [Fact]
    public async Task Fail_on_a_word_that_is_no_severity_begins_nothing()
    {
        var result = await CharterAsync("analyze", Target, "--fail-on", "hgih");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldBe("error: --fail-on is 'hgih'; give critical, high, medium, low or info; did you mean high?\n  see: charter analyze --help\n");
        Directory.Exists(Data).ShouldBeFalse();
    }
}
