using System.Globalization;
using Charterhouse.RepoSync.Forges;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

/// <summary>GitHub's limits: what is not sent, what is waited for, and what is said.</summary>
public sealed class GitHubLimitTests : ForgeFixture
{
    [Fact]
    public async Task Window_UsedUp_NothingIsSentBeforeItsEnd()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.RateRemaining = 1;
        await ReadAsync(forge);

        var failure = await FailureOf(() => ReadAsync(forge));

        (failure.Code, failure.Retryable, stub.Calls.Count).ShouldBe((ForgeProblems.RateLimited, true, 1));
        var end = DateTimeOffset.FromUnixTimeSeconds(stub.RateReset.ToUnixTimeSeconds());
        failure.Message.ShouldContain("GitHub's rate limit leaves no call before " + end.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC");
        TimeSpan.FromMilliseconds(failure.RetryAfterMs!.Value).ShouldBe(end - Time.GetUtcNow(), TimeSpan.FromSeconds(1));

        (stub.RateRemaining, stub.RateReset) = (5000, stub.RateReset.AddHours(1));
        Time.Advance(TimeSpan.FromHours(1));
        await ReadAsync(forge);
    }

    [Fact]
    public async Task Reserve_IsForWhoWaits()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.RateRemaining = 502;
        await ReadAsync(forge, ForgePriority.Background);
        stub.Repositories[Repo].Pulls[7].HeadRef = "other";
        await ReadAsync(forge, ForgePriority.Background);

        (await FailureOf(() => ReadAsync(forge, ForgePriority.Background))).Code.ShouldBe(ForgeProblems.RateLimited);
        await ReadAsync(forge);

        stub.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task RetryAfter_Short_IsWaitedForEvenByAWriter()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.On(call => call.Mutates, StubFault.Answer(403, "You have exceeded a secondary rate limit.", ("retry-after", "7")));

        await forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "hello", ForgePriority.Interactive, Token);

        Time.Waits.ShouldHaveSingleItem().ShouldBe(TimeSpan.FromSeconds(7), TimeSpan.FromMilliseconds(50));
        stub.Ledger.Select(call => call.Accepted).ShouldBe([false, true]);
    }

    [Fact]
    public async Task RetryAfter_Long_GivesTheStepBackAndHoldsForAll()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.On(call => call.Mutates, StubFault.Answer(429, "slow down", ("retry-after", "90")));

        var failure = await FailureOf(() => forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "hello", ForgePriority.Interactive, Token));
        (failure.Code, failure.RetryAfterMs).ShouldBe((ForgeProblems.RateLimited, 90_000));
        (await FailureOf(() => ReadAsync(forge))).Code.ShouldBe(ForgeProblems.RateLimited);

        stub.Calls.Count.ShouldBe(1);
        Time.Advance(TimeSpan.FromSeconds(91));
        await ReadAsync(forge);
    }

    [Fact]
    public async Task Secondary_WithoutATime_IsAMinuteAndThenLonger()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.On(_ => true, StubFault.Answer(403, "You have triggered an abuse detection mechanism."), 2);
        stub.On(_ => true, StubFault.Answer(403, "You have exceeded a secondary rate limit."), 1);

        var waits = new List<long?>();
        for (var i = 0; i < 3; i++)
        {
            waits.Add((await FailureOf(() => ReadAsync(forge))).RetryAfterMs);
            Time.Advance(TimeSpan.FromMilliseconds(waits[^1]!.Value + 1));
        }

        waits.ShouldBe([60_000, 120_000, 240_000]);
        await ReadAsync(forge);
        stub.On(_ => true, StubFault.Answer(403, "secondary rate limit"));
        stub.Repositories[Repo].Pulls[7].HeadRef = "other";
        (await FailureOf(() => ReadAsync(forge))).RetryAfterMs.ShouldBe(60_000, "a good answer forgives");
    }

    [Fact]
    public async Task Forbidden_ForAnotherReason_IsNoLimit()
    {
        await using var stub = await StubAsync();
        stub.On(_ => true, StubFault.Answer(403, "Resource not accessible by personal access token"));

        var failure = await FailureOf(() => ReadAsync(GitHub(PersonalToken(stub))));

        (failure.Code, failure.Retryable).ShouldBe((ForgeProblems.Forbidden, false));
        failure.Message.ShouldContain("not accessible by personal access token");
    }

    [Fact]
    public async Task Resources_AreCountedApart()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.On(_ => true, StubFault.With(("x-ratelimit-resource", "search"), ("x-ratelimit-remaining", "0")));
        await ReadAsync(forge);

        await ReadAsync(forge);

        stub.Calls.Count.ShouldBe(2);
    }

    private static Task<PullRequestState?> ReadAsync(GitHubForge forge, ForgePriority priority = ForgePriority.Interactive) => forge.FindPullRequestAsync(Repo, 7, priority, Token);

    private static async Task<StubGitHub> StubAsync()
    {
        var stub = await StubGitHub.StartAsync(Token);
        stub.Add(Repo).Pulls[7] = new StubPull { HeadSha = Sha };
        return stub;
    }
}
