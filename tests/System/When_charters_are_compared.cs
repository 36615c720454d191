using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

public abstract class When_charters_are_compared(DistributedHouse? house) : ProfileJourney(house)
{
    public sealed class Embedded() : When_charters_are_compared(null);

    [Collection(nameof(DistributedHouse))]
    public sealed class Distributed(DistributedHouse house) : When_charters_are_compared(house);

    [Fact]
    public async Task The_difference_is_told_in_words()
    {
        Repository.Write("package.json", """{"name": "sheep", "version": "1.0.0", "dependencies": {"chalk": "5.0.0", "left-pad": "^1.0.0", "gone": "1.0.0"}}""").Commit("Depend");
        await AnalyzeAsync();
        Repository.Write("package.json", """{"name": "sheep", "version": "1.0.0", "dependencies": {"chalk": "*", "left-pad": "^1.3.0", "new": "2.0.0"}}""")
            .Write("LICENSE", SampleRepository.MitLicence).Commit("Change", "Grace Hopper <grace@example.org>");
        await AnalyzeAsync();
        await AnalyzeAsync();

        var difference = await InRepositoryAsync("diff", "--from", "v1", "--to", "2");

        difference.ExitCode.ShouldBe(0, difference.Error);
        var lines = difference.Output.TrimEnd().Split('\n');
        lines[0].ShouldContain("v1 at ");
        lines[0].ShouldContain($"→ v2 at {Repository.Head[..10]}");
        lines.ShouldContain("  - Settled: there is no licence.");
        lines.ShouldContain("  - The licence changed from none to MIT.");
        lines.ShouldContain("  - New dependencies: new 2.0.0 (npm).");
        lines.ShouldContain("  - Dependencies that are gone: gone (npm).");
        lines.ShouldContain("  - Dependencies in another version: chalk 5.0.0 → *, left-pad ^1.0.0 → ^1.3.0.");
        lines.ShouldContain("  - Newly floating: chalk (npm: *).");
        lines.ShouldContain("  - 1 commit since version 1.");
        lines.ShouldNotContain(line => line.Contains("section", StringComparison.OrdinalIgnoreCase));
        (await InRepositoryAsync("diff")).Output.ShouldEndWith("Nothing changed.\n");
        var json = (await InRepositoryAsync("diff", "--from", "1", "--json")).Json;
        json.GetProperty("to").GetProperty("version").GetInt32().ShouldBe(3);
        json.GetProperty("settled_findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()).ShouldContain("licence/missing");
        json.GetProperty("changes").EnumerateArray().Select(change => change.GetString()).ShouldContain("The licence changed from none to MIT.");
    }

    [Fact]
    public async Task A_repository_is_named_as_it_is_for_findings()
    {
        await AnalyzeAsync();
        Repository.Write("src/More.cs", "class More { }\n").Commit("More");
        await AnalyzeAsync();
        var id = (await CharterAsync("findings", "list", "--repo", Target, "--json")).Json.GetProperty("findings")[0].GetProperty("repository_id").GetString()!;

        foreach (var name in new[] { Target, Repository.Path, Path.Combine(Repository.Path, "src"), Name, id })
            (await CharterAsync("diff", "--repo", name)).Output.ShouldContain("C# grew by 1 line of code", customMessage: name);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_said_with_a_way_out()
    {
        using var other = SampleRepository.Create("other");
        var run = (await AnalyzeAsync("--json")).Run.GetProperty("run_id").GetString()!;

        await ShouldBeRefused("there is no version 9 of", "It has only version 1", "diff", "--from", "9");
        await ShouldBeRefused("version 1 is the first", "charter analyze", "diff");
        await ShouldBeRefused("no repository '" + Offer(other) + "' has a charter", "charter analyze", "diff", "--repo", Offer(other));
        await ShouldBeRefused("diff compares two runs, and one was given", "Give two", "diff", run);
        var another = (await CharterAsync("analyze", Offer(other), "--json")).Run.GetProperty("run_id").GetString()!;
        await ShouldBeRefused($"{run} is of {Name}", "Compare runs of one repository", "diff", run, another);
        await AnalyzeAsync();
        await ShouldBeRefused("there is no version 9 of", "Give one of 1 to 2", "diff", "--to", "9");
    }

    private Task<CommandResult> InRepositoryAsync(params string[] arguments) => CharterInAsync(Repository.Path, arguments);

    private async Task ShouldBeRefused(string says, string remedy, params string[] arguments)
    {
        var result = await InRepositoryAsync(arguments);
        result.ExitCode.ShouldBe(2, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("error: " + says);
        result.Error[result.Error.IndexOf("  fix: ", StringComparison.Ordinal)..].ShouldContain(remedy);
    }
}
