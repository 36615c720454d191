using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Targets;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.RepoSync.Tests.Forges;

public sealed class SqliteSharedLimitTests() : SharedLimitTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSharedLimitTests() : SharedLimitTests(DatabaseProvider.PostgreSql);

/// <summary>What one replica was told of a limit holds for the others.</summary>
public abstract class SharedLimitTests(DatabaseProvider provider) : ForgeFixture
{
    [Fact]
    public async Task Block_OfOneReplica_HoldsForAnother_AndForNoOtherToken()
    {
        await using var stub = await StubGitHub.StartAsync(Token);
        stub.Add(Repo).Pulls[7] = new StubPull { HeadSha = Sha };
        using var cache = new TemporaryFolder();
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await ServiceHost.StartAsync(database, [new RepoSyncModule(new RepoSyncOptions { CacheRoot = cache.FullPath })], cancellationToken: Token);
        using var one = Replica(StubGitHub.Token);
        using var two = Replica(StubGitHub.Token);
        using var other = Replica("ghp_another");
        stub.On(_ => true, StubFault.Answer(429, "", ("retry-after", "600")));
        await FailureOf(() => ReadAsync(one));

        (await FailureOf(() => ReadAsync(two))).Code.ShouldBe(ForgeProblems.RateLimited);
        stub.Calls.Count.ShouldBe(1);
        (await FailureOf(() => ReadAsync(other))).Code.ShouldBe(ForgeProblems.Unauthorized, "it was asked");

        Time.Advance(TimeSpan.FromMinutes(11));
        (stub.RateRemaining, stub.RateReset) = (100, Time.GetUtcNow().AddHours(1));
        (await ReadAsync(one)).ShouldNotBeNull();
        Time.Advance(TimeSpan.FromSeconds(6));
        (await FailureOf(() => ReadAsync(two, ForgePriority.Background))).Code.ShouldBe(ForgeProblems.RateLimited, "what is left is for who waits");
        (await ReadAsync(two)).ShouldNotBeNull();

        ForgeDirectory Replica(string token)
        {
            var options = new RepoSyncOptions { GitHub = PersonalToken(stub, token) };
            return new ForgeDirectory(options, new HostGuard(options), new RateLimits(Time, new ForgeLimitTable(host.Services.GetRequiredService<Database<RepoSyncDbContext>>(), Time)), Time);
        }
    }

    private static Task<PullRequestState?> ReadAsync(ForgeDirectory replica, ForgePriority priority = ForgePriority.Interactive) => replica.GitHub!.FindPullRequestAsync(Repo, 7, priority, Token);
}
