using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Schedules;

public sealed class SqliteDormantAuditTests() : DormantAuditTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlDormantAuditTests() : DormantAuditTests(DatabaseProvider.PostgreSql);

/// <summary>Who gets a new charter without being asked for, and who does not.</summary>
public abstract class DormantAuditTests(DatabaseProvider provider)
{
    private const string Shop = "https://forge.example/acme/shop";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Audit_CharterMissingFreshAndOld_StartsARunForTheFirstAndTheLast()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, repositories: [Shop]);

        (await AuditAsync(host)).ShouldBe($"started runs for 1 of 1 repositories: {Shop}");
        await EndAllAsync(host, 1);
        host.Time.Shift(TimeSpan.FromDays(6));
        (await AuditAsync(host)).ShouldBe("none of 1 repositories needs a new charter");
        host.Time.Shift(TimeSpan.FromDays(2));
        (await AuditAsync(host)).ShouldContain("started runs for 1 of 1");

        var runs = await EndAllAsync(host, 2);
        runs.ShouldAllBe(run => run.Status == RunStatus.Published && run.Target == Shop);
        (await host.Repositories.ListAsync(null, Token)).Single().Charter!.Version.ShouldBe(2);
    }

    [Fact]
    public async Task Audit_RunIsUnderWay_StartsNoSecondOne()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var gate = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.After(gate.Task, Contracts.Steps.StepKinds.RepositorySync)), repositories: [Shop, "https://forge.example/acme/other"]);
        await host.StartAsync(Graphs.Single, target: Shop + ".git");

        (await AuditAsync(host)).ShouldBe("started runs for 1 of 2 repositories: https://forge.example/acme/other");
        (await AuditAsync(host)).ShouldBe("none of 2 repositories needs a new charter");

        gate.SetResult();
        await EndAllAsync(host, 2);
    }

    [Fact]
    public async Task Audit_LastRunFailed_TriesAgainAfterSixHours()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", (_, _) => throw StepFailedException.Permanent("gone", "the repository is gone", null)), repositories: [Shop]);
        await AuditAsync(host);
        await EndAllAsync(host, 1);

        host.Time.Shift(TimeSpan.FromHours(5));
        (await AuditAsync(host)).ShouldStartWith("none");
        host.Time.Shift(TimeSpan.FromHours(2));
        (await AuditAsync(host)).ShouldStartWith("started runs for 1");

        await EndAllAsync(host, 2);
    }

    [Fact]
    public async Task Audit_SeveralAreDue_BeginsThemOneAfterTheOther()
    {
        var due = new FiringDue(new DateTimeOffset(2026, 3, 1, 3, 30, 0, TimeSpan.Zero), Asked: false, TimeSpan.FromMinutes(30));
        var delays = Enumerable.Range(0, 200).Select(i => due.JitterOf($"{Shop}{i}")).ToList();

        delays.ShouldAllBe(delay => delay >= TimeSpan.Zero && delay <= TimeSpan.FromMinutes(3));
        delays.Select(delay => (int)delay.TotalSeconds / 30).Distinct().Count().ShouldBe(6, "every half minute of them has some");
        Enumerable.Range(0, 200).Select(i => due.JitterOf($"{Shop}{i}")).ShouldBe(delays, "another process comes to the same");
        FiringDue.Jitter(Shop, due.At, TimeSpan.FromDays(30)).ShouldBeLessThanOrEqualTo(FiringDue.MostJitter);
        (due with { Asked = true }).JitterOf(Shop).ShouldBe(TimeSpan.Zero, "a person waits");

        // what is put off is owed from then on only
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, repositories: [Shop]);
        var audit = host.Services.GetServices<HouseSchedule>().Single(schedule => schedule.Name == "audit");
        await audit.RunAsync(due with { Interval = TimeSpan.FromHours(10) }, Token);
        var request = await host.Database.ReadAsync((db, token) => db.RunRequests.SingleAsync(token), Token);
        (request.DriveAt - request.CreatedAt - FiringDue.Jitter(Shop, due.At, TimeSpan.FromHours(10))).ShouldBe(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        (await host.Runs.ListAsync(null, 10, null, Token)).ShouldHaveSingleItem().StartedAt.ShouldBeNull();
    }

    private static async Task<string> AuditAsync(RunHost host)
    {
        var firing = await host.Schedules.RunAsync("audit", Token);
        firing.Outcome.ShouldBe("completed", firing.Detail);
        return firing.Detail!;
    }

    private static async Task<IReadOnlyList<Orchestrator.Runs.RunSummary>> EndAllAsync(RunHost host, int count)
    {
        await Testing.Eventually.Holds($"{count} runs have ended", async () =>
            await host.Runs.ListAsync(null, 10, null, Token) is var runs && runs.Count == count && runs.All(run => run.EndedAt is not null), cancellationToken: Token);
        return await host.Runs.ListAsync(null, 10, null, Token);
    }
}
