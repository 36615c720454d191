using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

public abstract class When_findings_are_decided_on(DistributedHouse? house) : ProfileJourney(house)
{
    public sealed class Embedded() : When_findings_are_decided_on(null);

    [Collection(nameof(DistributedHouse))]
    public sealed class Distributed(DistributedHouse house) : When_findings_are_decided_on(house);

    private const string Rule = "dependencies/image-unpinned";

    [Fact]
    public async Task A_dismissed_one_stays_so_and_one_that_is_fixed_can_come_back()
    {
        // 1: it is found, and dismissed with a reason.
        await AnalyzeAsync(from: "node:latest");
        var found = await OneAsync("open");
        var id = found.GetProperty("id").GetString()!;
        found.GetProperty("line").GetInt32().ShouldBe(1);
        var dismissed = await DecideAsync("dismiss", id[..12], "--reason", "the registry is our own", "--author", "Grace");
        dismissed.ExitCode.ShouldBe(0, dismissed.Error);
        dismissed.Output.ShouldContain($"{id} is dismissed: A base image is not pinned (Dockerfile)");
        dismissed.Error.ShouldContain($"charter findings reopen {id} --reason …");

        // 2: it moves, and is counted instead of listed.
        var second = await AnalyzeAsync(from: "node:latest", above: "# syntax\n\n", "--json");
        Rules(second).ShouldNotContain(Rule);
        second.Run.GetProperty("charter").GetProperty("markdown").GetString()!.ShouldContain("1 finding dismissed: not listed");
        var moved = await OneAsync("dismissed");
        moved.GetProperty("id").GetString().ShouldBe(id, "a finding is the same wherever it stands");
        moved.GetProperty("line").GetInt32().ShouldBe(3);
        (await ListAsync("--state", "dismissed")).Output.ShouldContain("dismissed by Grace on ");
        (await ListAsync("--state", "dismissed")).Output.ShouldContain(": the registry is our own");

        // 3: the dismissal is taken back.
        var reopened = await DecideAsync("reopen", id, "--reason", "it is no longer", "--author", "Ada");
        reopened.ExitCode.ShouldBe(0, reopened.Error);
        Rules(await AnalyzeAsync(from: "node:latest", above: "# syntax\n\n", "--json")).ShouldContain(Rule);
        (await ListAsync()).Output.ShouldContain("reopened by Ada on ");

        // 4: it is mended.
        (await AnalyzeAsync(from: "node:22.1.0")).Output.ShouldContain("  - Fixed: a base image is not pinned (Dockerfile).");
        var mended = await OneAsync("fixed");
        mended.GetProperty("id").GetString().ShouldBe(id);
        mended.GetProperty("fixed").GetProperty("version").GetInt32().ShouldBe(4);
        (await ListAsync("--rule", Rule)).Output.ShouldBeEmpty();

        // 5: it comes back.
        (await AnalyzeAsync(from: "node:latest")).Output.ShouldContain("  - Returned finding (medium): a base image is not pinned (Dockerfile).");
        var returned = await OneAsync("open");
        returned.GetProperty("id").GetString().ShouldBe(id);
        returned.GetProperty("first_seen").GetProperty("version").GetInt32().ShouldBe(1);
        ShouldBeSound();
    }

    [Fact]
    public async Task What_cannot_be_decided_is_said_with_a_way_out()
    {
        await AnalyzeAsync(from: "node:latest");
        var id = (await OneAsync("open")).GetProperty("id").GetString()!;

        ShouldFail(await DecideAsync("reopen", id, "--reason", "x"), 1, $"{id} is open already", "charter findings list --state dismissed");
        (await DecideAsync("dismiss", id, "--reason", "known", "--author", "Grace")).ExitCode.ShouldBe(0);
        ShouldFail(await DecideAsync("dismiss", id, "--reason", "known"), 1, "was dismissed already by Grace: known", $"charter findings reopen {id} --reason");
        ShouldFail(await DecideAsync("dismiss", "fnd_00000000", "--reason", "x"), 2, "there is no finding fnd_00000000", "charter findings list --state all");
        ShouldFail(await DecideAsync("dismiss", "fnd", "--reason", "x"), 2, "'fnd' is too short", "at least 8 characters");
        ShouldFail(await CharterAsync("findings", "list", "--repo", "nobody/knows"), 2, "no repository 'nobody/knows' has a charter", "charter analyze");
    }

    private static void ShouldFail(CommandResult result, int code, string says, string remedy)
    {
        result.ExitCode.ShouldBe(code, result.Error);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("error: ");
        result.Error.ShouldContain(says);
        result.Error[result.Error.IndexOf("  fix: ", StringComparison.Ordinal)..].ShouldContain(remedy);
    }

    private Task<CommandResult> AnalyzeAsync(string from, string above = "", params string[] options)
    {
        Repository.Write("Dockerfile", $"{above}FROM {from}\nCOPY . /app\n").Commit($"From {from}");
        return AnalyzeAsync(options);
    }

    private Task<CommandResult> ListAsync(params string[] options) => CharterAsync(["findings", "list", "--repo", Target, .. options]);

    private Task<CommandResult> DecideAsync(string what, string id, params string[] options) => CharterAsync(["findings", what, id, "--repo", Target, .. options]);

    /// <summary>The finding of the rule, which is the only one and in this state.</summary>
    private async Task<JsonElement> OneAsync(string state)
    {
        var listed = await ListAsync("--state", "all", "--rule", Rule, "--json");
        var finding = listed.Json.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
        finding.GetProperty("state").GetString().ShouldBe(state);
        return finding;
    }

    private static IEnumerable<string?> Rules(CommandResult result) => result.Run.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString());
}
