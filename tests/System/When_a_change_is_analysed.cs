using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_change_is_analysed : Journey
{
    [Fact]
    public async Task Only_what_it_introduces_is_found_and_the_charter_stays_as_it_is()
    {
        await AnalyzeAsync();
        Repository.Branch("feature");
        Repository.Write("src/More.cs", "class More { }\n").Commit("More", "Grace Hopper <grace@example.org>");
        Repository.Delete("README.md").Commit("No words", "Grace Hopper <grace@example.org>");

        var result = await AnalyzeAsync("--base", "main", "--json");

        var run = result.Run;
        run.GetProperty("workflow").GetString().ShouldBe("change-analysis");
        run.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()).ShouldBe(["readme/missing"]);
        var change = run.GetProperty("charter").GetProperty("change");
        change.GetProperty("base_ref").GetString().ShouldBe("main");
        change.GetProperty("commits").GetInt32().ShouldBe(2);
        change.GetProperty("files").GetProperty("added").GetInt32().ShouldBe(1);
        change.GetProperty("files").GetProperty("deleted").GetInt32().ShouldBe(1);
        run.GetProperty("charter").GetProperty("markdown").GetString()!.ShouldContain("1 new finding");

        Repository.Branch("main");
        (await AnalyzeAsync()).Output.ShouldContain("Nothing changed since version 1.");
    }

    [Fact]
    public async Task A_base_that_is_not_there_is_an_error_with_a_way_out()
    {
        var result = await CharterAsync("analyze", Repository.Path, "--base", "nowhere");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("the base 'nowhere' names no commit of this repository");
        result.Error.ShouldContain("git branch -a");
    }
}
