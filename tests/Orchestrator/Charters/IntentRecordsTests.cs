using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Charters;

public sealed class SqliteIntentRecordsTests() : IntentRecordsTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlIntentRecordsTests() : IntentRecordsTests(DatabaseProvider.PostgreSql);

/// <summary>What a repository declares is kept with the versions that state it.</summary>
public abstract class IntentRecordsTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IntentRecord Record(string id, string kind, string text, int line = 1) => new(id, kind, text, "docs/x.md", line);

    private static Task<PublishedCharter> PublishAsync(RunHost host, string run, params IntentRecord[]? records) =>
        host.Services.GetRequiredService<CharterVersions>().PublishAsync(run, "/source/sample", Context, new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            [Channels.Context] = CanonicalJson.ToElement(Context),
            [Channels.Sections] = records is null ? CanonicalJson.ToElement(new { }) : CanonicalJson.ToElement(new { intent = new IntentSection(records, 0) }),
        }, Token);

    private static RepoContext Context => new()
    {
        Repository = new RepositoryInfo("repo_a", "acme/thing", null, "main"),
        HeadSha = "aaaa",
        Tree = new TreeStatistics(0, 0, 0, 0, 0),
    };

    private static Task<string[]> RowsAsync(RunHost host) => host.Database.ReadAsync((db, token) => db.IntentRecords.AsNoTracking().OrderBy(row => row.RecordId)
        .Select(row => row.RecordId + " " + row.Text + ":" + row.Line + " " + row.FirstVersion + "-" + row.LastVersion + " " + row.GoneVersion).ToArrayAsync(token), Token);

    [Fact]
    public async Task Publish_DeclarationsComeAndGo_AreKeptWithTheirVersions()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var goal = Record("int_a", IntentKinds.Goal, "Be quick");
        var decision = Record("int_b", IntentKinds.Decision, "Use SQL");

        (await PublishAsync(host, "run_1", goal)).Changes.ShouldBeNull();
        var second = await PublishAsync(host, "run_2", goal with { Line = 7 }, decision);
        second.Changes.ShouldBe(["New decision: “Use SQL” (docs/x.md:1)."]);
        (await PublishAsync(host, "run_2", decision)).Changes.ShouldBe(second.Changes, "a run publishes once");
        (await RowsAsync(host)).ShouldBe(["int_a Be quick:7 1-2 ", "int_b Use SQL:1 2-2 "]);

        (await PublishAsync(host, "run_3", decision)).Changes.ShouldBe(["No longer stated (goal): “Be quick” (docs/x.md:7)."]);
        await PublishAsync(host, "run_4", null);
        (await RowsAsync(host)).ShouldBe(["int_a Be quick:7 1-2 3", "int_b Use SQL:1 2-3 "]);

        (await PublishAsync(host, "run_5", goal, decision with { Status = "superseded" })).Version.ShouldBe(5);
        (await RowsAsync(host)).ShouldBe(["int_a Be quick:1 1-5 ", "int_b Use SQL:1 2-5 "]);
    }

    [Fact]
    public async Task Publish_MovedDeclaration_IsNoChange()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await PublishAsync(host, "run_1", Record("int_a", IntentKinds.Goal, "Be quick"));
        (await PublishAsync(host, "run_2", Record("int_c", IntentKinds.Goal, "Be quick") with { Path = "GOALS.md" })).Changes.ShouldBe([]);
        (await RowsAsync(host)).ShouldBe(["int_a Be quick:1 1-1 2", "int_c Be quick:1 2-2 "]);
    }
}
