using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Findings;

public sealed class SqliteFindingMemoryTests() : FindingMemoryTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlFindingMemoryTests() : FindingMemoryTests(DatabaseProvider.PostgreSql);

/// <summary>What becomes of findings from version to version, whatever the database.</summary>
public abstract class FindingMemoryTests(DatabaseProvider provider)
{
    private const string Readme = "readme/missing";
    private const string Licence = "licence/missing";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_FindingFromVersionToVersion_IsNewKnownFixedAndReturned()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var first = await PublishAsync(host, Found(Readme), Found(Licence));
        var second = await PublishAsync(host, Found(Readme), Found(Licence));
        var third = await PublishAsync(host, Found(Licence));
        var fourth = await PublishAsync(host, Found(Readme), Found(Licence));

        States(first).ShouldBe([(Licence, "new"), (Readme, "new")]);
        States(second).ShouldBe([(Licence, "open"), (Readme, "open")]);
        second.Changes.ShouldBeEmpty();
        States(third).ShouldBe([(Licence, "open")]);
        third.Changes.ShouldBe(["Fixed: title of readme/missing."]);
        States(fourth).ShouldBe([(Licence, "open"), (Readme, "returned")]);
        fourth.Changes.ShouldBe(["Returned finding (medium): title of readme/missing."]);
        var record = (await ListAsync(host)).Single(one => one.Rule == Readme);
        (record.State, record.FirstSeen.Version, record.LastSeen.Version, record.Fixed).ShouldBe(("open", 1, 4, null));
        record.FirstSeen.RunId.ShouldBe(first.RunId);
        record.LastSeen.RunId.ShouldBe(fourth.RunId);
        record.FirstSeen.Sha.ShouldBe(new string('a', 40));
    }

    [Fact]
    public async Task Publish_FixedFinding_SaysWhen()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await PublishAsync(host, Found(Readme));
        var second = await PublishAsync(host);
        await PublishAsync(host);

        (await ListAsync(host, FindingStates.Open)).ShouldBeEmpty();
        var record = (await ListAsync(host, FindingStates.Fixed)).ShouldHaveSingleItem();

        (record.Fixed!.Version, record.Fixed.RunId, record.LastSeen.Version).ShouldBe((2, second.RunId, 1));
    }

    [Fact]
    public async Task Publish_SameRunAgain_CountsOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var run = NewRun();
        await PublishAsync(host, run, AllAgents, [Found(Readme)]);
        var before = await DumpAsync(host);

        await PublishAsync(host, run, AllAgents, []);

        (await DumpAsync(host)).ShouldBe(before);
    }

    [Fact]
    public async Task Publish_AgentMissing_FixesNothingOfIt()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await PublishAsync(host, Found(Readme), Found("history/stale", agent: "historian"));

        var second = await PublishAsync(host, NewRun(), ["historian"], []);
        second.Changes.ShouldBe(["Fixed: title of history/stale."]);
        var third = await PublishAsync(host, NewRun(), [], []);

        third.Changes.ShouldBeEmpty();
        (await ListAsync(host, FindingStates.Open)).ShouldHaveSingleItem().Rule.ShouldBe(Readme);
    }

    [Fact]
    public async Task Publish_RuleSwitchedOff_IsNeitherFixedNorListed()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await PublishAsync(host, Found(Readme));

        var off = await PublishAsync(host, NewRun(), AllAgents, [Found(Readme) with { State = FindingStates.Hidden }], new SettingsSection(".charterhouse.yaml", [new RuleSetting(Readme, "off")], []));
        (await ListAsync(host, FindingStates.Open)).ShouldBeEmpty();
        (await ListAsync(host, FindingStates.Fixed)).ShouldBeEmpty();
        (await ListAsync(host)).ShouldHaveSingleItem().Hidden.ShouldBeTrue();
        var on = await PublishAsync(host, Found(Readme));

        States(off).ShouldBeEmpty();
        off.Changes.ShouldBe(["1 finding is hidden by the repository's settings now, none before."]);
        off.Document.GetProperty("settings").GetProperty("hidden").GetInt32().ShouldBe(1);
        off.Markdown.ShouldContain("`.charterhouse.yaml` switches off `readme/missing`. 1 finding is hidden by it.");
        States(on).ShouldBe([(Readme, "open")]);
    }

    [Fact]
    public async Task Publish_HiddenFinding_IsRememberedAsThere()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await PublishAsync(host, Found(Readme));
        await PublishAsync(host);
        var settings = new SettingsSection(".charterhouse.yaml", [new RuleSetting(Readme, "off"), new RuleSetting(Licence, "off")], []);

        await PublishAsync(host, NewRun(), AllAgents, [Found(Readme) with { State = FindingStates.Hidden }, Found(Licence) with { State = FindingStates.Hidden }], settings);
        (await ListAsync(host)).ShouldAllBe(one => one.Hidden && one.State == FindingStates.Open);
        var gone = await PublishAsync(host, NewRun(), AllAgents, [], settings);

        gone.Changes.ShouldBe(["No finding is hidden by the repository's settings now, 2 before."]);
        (await ListAsync(host)).ShouldAllBe(one => one.State == FindingStates.Fixed);
    }

    [Fact]
    public async Task Dismiss_Finding_IsCountedAndNotListedUntilReopened()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var findings = host.Services.GetRequiredService<FindingService>();
        await PublishAsync(host, Found(Readme), Found(Licence));

        var dismissed = await findings.DismissAsync(IdOf(Readme)[..10], null, "a demo\u001b[2J ", "ada", Token);
        var second = await PublishAsync(host, Found(Readme), Found(Licence));
        var third = await PublishAsync(host, Found(Readme), Found(Licence));
        var gone = await PublishAsync(host, Found(Licence));
        var back = await PublishAsync(host, Found(Readme), Found(Licence));
        var reopened = await findings.ReopenAsync(IdOf(Readme), null, "no demo any more", "bob", Token);
        var last = await PublishAsync(host, Found(Readme), Found(Licence));

        (dismissed.State, dismissed.Dismissed!.By, dismissed.Dismissed.Reason).ShouldBe(("dismissed", "ada", "a demo"));
        foreach (var charter in new[] { second, third, back })
        {
            States(charter).ShouldBe([(Licence, "open")]);
            charter.Document.GetProperty("dismissed_findings").GetInt32().ShouldBe(1);
            charter.Markdown.ShouldContain("1 finding dismissed: not listed");
        }
        second.Changes.ShouldBe(["1 finding is dismissed now, none before."]);
        third.Changes.ShouldBeEmpty();
        gone.Document.GetProperty("dismissed_findings").GetInt32().ShouldBe(0);
        (reopened.State, reopened.Reopened!.By, reopened.Dismissed!.By).ShouldBe(("open", "bob", "ada"));
        States(last).ShouldBe([(Licence, "open"), (Readme, "open")]);
        last.Markdown.ShouldNotContain("dismissed: not listed");
    }

    [Fact]
    public async Task Decide_WrongIdOrState_SaysWhy()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var findings = host.Services.GetRequiredService<FindingService>();
        await PublishAsync(host, Found(Readme), Found(Licence, id: "fnd_00000000aa"), Found(Licence, id: "fnd_00000000bb"));
        async Task<string> CodeOf(Task task) => (await Should.ThrowAsync<RunRequestException>(task)).Code;

        (await CodeOf(findings.DismissAsync("fnd_000", null, "r", "a", Token))).ShouldBe("invalid_finding_id");
        (await CodeOf(findings.DismissAsync("fnd_%%%%%%%%", null, "r", "a", Token))).ShouldBe("finding_not_found");
        (await CodeOf(findings.DismissAsync("fnd_12341234", null, "r", "a", Token))).ShouldBe("finding_not_found");
        (await CodeOf(findings.DismissAsync("fnd_00000000", null, "r", "a", Token))).ShouldBe("finding_ambiguous");
        (await CodeOf(findings.DismissAsync(IdOf(Readme), "repo_other", "r", "a", Token))).ShouldBe("finding_not_found");
        (await CodeOf(Task.Run(() => findings.DismissAsync(IdOf(Readme), null, " \u001b[2J", "a", Token)))).ShouldBe("invalid_reason");
        (await CodeOf(Task.Run(() => findings.DismissAsync(IdOf(Readme), null, new string('x', 2000), "a", Token)))).ShouldBe("invalid_reason");
        (await CodeOf(findings.ReopenAsync(IdOf(Readme), null, "r", "a", Token))).ShouldBe("finding_is_open");
        (await findings.DismissAsync("00000000AA", null, "r", "a", Token)).Id.ShouldBe("fnd_00000000aa");
        (await CodeOf(findings.DismissAsync("fnd_00000000aa", null, "other", "b", Token))).ShouldBe("finding_is_dismissed");
        await PublishAsync(host);
        (await CodeOf(findings.DismissAsync(IdOf(Readme), null, "r", "a", Token))).ShouldBe("finding_is_fixed");
        (await CodeOf(findings.ReopenAsync(IdOf(Readme), null, "r", "a", Token))).ShouldBe("finding_is_fixed");
        (await ListAsync(host, FindingStates.Dismissed)).ShouldHaveSingleItem().Dismissed!.Reason.ShouldBe("r");
    }

    [Fact]
    public async Task Decide_SameFindingInTwoRepositories_NeedsTheRepository()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var findings = host.Services.GetRequiredService<FindingService>();
        await PublishAsync(host, Found(Readme));
        await PublishAsync(host, NewRun(), AllAgents, [Found(Readme)], repository: "other");

        (await Should.ThrowAsync<RunRequestException>(findings.DismissAsync(IdOf(Readme), null, "r", "a", Token))).Message.ShouldContain("several repositories: other, sample");
        var id = await findings.FindRepositoryAsync("other", [], Token);
        await findings.DismissAsync(IdOf(Readme), id, "r", "a", Token);

        (await findings.FindRepositoryAsync("repo_sample", [], Token)).ShouldBe("repo_sample");
        (await findings.FindRepositoryAsync("x", ["/nowhere", "/src/sample"], Token)).ShouldBe("repo_sample");
        (await findings.FindRepositoryAsync("x", ["/nowhere"], Token)).ShouldBeNull();
        (await findings.ListAsync(new FindingQuery(State: FindingStates.Open), 1000, null, Token)).Findings.ShouldHaveSingleItem().Repository.ShouldBe("sample");
        (await findings.ListAsync(new FindingQuery(RepositoryId: "repo_other"), 1000, null, Token)).Findings.ShouldHaveSingleItem().State.ShouldBe("dismissed");
        (await findings.ListAsync(new FindingQuery(Severity: Severities.High), 1000, null, Token)).Findings.ShouldBeEmpty();
        (await findings.ListAsync(new FindingQuery(Rule: Readme), 1000, null, Token)).Findings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task List_InPages_IsEveryFindingOnceAlsoWhenTheLastOneOfAPageIsDecidedOn()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var findings = host.Services.GetRequiredService<FindingService>();
        await PublishAsync(host, NewRun(), AllAgents, [Found(Readme), Found(Licence)], repository: "other");
        await PublishAsync(host, Found("a/one", id: "fnd_99999999"), Found("a/one", id: "fnd_88888888"), Found("b/two"));
        var open = new FindingQuery(State: FindingStates.Open);

        var first = await findings.ListAsync(open, 2, null, Token);
        await findings.DismissAsync(first.Findings[1].Id, "repo_other", "r", "a", Token);
        var second = await findings.ListAsync(open, 2, first.NextCursor, Token);
        await findings.DismissAsync("fnd_99999999", "repo_sample", "r", "a", Token);
        var third = await findings.ListAsync(open, 2, second.NextCursor, Token);

        first.Findings.Select(one => (one.Repository, one.Rule)).ShouldBe([("other", Licence), ("other", Readme)]);
        second.Findings.Select(one => one.Id).ShouldBe(["fnd_88888888", "fnd_99999999"]);
        third.Findings.Select(one => one.Rule).ShouldBe(["b/two"]);
        third.NextCursor.ShouldBeNull();
        (await findings.ListAsync(open, 3, null, Token)).NextCursor.ShouldBeNull("what is left fits exactly");
        (await Should.ThrowAsync<RunRequestException>(findings.ListAsync(open, 2, "repo_sample:fnd_00", Token))).Code.ShouldBe("invalid_request");
    }

    [Fact]
    public async Task Publish_CharterFromBeforeFindingsWereRemembered_KnowsItsFindings()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await PublishAsync(host, Found(Readme));
        await host.Database.WriteAsync((db, token) => db.Findings.ExecuteDeleteAsync(token), Token);

        var second = await PublishAsync(host, Found(Readme), Found(Licence));

        States(second).ShouldBe([(Licence, "new"), (Readme, "open")]);
        (await ListAsync(host)).Single(one => one.Rule == Readme).FirstSeen.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Run_FailedAgent_SettlesNothingAndStillTellsWhatIsKnown()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("archivist", (_, _) => Task.FromResult(Writes(AllAgents, [Found(Readme), Found(Licence)])));
        await using var host = await RunHost.StartAsync(database, script);
        await host.RunAsync(Graphs.Usual);
        script.On("archivist", (_, _) => Task.FromResult(Writes(AllAgents, [Found(Licence), Found("readme/empty")])));
        script.On("historian", (_, _) => throw StepFailedException.Permanent("bad", "bad", null));
        await host.Services.GetRequiredService<FindingService>().DismissAsync(IdOf(Licence), null, "r", "a", Token);

        var (_, details) = await host.RunAsync(Graphs.Usual);

        details.Run.Status.ShouldBe(RunStatus.Failed);
        details.Findings.Select(finding => (finding.Rule, finding.State)).ShouldBe([("readme/empty", "new")]);
        (await ListAsync(host)).Select(one => (one.Rule, one.State)).ShouldBe([(Licence, "dismissed"), (Readme, "open")]);
    }

    private static readonly string[] AllAgents = ["archivist", "historian"];

    private sealed record Charter(string RunId, JsonElement Document, string Markdown, IReadOnlyList<string>? Changes);

    private static string NewRun() => new RunId(Guid.NewGuid()).ToString();

    private static Task<Charter> PublishAsync(RunHost host, params Finding[] findings) => PublishAsync(host, NewRun(), AllAgents, findings);

    private static async Task<Charter> PublishAsync(RunHost host, string run, string[] agents, Finding[] findings, SettingsSection? settings = null, string repository = "sample")
    {
        var context = new RepoContext { Repository = new RepositoryInfo("repo_" + repository, repository, null, "main"), HeadSha = new string('a', 40), Tree = new TreeStatistics(1, 10, 1, 0, 0) };
        var state = new Dictionary<string, JsonElement>(Writes(agents, findings, settings), StringComparer.Ordinal) { [Channels.Context] = CanonicalJson.ToElement(context) };
        await host.Services.GetRequiredService<CharterVersions>().PublishAsync(run, "/src/" + repository, context, state, Token);
        var charter = (await host.Services.GetRequiredService<ArtifactFiles>().ReadCharterAsync(run, Token))!;
        return new Charter(run, charter.Document, charter.Markdown, charter.Changes);
    }

    private static IReadOnlyDictionary<string, JsonElement> Writes(string[] agents, Finding[] findings, SettingsSection? settings = null)
    {
        var sections = agents.ToDictionary(agent => SectionNames.AgentPrefix + agent, _ => CanonicalJson.ToElement(true), StringComparer.Ordinal);
        if (settings is not null) sections[SectionNames.Settings] = CanonicalJson.ToElement(settings);
        return Script.Writes((Channels.Sections, sections), (Channels.Findings, findings));
    }

    private static (string, string?)[] States(Charter charter) =>
        [.. charter.Document.GetProperty("findings").EnumerateArray().Select(finding => (finding.GetProperty("rule").GetString()!, finding.GetProperty("state").GetString()))];

    private static string IdOf(string rule) => "fnd_0123" + rule.Replace('/', '0');

    private static Finding Found(string rule, string agent = "archivist", string? id = null) => new(id ?? IdOf(rule), agent, rule, Severities.Medium, "Title of " + rule, null, null, "Evidence.", "Do it.");

    private static async Task<IReadOnlyList<FindingRecord>> ListAsync(RunHost host, string? state = null) =>
        (await host.Services.GetRequiredService<FindingService>().ListAsync(new FindingQuery(State: state), 1000, null, Token)).Findings;

    private static async Task<string> DumpAsync(RunHost host) => JsonSerializer.Serialize(await ListAsync(host));
}
