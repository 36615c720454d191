using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Repositories;

public sealed class SqliteRepositoriesReportedTests() : RepositoriesReportedTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRepositoriesReportedTests() : RepositoriesReportedTests(DatabaseProvider.PostgreSql);

/// <summary>What forges do to repositories, and what becomes of their registration.</summary>
public abstract class RepositoriesReportedTests(DatabaseProvider provider)
{
    private const string Shop = "https://forge.example/acme/shop";
    private const string Store = "https://forge.example/acme/store";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Moved_RepositoryWithACharter_IsTheSameElsewhere()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var forge = new Forge(host);
        await host.Repositories.AddAsync(Shop, null, "ada", Token);
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Shop));

        var answer = await forge.ReportAsync(RepositoryChanges.Moved, Forge.Repository("acme/store", 17), Shop);

        (answer.Disposition, answer.Reason).ShouldBe((Dispositions.Accepted, $"{Shop} is {Store} now; charter and findings go on"));
        var moved = (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (moved.Target, moved.KnownAs, moved.ForgeId, moved.Name, moved.AddedBy).ShouldBe((Store, Shop, "forge.example/17", "acme/store", "ada"));
        moved.Charter.ShouldNotBeNull().Version.ShouldBe(1);
        (await host.Repositories.ListAsync(Shop, Token)).ShouldHaveSingleItem().Target.ShouldBe(Store, "its old address still finds it");

        // what is started from now on asks the new address, and goes on with the old charter
        var run = await host.StartAsync(Graphs.Usual, target: Store);
        await host.EndAsync(run);
        var trigger = RunProgress.Payload((await host.RowAsync(run))!).Trigger;
        (trigger.Target, trigger.KnownAs, trigger.BaseSha).ShouldBe((Store, Shop, new string('a', 40)));
        (await host.Repositories.ListAsync(Store, Token)).Single().Charter!.Version.ShouldBe(2);

        var findings = host.Services.GetRequiredService<FindingService>();
        (await findings.FindRepositoryAsync(Store, [Store], Token)).ShouldBe("repo_test");

        // again, found by its number: nobody says what it was called
        (await forge.ReportAsync(RepositoryChanges.Moved, Forge.Repository("beta/store", 17))).Disposition.ShouldBe(Dispositions.Accepted);
        moved = (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (moved.Target, moved.KnownAs, moved.Charter!.Version).ShouldBe(("https://forge.example/beta/store", Shop, 2));
    }

    [Fact]
    public async Task Moved_AnotherTakesTheOldName_KeepsThemApart()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var forge = new Forge(host);
        await host.Repositories.AddAsync(Shop, null, null, Token);
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Shop));
        await forge.ReportAsync(RepositoryChanges.Moved, Forge.Repository("acme/store", 17), Shop);

        var second = await host.Repositories.AddAsync(Shop, null, null, Token);

        (await host.Services.GetRequiredService<FindingService>().FindRepositoryAsync(Shop, [Shop], Token)).ShouldBeNull("those are the first one's");
        (second.Target, second.KnownAs, second.Charter, second.LastRun).ShouldBe((Shop, Shop + "/~2", null, null));
        await host.EndAsync(await host.StartAsync(Graphs.Single, target: Shop));
        var all = await host.Repositories.ListAsync(null, Token);
        all.Select(one => (one.Target, one.Charter is not null)).ShouldBe([(Shop, false), (Store, true)]);
        all[0].LastRun!.RunId.ShouldNotBe(all[1].LastRun!.RunId);
    }

    [Fact]
    public async Task See_NumberAtAnotherAddress_FollowsTheMoveThatNobodyReported()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, repositories: [Shop]);
        (await SeeAsync(host, Forge.Repository("acme/shop", 17)))!.Origin.ShouldBe(RepositoryOrigins.Configuration);

        (await SeeAsync(host, Forge.Repository("acme/store", 17, "trunk")))!.Target.ShouldBe(Store);

        var one = (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (one.Target, one.KnownAs, one.DefaultBranch, one.Origin).ShouldBe((Store, Shop, "trunk", RepositoryOrigins.Configuration));
        (await SeeAsync(host, Forge.Repository("acme/shop", 18))).ShouldBeNull("a new repository of the old name is not the one of the configuration");
        (await SeeAsync(host, Forge.Repository("acme/other", 19))).ShouldBeNull();
    }

    [Fact]
    public async Task See_AnotherNumberAtItsAddress_PausesItUntilItIsSeenAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, null, null, Token);
        await SeeAsync(host, Forge.Repository("acme/shop", 17));

        (await SeeAsync(host, Forge.Repository("acme/shop", 18))).ShouldBeNull();

        (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem().Paused.ShouldBe("another repository has its address now");
        await SeeAsync(host, Forge.Repository("acme/store", 17));
        var one = (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (one.Target, one.KnownAs, one.Paused).ShouldBe((Store, Shop, null));
    }

    [Fact]
    public async Task Moved_ToAnAddressThatIsRegisteredToo_MakesOneOfThem()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, null, null, Token);
        await host.Repositories.AddAsync(Store, new RepositoryWishes { Schedule = "0 3 * * *" }, null, Token);

        (await new Forge(host).ReportAsync(RepositoryChanges.Moved, Forge.Repository("acme/store", 17), Shop)).Disposition.ShouldBe(Dispositions.Accepted);

        var one = (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();
        (one.Target, one.KnownAs, one.Schedule).ShouldBe((Store, Shop, "0 3 * * *"));
    }

    [Fact]
    public async Task DeletedAndArchived_NothingIsStartedUntilSomebodyOrTheForgeTakesItUpAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, repositories: [Shop]);
        var forge = new Forge(host);
        await host.Repositories.AddAsync(Store, null, null, Token);

        (await forge.ReportAsync(RepositoryChanges.Deleted, Forge.Repository("acme/shop", 17))).Disposition.ShouldBe(Dispositions.Accepted);
        (await forge.ReportAsync(RepositoryChanges.Archived, Forge.Repository("acme/store", 18))).Disposition.ShouldBe(Dispositions.Accepted);

        (await host.Repositories.ListAsync(null, Token)).Select(one => (one.Target, one.Paused)).ShouldBe([(Shop, "deleted at the forge"), (Store, "archived at the forge")]);
        (await host.Schedules.RunAsync("audit", Token)).Detail.ShouldBe("none of 2 repositories needs a new charter");

        (await forge.ReportAsync(RepositoryChanges.Unarchived, Forge.Repository("acme/shop", 17))).Disposition.ShouldBe(Dispositions.Accepted);
        await forge.ReportAsync(RepositoryChanges.Unarchived, Forge.Repository("acme/store", 18));
        (await host.Repositories.ListAsync(null, Token)).Select(one => one.Paused).ShouldBe(["deleted at the forge", null], "it is not archived, but still deleted");
        (await host.Repositories.AddAsync(Shop, null, null, Token)).Paused.ShouldBeNull();
        (await host.Schedules.RunAsync("audit", Token)).Detail.ShouldNotBeNull().ShouldStartWith("started runs for 2 of 2");
    }

    [Fact]
    public async Task InstalledAndUninstalled_WhatSomebodyElseRegisteredStays()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var forge = new Forge(host);
        await host.Repositories.AddAsync(Shop, null, "ada", Token);
        TriggerRepository[] given = [Forge.Repository("acme/shop", 17), Forge.Repository("acme/store", 18), Forge.Repository("acme/store", 18), Forge.Repository("acme/tools", 19)];

        var answer = await forge.ReportAsync(RepositoryChanges.Installed, given);

        (answer.Disposition, answer.Reason).ShouldBe((Dispositions.Accepted, "registered acme/store, acme/tools"));
        (await host.Repositories.ListAsync(null, Token)).Select(one => (one.Name, one.Origin, one.AddedBy)).ShouldBe(
            [("acme/shop", RepositoryOrigins.Added, "ada"), ("acme/store", RepositoryOrigins.Installation, "installation"), ("acme/tools", RepositoryOrigins.Installation, "installation")]);

        (await forge.ReportAsync(RepositoryChanges.Uninstalled, given[..2])).Disposition.ShouldBe(Dispositions.Accepted);
        (await host.Repositories.ListAsync(null, Token)).Select(one => (one.Name, one.Paused)).ShouldBe([("acme/shop", "taken from the installation"), ("acme/tools", null)]);
        (await forge.ReportAsync(RepositoryChanges.Installed, given[..1])).Disposition.ShouldBe(Dispositions.Accepted);
        (await host.Repositories.ListAsync(Shop, Token)).Single().Paused.ShouldBeNull();
    }

    [Fact]
    public async Task Reported_NotRegistered_IsIgnored_AndTheSameEventIsAnsweredTheSameAgain()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var forge = new Forge(host);

        var first = await forge.ReportAsync(RepositoryChanges.Deleted, [Forge.Repository("acme/shop", 17)], id: "evt_same");
        await host.Repositories.AddAsync(Shop, null, null, Token);
        var again = await forge.ReportAsync(RepositoryChanges.Deleted, [Forge.Repository("acme/shop", 17)], id: "evt_same");

        (first.Disposition, first.Reason).ShouldBe((Dispositions.Ignored, "acme/shop is not registered"));
        again.ShouldBe(first);
        (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem().Paused.ShouldBeNull("it was answered before");
        (await forge.ReportAsync(RepositoryChanges.Moved, Forge.Repository("acme/other", 18), "https://forge.example/acme/old")).Disposition.ShouldBe(Dispositions.Ignored);
        (await forge.ReportAsync(RepositoryChanges.Installed, new TriggerRepository("http://forge.example/plain", "plain", null, null))).Disposition.ShouldBe(Dispositions.Failed);
        (await host.Database.ReadAsync((db, token) => db.TriggerEvents.CountAsync(row => row.WindowId == null, token), Token)).ShouldBe(3);
    }

    private static Task<Registration?> SeeAsync(RunHost host, TriggerRepository reported) =>
        host.Database.WriteAsync((db, token) => host.Services.GetRequiredService<RepositoryRegistry>().SeeAsync(db, reported, token), Token);
}
