using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Tests.Repositories;

public sealed class SqliteRepositoryServiceTests() : RepositoryServiceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRepositoryServiceTests() : RepositoryServiceTests(DatabaseProvider.PostgreSql);

/// <summary>The registry: what somebody added, what the configuration names, and what is known of both.</summary>
public abstract class RepositoryServiceTests(DatabaseProvider provider)
{
    private const string Shop = "https://forge.example/acme/shop";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_SameRepositoryInAnotherSpelling_StaysAsItWas()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var first = await host.Repositories.AddAsync(Shop, "ada", Token);
        host.Time.Shift(TimeSpan.FromHours(1));

        var second = await host.Repositories.AddAsync("https://Forge.example/acme/shop.git/", "grace", Token);

        (first.Target, first.Origin, first.AddedBy).ShouldBe((Shop, RepositoryOrigins.Added, "ada"));
        second.ShouldBe(first);
        (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (await host.Repositories.ListAsync("https://forge.example/acme/other", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_AnalysedRepository_HasItsNewestCharterAndRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, null, Token);
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Shop));
        var newest = await host.StartAsync(Graphs.Usual, target: Shop + ".git");
        await host.EndAsync(newest);
        var other = await host.StartAsync(Graphs.Usual, target: "https://forge.example/acme/other");
        await host.EndAsync(other);

        var shop = (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();

        (shop.Charter!.Version, shop.Charter.RunId).ShouldBe((2, newest.ToString()));
        (shop.LastRun!.RunId, shop.LastRun.Status).ShouldBe((newest.ToString(), "published"));
    }

    [Fact]
    public async Task Remove_AddedOrConfigured_ForgetsOnlyWhatWasAdded()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, repositories: [Shop]);
        await host.Repositories.AddAsync("https://forge.example/a", null, Token);
        (await host.Repositories.ListAsync(null, Token)).Select(one => (one.Target, one.Origin)).ShouldBe([("https://forge.example/a", RepositoryOrigins.Added), (Shop, RepositoryOrigins.Configuration)]);

        (await host.Repositories.RemoveAsync("https://forge.example/A/", Token)).ShouldBeTrue();
        (await host.Repositories.RemoveAsync("https://forge.example/a", Token)).ShouldBeFalse();
        var refused = await Should.ThrowAsync<RunRequestException>(() => host.Repositories.RemoveAsync(Shop + ".git", Token));

        refused.Code.ShouldBe("repository_is_configured");
        (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem().Target.ShouldBe(Shop);
    }

    [Theory]
    [InlineData("acme/shop")]
    [InlineData("/srv/shop")]
    [InlineData("http://forge.example/acme/shop")]
    [InlineData("https://ada:secret@forge.example/acme/shop")]
    [InlineData("https://")]
    [InlineData("")]
    public async Task Add_NoTarget_IsRefused(string target)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var refused = await Should.ThrowAsync<RunRequestException>(() => host.Repositories.AddAsync(target, null, Token));

        refused.Code.ShouldBe("invalid_target");
        refused.Message.ShouldNotContain("secret");
        (await host.Repositories.ListAsync(null, Token)).ShouldBeEmpty();
    }
}
