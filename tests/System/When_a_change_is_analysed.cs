using System.Text.Json;
using Charterhouse.Testing.Sarif;

namespace Charterhouse.Journeys.Tests;

public abstract class When_a_change_is_analysed(DistributedHouse? house) : ProfileJourney(house)
{
    public sealed class Embedded() : When_a_change_is_analysed(null);

    [Collection(nameof(DistributedHouse))]
    public sealed class Distributed(DistributedHouse house) : When_a_change_is_analysed(house);

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

        var sarif = await CharterAsync("analyze", Target, "--base", "main", "--format", "sarif", "--fail-on", "info");
        sarif.ExitCode.ShouldBe(6, sarif.Error);
        sarif.Error.TrimEnd().Split('\n')[^1].ShouldContain("1 open finding");
        (await SarifSchema.ProblemsAsync(sarif.Output)).ShouldBeEmpty();
        sarif.Json.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ShouldHaveSingleItem().GetProperty("ruleId").GetString().ShouldBe("readme/missing");

        Repository.Branch("main");
        (await CharterAsync("analyze", Target, "--base", "feature", "--fail-on", "info")).ExitCode.ShouldBe(0, "what was there before is nobody's new fault");
        (await AnalyzeAsync()).Output.ShouldContain("Nothing changed since version 1.");
    }

    [Fact]
    public async Task A_base_that_is_not_there_is_an_error_with_a_way_out()
    {
        var result = await CharterAsync("analyze", Target, "--base", "nowhere");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("the base 'nowhere' names no commit of this repository");
        result.Error.ShouldContain("git branch -a");
    }
}
