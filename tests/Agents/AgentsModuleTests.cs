using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Agents.Scan.Languages;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Agents.Tests;

public sealed class SqliteAgentsModuleTests() : AgentsModuleTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlAgentsModuleTests() : AgentsModuleTests(DatabaseProvider.PostgreSql);

/// <summary>Agents on a real host, asked by messages only.</summary>
public abstract class AgentsModuleTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_ScanThenBothAgents_DescribeTheRepository()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("README.md", "# Sheep\n\nA tool that counts sheep at night.\n").File("LICENSE", Licences.Mit);
        var head = repository.Commit("Bob Example <bob@example.org>", "2026-01-03T10:00:00").File("sheep.py", "x = 1\n").Build();
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var orchestrator = new StepReplies();
        await using var host = await ServiceHost.StartAsync(database, [new AgentsModule(repository.CacheRoot), orchestrator], cancellationToken: Token);

        var facts = await ExecuteAsync(StepKinds.AnalysisScan, (Channels.Context, Context(head)));
        var archivist = await ExecuteAsync(StepKinds.Archivist, (Channels.Context, Context(head)), (Channels.Facts, facts[Channels.Facts]));
        var historian = await ExecuteAsync(StepKinds.Historian, (Channels.Context, Context(head)), (Channels.Facts, facts[Channels.Facts]));

        archivist[Channels.Sections].GetProperty(SectionNames.Purpose).GetRawText().ShouldContain("A tool that counts sheep at night.");
        historian[Channels.Sections].GetProperty(SectionNames.Contributors).GetRawText().ShouldContain("Bob Example");
        historian[Channels.Sections].GetRawText().ShouldNotContain("example.org");

        async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(string kind, params (string Channel, JsonElement Value)[] inputs) =>
            (await orchestrator.ExecuteAsync<AgentsDbContext>(host, StepReplies.Step("task of " + kind, kind, inputs), Token)).Writes;
    }

    [Fact]
    public async Task Messages_SecondScan_ReadsNoBlob()
    {
        using var repository = new ImportedRepository();
        var head = repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("a.py", "x = 1\n").Build();
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var orchestrator = new StepReplies();
        await using var host = await ServiceHost.StartAsync(database, [new AgentsModule(repository.CacheRoot), orchestrator], cancellationToken: Token);
        (await ScanAsync("first")).Files.ShouldHaveSingleItem().Code.ShouldBe(1);

        // What no reading of the file could find shows where the second scan has it from.
        var cache = host.Services.GetRequiredService<IFactsCache>();
        var known = FactsPack.Read(await cache.ReadAsync(ImportedRepository.Id, FactsParts.Blobs, "", Token)).ShouldHaveSingleItem();
        var altered = new Dictionary<BlobKey, BlobFacts> { [known.Key] = known.Value with { Lines = new LineCounts(77, 0, 0) } };
        await cache.WriteAsync(ImportedRepository.Id, FactsParts.Blobs, "", FactsPack.Write(altered), Token);

        (await ScanAsync("second")).Files.ShouldHaveSingleItem().Code.ShouldBe(77);

        async Task<RepositoryFacts> ScanAsync(string task)
        {
            var step = StepReplies.Step(task, StepKinds.AnalysisScan, (Channels.Context, Context(head)));
            var reference = (await orchestrator.ExecuteAsync<AgentsDbContext>(host, step, Token)).Writes[Channels.Facts];
            var content = await host.Services.GetRequiredService<IBlobStore>().GetAsync(BlobReference.TryRead(reference)!, Token);
            return JsonSerializer.Deserialize<RepositoryFacts>(content, CanonicalJson.Options)!;
        }
    }

    private static JsonElement Context(string head) => CanonicalJson.ToElement(Scans.Context(head));
}
