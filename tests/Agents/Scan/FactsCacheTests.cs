using System.Security.Cryptography;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Agents.Tests.Scan;

public sealed class SqliteFactsCacheTests() : FactsCacheTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlFactsCacheTests() : FactsCacheTests(DatabaseProvider.PostgreSql);

/// <summary>The cache of facts in a real database.</summary>
public abstract class FactsCacheTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_ThenRead_GivesTheLastContentOfThatKeyOnly()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await StartAsync(database);
        var cache = host.Services.GetRequiredService<IFactsCache>();
        (await cache.ReadAsync("repo_a", FactsParts.History, "1", Token)).ShouldBeNull();

        await cache.WriteAsync("repo_a", FactsParts.History, "1", [1, 0, 255], Token);
        (await cache.ReadAsync("repo_a", FactsParts.History, "1", Token)).ShouldBe([1, 0, 255]);
        (await cache.ReadAsync("repo_a", FactsParts.Blobs, "1", Token)).ShouldBeNull();

        await cache.WriteAsync("repo_a", FactsParts.History, "2", [], Token);
        (await cache.ReadAsync("repo_a", FactsParts.History, "1", Token)).ShouldBeNull();
        (await cache.ReadAsync("repo_a", FactsParts.History, "2", Token)).ShouldBe([]);
    }

    [Fact]
    public async Task Write_TwoRepositoriesAtOnce_KeepApart()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await StartAsync(database);
        var cache = host.Services.GetRequiredService<IFactsCache>();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => cache.WriteAsync(i % 2 == 0 ? "repo_a" : "repo_b", FactsParts.Blobs, "", [(byte)(i % 2)], Token), Token)));

        (await cache.ReadAsync("repo_a", FactsParts.Blobs, "", Token)).ShouldBe([0]);
        (await cache.ReadAsync("repo_b", FactsParts.Blobs, "", Token)).ShouldBe([1]);
    }

    [Fact]
    public async Task Write_BigContent_ComesBackWhole()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await StartAsync(database);
        var cache = host.Services.GetRequiredService<IFactsCache>();
        var content = new byte[24 * 1024 * 1024];
        new Random(11).NextBytes(content);

        await cache.WriteAsync("repo_a", FactsParts.Blobs, "", content, Token);

        SHA256.HashData((await cache.ReadAsync("repo_a", FactsParts.Blobs, "", Token)).ShouldNotBeNull()).ShouldBe(SHA256.HashData(content));
    }

    private static Task<ServiceHost> StartAsync(TestDatabase database) =>
        ServiceHost.StartAsync(database, [new AgentsModule(Path.GetTempPath())], cancellationToken: Token);
}
