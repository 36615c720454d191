using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Schedules;

public sealed class SqlitePruneTests() : PruneTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlPruneTests() : PruneTests(DatabaseProvider.PostgreSql);

/// <summary>When a repository counts as gone, and when it does not.</summary>
public abstract class PruneTests(DatabaseProvider provider)
{
    private const string Shop = "https://forge.example/acme/shop";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NotFound_TwiceADayApart_PausesTheRepository()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, Failing("not_found"), repositories: [Shop]);
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Shop));
        var first = (await OneAsync(host)).MissingSince.ShouldNotBeNull();

        host.Time.Shift(TimeSpan.FromHours(20));
        (await PruneAsync(host)).ShouldBe("looks for 1 of 1 repositories; 1 were not found the last time");
        var shop = await OneAsync(host);
        (shop.Paused, shop.MissingSince).ShouldBe((null, first));

        host.Time.Shift(TimeSpan.FromHours(5));
        await PruneAsync(host);
        (await OneAsync(host)).Paused.ShouldBe($"not found twice, first on {first.UtcDateTime:yyyy-MM-dd}");
        (await PruneAsync(host)).ShouldBe("looks for 0 of 0 repositories; 0 were not found the last time");

        shop = await host.Repositories.AddAsync(Shop, null, null, Token);
        (shop.Paused, shop.MissingSince).ShouldBe((null, null));
    }

    [Fact]
    public async Task OtherFailures_ConfirmAndResetNothing_AndASyncClearsTheMark()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, Failing("unreachable"));
        await host.Repositories.AddAsync(Shop, null, null, Token);
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Shop));
        (await OneAsync(host)).MissingSince.ShouldBeNull();

        Failing("not_found", host.Script);
        await host.EndAsync(await host.StartAsync(Graphs.Usual, target: Shop));
        var first = (await OneAsync(host)).MissingSince.ShouldNotBeNull();
        foreach (var code in new[] { "unreachable", "timeout", "authentication_required" })
        {
            Failing(code, host.Script);
            host.Time.Shift(TimeSpan.FromDays(2));
            await PruneAsync(host);
            var marked = await OneAsync(host);
            (marked.Paused, marked.MissingSince).ShouldBe((null, first), code);
        }

        host.Script.Usual("sync");
        await PruneAsync(host);
        (await OneAsync(host)).MissingSince.ShouldBeNull();
        (await PruneAsync(host)).ShouldStartWith("looks for 0 of 1");
        host.Time.Shift(TimeSpan.FromDays(8));
        (await PruneAsync(host)).ShouldStartWith("looks for 1 of 1", Case.Sensitive, "nobody has looked for a week");
    }

    private static Script Failing(string code, Script? script = null) =>
        (script ?? new Script()).On("sync", (_, _) => throw StepFailedException.Permanent(code, "it cannot be fetched", null));

    private static async Task<RepositoryView> OneAsync(RunHost host) => (await host.Repositories.ListAsync(null, Token)).ShouldHaveSingleItem();

    /// <summary>Lets the schedule fire and waits for the runs that it starts.</summary>
    private static async Task<string> PruneAsync(RunHost host)
    {
        var firing = await host.Schedules.RunAsync("prune", Token);
        firing.Outcome.ShouldBe("completed", firing.Detail);
        await Eventually.Holds("its runs have ended", async () => (await host.Runs.ListAsync(null, 100, null, Token)).All(run => run.EndedAt is not null), cancellationToken: Token);
        host.Time.Shift(TimeSpan.FromSeconds(1));
        return firing.Detail!;
    }
}
