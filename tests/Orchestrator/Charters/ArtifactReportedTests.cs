using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Tests.Repositories;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;

namespace Charterhouse.Orchestrator.Tests.Charters;

public sealed class SqliteArtifactReportedTests() : ArtifactReportedTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlArtifactReportedTests() : ArtifactReportedTests(DatabaseProvider.PostgreSql);

/// <summary>What other systems make for a run is listed with the run's own artifacts, and never instead of them.</summary>
public abstract class ArtifactReportedTests(DatabaseProvider provider)
{
    private static readonly string Head = new('a', 40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reported_ByCommitAndById_IsAnArtifactOfTheNewestRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var forge = new Forge(host);
        await host.RunAsync(Graphs.Usual);
        host.Time.Shift(TimeSpan.FromSeconds(1));
        var (newest, _) = await host.RunAsync(Graphs.Usual);

        var answer = await ReportAsync(host, forge, "evt_1", Head.ToUpperInvariant(), "preview", "https://ci.example/1", "building");
        (answer.Disposition, answer.RunId).ShouldBe((Dispositions.Accepted, newest.ToString()));
        host.Time.Shift(TimeSpan.FromSeconds(1));
        (await ReportAsync(host, forge, "evt_2", newest.ToString(), "preview", null, "ready")).Disposition.ShouldBe(Dispositions.Accepted);
        host.Time.Shift(TimeSpan.FromSeconds(-10));
        (await ReportAsync(host, forge, "evt_3", Head, "preview", "https://ci.example/old", "queued")).Disposition.ShouldBe(Dispositions.Expired);

        var details = (await host.Runs.FindAsync(newest, Token))!;
        var preview = details.Run.Artifacts.Single(artifact => artifact.Type == "preview");
        (preview.Provider, preview.Url, preview.State, preview.Path).ShouldBe(("buildbox", "https://ci.example/1", "ready", null));
        details.Run.Artifacts.Where(artifact => artifact.Path is not null).Select(artifact => artifact.Type).ShouldBe(["charter.json", "charter.md", "charter.sarif"]);
    }

    [Theory]
    [InlineData("charter.md", "https://ci.example/1", "done")]
    [InlineData("charter.pdf", "https://ci.example/1", "done")]
    [InlineData("../../etc", "https://ci.example/1", "done")]
    [InlineData("preview", "http://ci.example/1", "done")]
    [InlineData("preview", "https://u:p@ci.example/1", "done")]
    [InlineData("preview", "https://ci.example/\u001b[2J", "done")]
    [InlineData("preview", null, "red\nblue")]
    public async Task Reported_WhatMayNotBe_FailsWithAReason(string type, string? url, string state)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var (run, before) = await host.RunAsync(Graphs.Usual);

        var answer = await ReportAsync(host, new Forge(host), "evt_1", run.ToString(), type, url, state);

        answer.Disposition.ShouldBe(Dispositions.Failed);
        answer.Reason.ShouldNotBeEmpty();
        (await host.Runs.FindAsync(run, Token))!.Run.Artifacts.ShouldBe(before.Run.Artifacts);
    }

    [Fact]
    public async Task Reported_ForNoRunOrBeforeAFailure_IsIgnoredOrStaysBesideThePartialReport()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var gate = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("archivist", async (_, token) =>
        {
            await gate.Task.WaitAsync(token);
            throw StepFailedException.Permanent("broken", "broken", null);
        }));
        var forge = new Forge(host);
        (await ReportAsync(host, forge, "evt_1", new string('b', 40), "preview", null, "done")).Disposition.ShouldBe(Dispositions.Ignored);
        (await ReportAsync(host, forge, "evt_2", "main", "preview", null, "done")).Disposition.ShouldBe(Dispositions.Ignored);

        var run = await host.StartAsync(Graphs.Chain);
        await host.UntilRunningAsync("archivist");
        (await ReportAsync(host, forge, "evt_3", Head, "preview", null, "done")).Disposition.ShouldBe(Dispositions.Accepted);
        gate.SetResult();

        (await host.EndAsync(run)).Run.Artifacts.Select(artifact => artifact.Type).ShouldBe(["charter.json", "charter.md", "charter.sarif", "preview"]);
    }

    private static Task<TriggerDisposed> ReportAsync(RunHost host, Forge forge, string id, string key, string type, string? url, string? state) =>
        forge.SendAsync(id, new ArtifactReported { EventId = id, Provider = "buildbox", Key = key, Type = type, Url = url, State = state, ReceivedAt = host.Time.GetUtcNow() });
}
