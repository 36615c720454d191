using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Tests.Triggers;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Forge = Charterhouse.Orchestrator.Tests.Triggers.Forge;
using Reporter = Charterhouse.Orchestrator.Tests.Repositories.Forge;

namespace Charterhouse.Orchestrator.Tests.Commands;

public sealed class SqliteCommandTests() : CommandTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCommandTests() : CommandTests(DatabaseProvider.PostgreSql);

/// <summary>What becomes of commands: asked about, refused or done once, and answered.</summary>
public abstract class CommandTests(DatabaseProvider provider)
{
    private const string Id = "fnd_0123456789abcdef0123";
    private static readonly CommandSubject Pull = new("refs/pull/17/head", Forge.Sha('b'), "release", true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Analyze_ByWhoMay_IsOneRunWhateverTheRulesSay()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Forks = false, Events = [TriggerKinds.Push] });
        var given = Given(CommandNames.Analyze);

        (await GiveAsync(host, given)).Disposition.ShouldBe(Dispositions.Waiting);
        await Eventually.Holds("RepoSync is asked", () => host.Watch.Questions.Count == 1, cancellationToken: Token);
        host.Watch.Questions[0].ShouldBe(new CheckCommand(given, Forge.Shop, Forge.Shop));
        var answer = await CheckedAsync(host, May(given));

        (answer.Disposition, answer.Reason).ShouldBe((Dispositions.Accepted, "/charter analyze by alice led to the run"));
        var (row, trigger) = await host.SingleRunAsync();
        answer.RunId.ShouldBe(row.RunId);
        (trigger.Target, trigger.Ref, trigger.HeadSha, trigger.Base, trigger.PullRequest, trigger.Actor, trigger.EventId).ShouldBe((Forge.Shop, "refs/pull/17/head", Forge.Sha('b'), "release", 17, "alice", "evt_1"));
        row.Workflow.ShouldBe("change-analysis");
        // whatever comes again
        await host.DeliverAsync(Queues.CommandAnswers, May(given), times: 2);
        (await GiveAsync(host, given)).ShouldBe(answer);
        await host.SingleRunAsync();
        host.Watch.Questions.Count.ShouldBe(1, "what is answered is not asked again");
    }

    [Fact]
    public async Task Analyze_OnAnIssue_AnalysesTheDefaultBranch()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);

        var answer = await CheckedAsync(host, May(Given(CommandNames.Analyze) with { IsPullRequest = false, Number = 3 }) with { Subject = null });

        answer.Disposition.ShouldBe(Dispositions.Accepted);
        var (row, trigger) = await host.SingleRunAsync();
        (row.Workflow, trigger.Ref, trigger.PullRequest, trigger.Base).ShouldBe(("repo-analysis", null, null, null));
    }

    [Fact]
    public async Task Analyze_WhileTheLastRunIsUnderWay_SupersedesIt()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, new TriggerRules { Window = TimeSpan.Zero, Supersede = SupersedePolicies.Running });
        await host.ReceiveAsync(Forge.Pull("opened", 'a'));
        var first = new RunId((await host.SingleRunAsync()).Row.CorrelationId);
        await host.UntilRunningAsync("sync", first);

        var answer = await CheckedAsync(host, May(Given(CommandNames.Analyze)));

        await host.UntilStatusAsync(first, RunStatus.Cancelled);
        (await host.EventsAsync(first)).Single(entry => entry.Type == "run.cancelling").Data.GetProperty("reason").GetString().ShouldBe("superseded by " + answer.RunId);
    }

    [Theory]
    [InlineData("read", "alice may only read; /charter analyze needs write")]
    [InlineData("triage", "alice may only triage; /charter analyze needs write")]
    [InlineData("none", "alice may do nothing here; /charter analyze needs write")]
    public async Task Analyze_ByWhoMayNot_IsIgnored(string permission, string reason)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var given = Given(CommandNames.Analyze);

        var answer = await CheckedAsync(host, new CommandChecked { Command = given, Permission = permission });

        (answer.Disposition, answer.Reason, answer.RunId).ShouldBe((Dispositions.Ignored, reason, null));
        // the first word counts
        await host.DeliverAsync(Queues.CommandAnswers, May(given));
        (await GiveAsync(host, given)).ShouldBe(answer);
        (await host.TriggeredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Command_ForNothingOfTheHouse_IsRefusedUnasked()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database, repositories: []);

        var answer = await GiveAsync(host, Given(CommandNames.Analyze));

        answer.Disposition.ShouldBe(Dispositions.Ignored);
        answer.Reason.ShouldContain("is not registered");
        host.Watch.Questions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Command_ProblemThatMayPass_WaitsForTheNextQuestion()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        var given = Given(CommandNames.Analyze);

        var waiting = await AnswerAsync(host, new CommandChecked { Command = given, Problem = "GitHub answers 502", MayPass = true });
        (waiting.Disposition, waiting.Reason).ShouldBe((Dispositions.Waiting, "GitHub answers 502"));
        (await CheckedAsync(host, May(given))).Disposition.ShouldBe(Dispositions.Accepted);

        var gone = await AnswerAsync(host, new CommandChecked { Command = given with { EventId = "evt_2" }, Problem = "no credentials for forge.example" });
        (gone.Disposition, gone.Reason).ShouldBe((Dispositions.Ignored, "no credentials for forge.example"));
        await host.SingleRunAsync();
    }

    [Fact]
    public async Task Approve_IsIgnored()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);

        var answer = await AnswerAsync(host, May(Given(CommandNames.Approve)));

        (answer.Disposition, answer.Reason).ShouldBe((Dispositions.Ignored, "nothing waits for an approval"));
    }

    [Fact]
    public async Task Mute_FindingOfAPullRequest_IsLeftOutOfItsReportAndOfTheNextCharter()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var script = new Script().On("archivist", (_, _) => Task.FromResult(Found))
            .On("scan_base", (_, _) => Task.FromResult(Script.Writes((Channels.BaseFacts, new { notes = Array.Empty<string>() }))))
            .On("change", (_, _) => Task.FromResult(Script.Writes((Channels.Change, Changed))));
        await using var host = await RunHost.StartAsync(database, script, repositories: [Forge.Shop]);
        var opened = new RunId(RunOf(await CheckedAsync(host, May(Given(CommandNames.Analyze)))));
        (await host.EndAsync(opened)).Run.Status.ShouldBe(RunStatus.Published);
        (await CharterAsync(host, opened)).Findings.ShouldBe([Id]);
        host.Time.Shift(TimeSpan.FromSeconds(1));

        var answer = await CheckedAsync(host, May(Given(CommandNames.Mute, Id, "a test's\u202e key") with { EventId = "evt_2" }));

        (answer.Disposition, answer.Reason).ShouldBe((Dispositions.Accepted, $"/charter mute {Id} by alice led to the run"));
        var again = new RunId(RunOf(answer));
        (await host.EndAsync(again)).Run.Status.ShouldBe(RunStatus.Published);
        var report = await CharterAsync(host, again);
        (report.Findings.Length, report.Introduced, report.Dismissed).ShouldBe((0, 0, 1));
        var row = await host.Database.ReadAsync((db, token) => db.Findings.SingleAsync(token), Token);
        (row.Id, row.State, row.DismissedBy, row.DismissedReason, row.Title, row.Severity).ShouldBe((Id, FindingStates.Dismissed, "alice (github)", "a test's key (acme/shop#17)", "A token", Severities.High));
        // and when a charter has it
        var (whole, _) = await host.RunAsync(Graphs.Usual);
        var charter = await CharterAsync(host, whole);
        (charter.Findings.Length, charter.Dismissed).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Mute_Twice_ChangesNothing()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);

        await CheckedAsync(host, May(Given(CommandNames.Mute, Id, "first")));
        await CheckedAsync(host, May(Given(CommandNames.Mute, Id, "second") with { EventId = "evt_2", Login = "bob" }));

        var row = await host.Database.ReadAsync((db, token) => db.Findings.SingleAsync(token), Token);
        (row.DismissedBy, row.DismissedReason).ShouldBe(("alice (github)", "first (acme/shop#17)"));
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("--upload-pack=touch")]
    [InlineData("")]
    public async Task Mute_WhatIsNoFinding_DoesNothing(string argument)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);

        var answer = await AnswerAsync(host, May(Given(CommandNames.Mute, argument)));

        answer.Disposition.ShouldBe(Dispositions.Failed);
        (await host.Database.ReadAsync((db, token) => db.Findings.CountAsync(token), Token)).ShouldBe(0);
        (await host.TriggeredAsync()).ShouldBeEmpty();
    }

    private static IReadOnlyDictionary<string, JsonElement> Found => Script.Writes(
        (Channels.Sections, new Dictionary<string, string>(StringComparer.Ordinal) { ["agent/archivist"] = "done" }),
        (Channels.Findings, new[] { new Finding(Id, "archivist", "licence/missing", Severities.High, "A token", "a.cs", 3, "It is there.", "Take it out.") }));

    private static ChangeSection Changed =>
        new("release", Forge.Sha('0'), Forge.Sha('b'), 1, new ChangedFiles(1, 0, 0, 0, 1, 0), [], [], [], [], new ChangedTests(1, 0, []), [Id], [], 0);

    private static CommandReceived Given(string name, string? argument = null, string? reason = null) => new()
    {
        EventId = "evt_1",
        Provider = "github",
        Repository = new TriggerRepository(Forge.Shop, "acme/shop", null, "main"),
        Number = 17,
        IsPullRequest = true,
        CommentId = "501",
        Login = "alice",
        UserId = 5,
        Command = new ForgeCommand(name, argument, reason),
        ReceivedAt = TimeProvider.System.GetUtcNow(),
    };

    private static CommandChecked May(CommandReceived given) => new() { Command = given, Permission = "write", IsAllowed = true, Subject = Pull, RepositoryId = "repo_test" };

    private static Task<TriggerDisposed> GiveAsync(RunHost host, CommandReceived given) => new Reporter(host).SendAsync(given.EventId, given);

    /// <summary>RepoSync's answer, and what is said of it at once.</summary>
    private static Task<TriggerDisposed> AnswerAsync(RunHost host, CommandChecked answer) => new Reporter(host).SendAsync(answer.Command.EventId, answer, Queues.CommandAnswers);

    /// <summary>RepoSync's answer, and what comes of it in the end.</summary>
    private static async Task<TriggerDisposed> CheckedAsync(RunHost host, CommandChecked answer)
    {
        await AnswerAsync(host, answer);
        return await Eventually.Gets($"{answer.Command.EventId} is settled", () => Task.FromResult(host.Watch.Disposed.FirstOrDefault(told => told.EventId == answer.Command.EventId && Dispositions.IsFinal(told.Disposition))), cancellationToken: Token);
    }

    private static Guid RunOf(TriggerDisposed answer) => RunId.TryParse(answer.RunId, out var run) ? run.Value : throw new InvalidOperationException($"there is no run: {answer}");

    private static async Task<(string[] Findings, int Introduced, int Dismissed)> CharterAsync(RunHost host, RunId run)
    {
        var file = await host.Services.GetRequiredService<IArtifactReader>().ReadAsync(run, "charter.json", Token);
        var charter = JsonSerializer.Deserialize<JsonElement>(file!.Content.Span);
        return ([.. charter.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()!)],
            charter.TryGetProperty("change", out var change) ? change.GetProperty("introduced").GetArrayLength() : 0, charter.GetProperty("dismissed_findings").GetInt32());
    }
}
