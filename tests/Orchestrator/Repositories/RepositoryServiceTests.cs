using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Http;
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
        var first = await host.Repositories.AddAsync(Shop, null, "ada", Token);
        host.Time.Shift(TimeSpan.FromHours(1));

        var second = await host.Repositories.AddAsync("https://Forge.example/acme/shop.git/", null, "grace", Token);

        (first.Target, first.Origin, first.AddedBy).ShouldBe((Shop, RepositoryOrigins.Added, "ada"));
        (second.Target, second.AddedBy).ShouldBe((first.Target, first.AddedBy));
        second.AddedAt!.Value.ShouldBe(first.AddedAt!.Value, TimeSpan.FromMilliseconds(1)); // no finer than every database keeps it
        (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (await host.Repositories.ListAsync("https://forge.example/acme/other", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_AnalysedRepository_HasItsNewestCharterAndRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, null, null, Token);
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
        await host.Repositories.AddAsync("https://forge.example/a", null, null, Token);
        (await host.Repositories.ListAsync(null, Token)).Select(one => (one.Target, one.Origin)).ShouldBe([("https://forge.example/a", RepositoryOrigins.Added), (Shop, RepositoryOrigins.Configuration)]);

        (await host.Repositories.RemoveAsync("https://forge.example/A/", Token)).ShouldBeTrue();
        (await host.Repositories.RemoveAsync("https://forge.example/a", Token)).ShouldBeFalse();
        var refused = await Should.ThrowAsync<RequestException>(() => host.Repositories.RemoveAsync(Shop + ".git", Token));

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

        var refused = await Should.ThrowAsync<RequestException>(() => host.Repositories.AddAsync(target, null, null, Token));

        refused.Code.ShouldBe("invalid_target");
        refused.Message.ShouldNotContain("secret");
        (await host.Repositories.ListAsync(null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Add_SameRepositoryManyTimesAtOnce_IsOneWithoutAFailure()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var views = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => host.Repositories.AddAsync(i % 2 == 0 ? Shop : Shop + ".git", null, $"person {i}", Token), Token)));

        views.Select(view => view.AddedBy).Distinct().ShouldHaveSingleItem();
        (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Set_RulesOfAllAndOfOne_HoldFromTheWeakestToTheStrongest()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var own = new Dictionary<string, string>(StringComparer.Ordinal) { [RuleSettings.Paths] = "src/**", [RuleSettings.Edge] = "leading" };
        await using var host = await RunHost.StartAsync(database, options: options => options with
        {
            Repositories = [new RepositorySetting(Shop, own, "0 3 * * *")],
            Triggers = new TriggerRules { Branches = ["main", "release/*"], Edge = WindowEdges.Trailing },
            TriggersSet = new HashSet<string>(StringComparer.Ordinal) { RuleSettings.Branches },
        });

        var shop = (await host.Repositories.SetAsync(Shop + "/", new RepositoryWishes { Rules = new TriggerRuleOverrides { Branches = [], Drafts = true, WindowSeconds = 0 }, Schedule = "off" }, Token))!;

        shop.Rules.Select(rule => (rule.Name, rule.Value, rule.From)).ShouldBe(
        [
            ("events", "push,pull_request", RuleOrigins.Default), ("branches", "", RuleOrigins.Registry), ("paths", "src/**", RuleOrigins.Repositories), ("drafts", "true", RuleOrigins.Registry),
            ("forks", "false", RuleOrigins.Default), ("bots", "true", RuleOrigins.Default), ("window_seconds", "0", RuleOrigins.Registry), ("edge", "leading", RuleOrigins.Repositories),
            ("supersede", "queued", RuleOrigins.Default), ("effects", "", RuleOrigins.Default), ("dry_run", "false", RuleOrigins.Default), ("fail_on", "never", RuleOrigins.Default),
        ]);
        (shop.Origin, shop.Schedule).ShouldBe((RepositoryOrigins.Configuration, null));

        shop = (await host.Repositories.SetAsync(Shop, new RepositoryWishes { Reset = true, Rules = new TriggerRuleOverrides { Forks = true } }, Token))!;
        (shop.Rules.Single(rule => rule.Name == "branches"), shop.Schedule).ShouldBe((new RepositoryRule("branches", "main,release/*", RuleOrigins.Triggers), "0 3 * * *"));
        shop.Rules.Where(rule => rule.From == RuleOrigins.Registry).ShouldBe([new RepositoryRule("forks", "true", RuleOrigins.Registry)]);
        (await host.Repositories.SetAsync("https://forge.example/acme/other", new RepositoryWishes { Reset = true }, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Set_WhatNobodyCanKeep_IsRefusedAndChangesNothing()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, null, null, Token);

        await ShouldBeRefusedAsync(new TriggerRuleOverrides { Events = ["push", "sunrise"] }, "sunrise");
        await ShouldBeRefusedAsync(new TriggerRuleOverrides { Branches = ["!main"] }, "'!main'");
        await ShouldBeRefusedAsync(new TriggerRuleOverrides { Paths = ["/src"] }, "'/src'");
        await ShouldBeRefusedAsync(new TriggerRuleOverrides { WindowSeconds = 3601 }, "3601");
        await ShouldBeRefusedAsync(new TriggerRuleOverrides { Edge = "sideways" }, "sideways");
        (await Should.ThrowAsync<RequestException>(() => host.Repositories.AddAsync(Shop, new RepositoryWishes { Schedule = "at noon" }, null, Token))).Code.ShouldBe("invalid_schedule");

        (await host.Repositories.ListAsync(Shop, Token)).Single().Rules.ShouldAllBe(rule => rule.From == RuleOrigins.Default);

        async Task ShouldBeRefusedAsync(TriggerRuleOverrides rules, string named)
        {
            var refused = await Should.ThrowAsync<RequestException>(() => host.Repositories.SetAsync(Shop, new RepositoryWishes { Rules = rules }, Token));
            refused.Code.ShouldBe("invalid_rules");
            refused.Message.ShouldContain(named);
        }
    }
}
