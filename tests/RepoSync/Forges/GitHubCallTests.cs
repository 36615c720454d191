using Charterhouse.Platform.Configuration;
using Charterhouse.RepoSync.Forges;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

/// <summary>How GitHub is called: with what, how often, and when not.</summary>
public sealed class GitHubCallTests : ForgeFixture
{
    private const ForgePriority Now = ForgePriority.Interactive;

    [Fact]
    public async Task Calls_CarryTheTokenAndTheVersion()
    {
        await using var stub = await StubAsync();

        (await GitHub(PersonalToken(stub)).FindPullRequestAsync(Repo, 7, Now, Token)).ShouldBe(new PullRequestState(7, true, false, Sha, "topic", "main", false));

        stub.Calls.ShouldHaveSingleItem().Authorization.ShouldBe("Bearer " + StubGitHub.Token);
    }

    [Fact]
    public async Task App_SignsForAnInstallationToken_OnceForManyCalls()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(App(stub));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => forge.FindPullRequestAsync(Repo, 7, Now, Token)));

        stub.Calls.Count(call => call.Path.EndsWith("/access_tokens", StringComparison.Ordinal)).ShouldBe(1);
        stub.Calls.Count(call => call.Path.EndsWith("/pulls/7", StringComparison.Ordinal)).ShouldBe(5);
        stub.Calls.Where(call => call.Path.EndsWith("/pulls/7", StringComparison.Ordinal)).ShouldAllBe(call => call.Authorization.StartsWith("Bearer ghs_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task App_TokenIsRevoked_IsRenewedOnceEvenForAComment()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(App(stub));
        await forge.FindPullRequestAsync(Repo, 7, Now, Token);

        stub.RevokeTokens();
        await forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "hello", Now, Token);

        stub.Repositories[Repo].Comments[7].ShouldHaveSingleItem();
        stub.Calls.Count(call => call.Status == 401).ShouldBe(1);
    }

    [Fact]
    public async Task App_TokenIsNearItsEnd_IsExchangedBefore()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(App(stub));
        await forge.FindPullRequestAsync(Repo, 7, Now, Token);

        Time.Advance(TimeSpan.FromMinutes(56));
        await forge.FindPullRequestAsync(Repo, 7, Now, Token);

        stub.Calls.Count(call => call.Path.EndsWith("/access_tokens", StringComparison.Ordinal)).ShouldBe(2);
        stub.Calls.ShouldAllBe(call => call.Status != 401);
    }

    [Fact]
    public async Task App_NotInstalled_SaysWhere()
    {
        await using var stub = await StubAsync();

        var failure = await FailureOf(() => GitHub(App(stub)).FindPullRequestAsync("acme/elsewhere", 7, Now, Token));

        (failure.Code, failure.Retryable).ShouldBe((ForgeProblems.NotFound, false));
        failure.Message.ShouldContain("not installed on acme/elsewhere");
    }

    [Fact]
    public async Task Token_InAFile_IsReadAgainWhenItChanges()
    {
        using var folder = new TemporaryFolder();
        await using var stub = await StubAsync();
        var file = folder.Write("token", "ghp_old");
        var forge = GitHub(PersonalToken(stub, "ghp_old", file));
        (await FailureOf(() => forge.FindPullRequestAsync(Repo, 7, Now, Token))).Code.ShouldBe(ForgeProblems.Unauthorized);

        folder.Write("token", StubGitHub.Token + "\n");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        (await forge.FindPullRequestAsync(Repo, 7, Now, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Token_Refused_SaysSoWithoutIt()
    {
        await using var stub = await StubAsync();

        var failure = await FailureOf(() => GitHub(PersonalToken(stub, "ghp_canary_wrong")).FindPullRequestAsync(Repo, 7, Now, Token));

        (failure.Code, failure.Retryable).ShouldBe((ForgeProblems.Unauthorized, false));
        System.Text.Json.JsonSerializer.Serialize(failure).ShouldNotContain("canary");
        stub.Calls.Count.ShouldBe(1, "the same token is not shown twice");
    }

    [Fact]
    public async Task Answers_ThatHaveNotChanged_DoNotCount()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        var first = await forge.FindPullRequestAsync(Repo, 7, Now, Token);
        var left = stub.RateRemaining;

        (await forge.FindPullRequestAsync(Repo, 7, Now, Token)).ShouldBe(first);
        stub.RateRemaining.ShouldBe(left);

        stub.Repositories[Repo].Pulls[7].HeadSha = new string('b', 40);
        (await forge.FindPullRequestAsync(Repo, 7, Now, Token)).ShouldNotBeNull().HeadSha.ShouldBe(new string('b', 40));
        stub.RateRemaining.ShouldBe(left - 1);
    }

    [Theory]
    [InlineData(502, ForgeProblems.Unavailable)]
    [InlineData(0, ForgeProblems.Unreachable)]
    public async Task Reading_IsTriedThreeTimes(int status, string code)
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        Fault(3);

        var failure = await FailureOf(() => forge.FindPullRequestAsync(Repo, 7, Now, Token));

        (failure.Code, failure.Retryable, stub.Calls.Count, Time.Waits.Count).ShouldBe((code, true, 3, 2));
        Time.Waits[1].ShouldBeGreaterThan(TimeSpan.FromMilliseconds(100));
        Fault(2);
        (await forge.FindPullRequestAsync(Repo, 7, Now, Token)).ShouldNotBeNull();

        void Fault(int times) => stub.On(_ => true, status == 0 ? StubFault.CutBefore() : StubFault.Answer(status), times);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Writing_IsNeverRepeated(int status)
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.On(call => call.Mutates, status switch { 0 => StubFault.CutBefore(), -1 => StubFault.CutAfter(), _ => StubFault.Answer(status) });

        var failure = await FailureOf(() => forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "hello", Now, Token));

        (failure.Retryable, stub.Ledger.Count).ShouldBe((true, 1));
        stub.Repositories[Repo].CommentsOf(7).Count.ShouldBe(status == -1 ? 1 : 0);
    }

    [Fact]
    public async Task Changing_IsRepeated_BecauseTwiceIsAsOnce()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        var comment = await forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "one", Now, Token);
        stub.On(call => call.Mutates, StubFault.CutAfter());

        await forge.UpdateCommentAsync(Repo, new ForgeSubject(7, true), comment.Id, "two", Now, Token);
        stub.On(call => call.Mutates, StubFault.Answer(503));
        await forge.SetStatusAsync(Repo, new CommitState(Sha, "charterhouse", "success", "fine", null), Now, Token);

        stub.Repositories[Repo].Comments[7].ShouldHaveSingleItem()["body"]!.ToString().ShouldBe("two");
        stub.Ledger.Select(call => call.Method).ShouldBe(["POST", "PATCH", "PATCH", "POST", "POST"]);
    }

    [Fact]
    public async Task Writers_TakeTurns()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        var slow = stub.On(call => call.Mutates, StubFault.Slow());
        var first = forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "one", Now, Token);
        await slow.Reached;

        var second = forge.CreateCommentAsync(Repo, new ForgeSubject(7, true), "two", Now, Token);
        (await forge.FindPullRequestAsync(Repo, 7, Now, Token)).ShouldNotBeNull("whoever only reads does not wait");
        stub.Repositories[Repo].CommentsOf(7).ShouldBeEmpty();
        slow.Release();
        await Task.WhenAll(first, second);

        stub.Repositories[Repo].Comments[7].Select(one => one["body"]!.ToString()).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task Renamed_Repository_IsFollowed_AndAnotherHostNever()
    {
        await using var stub = await StubAsync();
        await using var other = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        stub.On(_ => true, StubFault.Answer(301, "", ("Location", $"{stub.Url}/repos/{Repo}/pulls/7")));
        (await forge.FindPullRequestAsync("acme/old", 7, Now, Token)).ShouldNotBeNull();

        stub.On(_ => true, StubFault.Answer(301, "", ("Location", $"{other.Url}/repos/{Repo}/pulls/7")));
        (await FailureOf(() => forge.FindPullRequestAsync("acme/old", 7, Now, Token))).Code.ShouldBe(ForgeProblems.Refused);
        other.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Host_OfTheOwnNetwork_IsRefused()
    {
        var forge = GitHub(new ForgeSettings { Web = new Uri("https://169.254.169.254"), Api = new Uri("https://169.254.169.254/api/v3"), Token = new SecretText("t", null) });

        (await FailureOf(() => forge.FindPullRequestAsync(Repo, 7, Now, Token))).Code.ShouldBe("host_refused");
    }

    private static async Task<StubGitHub> StubAsync()
    {
        var stub = await StubGitHub.StartAsync(Token);
        stub.Add(Repo).Pulls[7] = new StubPull { HeadSha = Sha };
        return stub;
    }
}
