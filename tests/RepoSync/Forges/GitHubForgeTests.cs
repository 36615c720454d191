using System.Text.Json.Nodes;
using Charterhouse.Contracts.Repositories;
using Charterhouse.RepoSync.Forges;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

/// <summary>What the house does at GitHub.</summary>
public sealed class GitHubForgeTests : ForgeFixture
{
    private const string Marker = "<!-- charterhouse:sticky -->";
    private const ForgePriority Now = ForgePriority.Interactive;
    private static readonly ForgeSubject Pull = new(7, true);

    [Fact]
    public async Task Comment_IsFoundByItsMarker_OnlyWhenTheHouseWroteIt()
    {
        await using var stub = await StubAsync();
        var (app, token) = (GitHub(App(stub)), GitHub(PersonalToken(stub)));
        stub.Repositories[Repo].CommentsOf(7).Add(new JsonObject { ["id"] = 1, ["html_url"] = "https://x", ["body"] = Marker + "forged", ["user"] = new JsonObject { ["login"] = "mallory", ["id"] = 66 } });
        stub.Repositories[Repo].CommentsOf(7).Add(new JsonObject { ["id"] = 2, ["html_url"] = "https://x", ["body"] = Marker, ["user"] = null });
        (await app.FindCommentAsync(Repo, Pull, Marker, Now, Token)).ShouldBeNull();

        for (var i = 0; i < 130; i++) await token.CreateCommentAsync(Repo, Pull, "filler", Now, Token);
        var made = await app.CreateCommentAsync(Repo, Pull, "body " + Marker, Now, Token);
        await app.CreateCommentAsync(Repo, Pull, "later " + Marker, Now, Token);

        (await app.FindCommentAsync(Repo, Pull, Marker, Now, Token)).ShouldBe(made);
        (await token.FindCommentAsync(Repo, Pull, Marker, Now, Token)).ShouldBeNull("the App is somebody else");
        stub.Calls.Count(call => call.Path.EndsWith("/issues/7/comments", StringComparison.Ordinal) && call.Query.Contains("page=2", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Comment_ThatIsGone_IsNull_AndALockedOneIsSaid()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(App(stub));
        var made = await forge.CreateCommentAsync(Repo, Pull, "one", Now, Token);
        (await forge.UpdateCommentAsync(Repo, Pull, made.Id, "two", Now, Token)).ShouldNotBeNull().Body.ShouldBe("two");

        stub.Repositories[Repo].Comments.Clear();
        (await forge.UpdateCommentAsync(Repo, Pull, made.Id, "three", Now, Token)).ShouldBeNull();
        stub.Repositories[Repo].Pulls[7].Locked = true;

        var failure = await FailureOf(() => forge.CreateCommentAsync(Repo, Pull, "four", Now, Token));
        (failure.Code, failure.Retryable).ShouldBe((ForgeProblems.Locked, false));
        (await forge.FindPullRequestAsync(Repo, 7, Now, Token)).ShouldNotBeNull().IsLocked.ShouldBeTrue();
    }

    [Fact]
    public async Task Comment_TooLong_IsRefusedForGood()
    {
        await using var stub = await StubAsync();

        var failure = await FailureOf(() => GitHub(App(stub)).CreateCommentAsync(Repo, Pull, new string('x', 65537), Now, Token));

        (failure.Code, failure.Retryable).ShouldBe((ForgeProblems.Refused, false));
        failure.Message.ShouldContain("too long");
    }

    [Fact]
    public async Task Reaction_Twice_IsOne()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(App(stub));
        var made = await forge.CreateCommentAsync(Repo, Pull, "/charter analyze", Now, Token);

        await forge.ReactAsync(Repo, Pull, made.Id, "eyes", Now, Token);
        await forge.ReactAsync(Repo, Pull, made.Id, "eyes", Now, Token);

        stub.Repositories[Repo].Reactions.ShouldBe([(made.Id, "eyes")]);
    }

    [Fact]
    public async Task Issue_IsFoundClosedOrOpen_AndOpenedAgain()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(PersonalToken(stub));
        var made = await forge.CreateIssueAsync(Repo, "Charter", "text " + Marker, Now, Token);
        stub.Repositories[Repo].Issues[0]["state"] = "closed";

        (await forge.FindIssueAsync(Repo, Marker, Now, Token)).ShouldBe(made);
        (await forge.UpdateIssueAsync(Repo, made.Id, "Charter 2", "new " + Marker, Now, Token)).ShouldNotBeNull();

        var issue = stub.Repositories[Repo].Issues.ShouldHaveSingleItem();
        (issue["state"]!.ToString(), issue["title"]!.ToString()).ShouldBe(("open", "Charter 2"));
        (await GitHub(App(stub)).FindIssueAsync(Repo, Marker, Now, Token)).ShouldBeNull("somebody else opened it");
        (await forge.UpdateIssueAsync(Repo, "999", "t", "b", Now, Token)).ShouldBeNull();
    }

    [Theory]
    [InlineData("admin", nameof(ForgePermission.Admin))]
    [InlineData("maintain", nameof(ForgePermission.Maintain))]
    [InlineData("write", nameof(ForgePermission.Write))]
    [InlineData("triage", nameof(ForgePermission.Triage))]
    [InlineData("read", nameof(ForgePermission.Read))]
    [InlineData("none", nameof(ForgePermission.None))]
    [InlineData(null, nameof(ForgePermission.None))]
    public async Task Permission_IsWhatGitHubSays(string? role, string expected)
    {
        await using var stub = await StubAsync();
        if (role is not null) stub.Repositories[Repo].Roles["ada"] = role;

        (await GitHub(PersonalToken(stub)).GetPermissionAsync(Repo, new ForgeUser("ada", 1), Now, Token)).ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task CiStatus_IsAllButTheHousesOwn_WorstFirst()
    {
        await using var stub = await StubAsync();
        var (app, token) = (GitHub(App(stub)), GitHub(PersonalToken(stub)));
        (await app.FindCiStatusAsync(Repo, Sha, Now, Token)).ShouldNotBeNull().Outcome.ShouldBe("none");
        await app.SetStatusAsync(Repo, new CommitState(Sha, "charterhouse", "failure", "own", null), Now, Token);
        await app.CreateCheckRunAsync(Repo, new GitHubNewCheckRun("charter", Sha, "run_1", "in_progress"), Now, Token);
        await token.SetStatusAsync(Repo, new CommitState(Sha, "ci/build", "pending", "…", null), Now, Token);
        await token.SetStatusAsync(Repo, new CommitState(Sha, "ci/build", "success", "ok", null), Now, Token);
        Run("lint", "completed", "success");
        Run("tests", "completed", "timed_out");
        Run("deploy", "in_progress", null);
        Run("docs", "completed", "skipped");

        var status = (await app.FindCiStatusAsync(Repo, Sha, Now, Token)).ShouldNotBeNull();

        (status.Outcome, status.Total).ShouldBe(("failure", 5));
        status.Checks.ShouldBe([new CiCheck("tests", "failure"), new CiCheck("ci/build", "success"), new CiCheck("deploy", "pending"), new CiCheck("docs", "neutral"), new CiCheck("lint", "success")]);
        stub.Repositories[Repo].Commits.Add(Sha);
        (await app.FindCiStatusAsync(Repo, new string('c', 40), Now, Token)).ShouldBeNull();

        void Run(string name, string state, string? conclusion) => stub.Repositories[Repo].CheckRuns.Add(new JsonObject { ["id"] = 5, ["name"] = name, ["head_sha"] = Sha, ["status"] = state, ["conclusion"] = conclusion, ["app"] = new JsonObject { ["id"] = 1 } });
    }

    [Fact]
    public async Task CheckRun_IsMadeFoundAndGrows()
    {
        await using var stub = await StubAsync();
        var forge = GitHub(App(stub));
        var made = await forge.CreateCheckRunAsync(Repo, new GitHubNewCheckRun("charter", Sha, "run_1", "in_progress", Output: Output(50)), Now, Token);
        await forge.UpdateCheckRunAsync(Repo, made.Id, new GitHubCheckRunChange("completed", "neutral", Output: Output(30)), Now, Token);

        (await forge.FindCheckRunAsync(Repo, Sha, "charter", Now, Token)).ShouldBe(new GitHubOwnCheck(made.Id, made.Url, "run_1", IsCompleted: true, Annotations: 80));
        (await forge.FindCheckRunAsync(Repo, Sha, "another", Now, Token)).ShouldBeNull();
        var run = stub.Repositories[Repo].CheckRuns.ShouldHaveSingleItem();
        (run["annotations"]!.AsArray().Count, run["conclusion"]!.ToString()).ShouldBe((80, "neutral"));
        (await FailureOf(() => forge.UpdateCheckRunAsync(Repo, made.Id, new GitHubCheckRunChange("completed", "neutral", Output: Output(51)), Now, Token))).Code.ShouldBe(ForgeProblems.Refused);

        stub.On(call => call.Mutates, StubFault.CutAfter());
        (await FailureOf(() => forge.UpdateCheckRunAsync(Repo, made.Id, new GitHubCheckRunChange("completed", "neutral", Output: Output(1)), Now, Token))).Code.ShouldBe(ForgeProblems.Unreachable);
        run["annotations"]!.AsArray().Count.ShouldBe(81, "annotations are added by every call, so it is not repeated");
        (await FailureOf(() => GitHub(PersonalToken(stub)).CreateCheckRunAsync(Repo, new GitHubNewCheckRun("charter", Sha, "run_1", "queued"), Now, Token))).Code.ShouldBe(ForgeProblems.Forbidden);

        static GitHubCheckOutput Output(int count) => new("title", "summary", Annotations: [.. Enumerable.Range(1, count).Select(line => new GitHubAnnotation("a.cs", line, line, "warning", "hm"))]);
    }

    [Fact]
    public async Task Sarif_ArrivesAsItWasSent()
    {
        await using var stub = await StubAsync();

        var receipt = await GitHub(App(stub)).UploadSarifAsync(Repo, Sha, "refs/heads/main", new byte[] { 31, 139, 8 }, Now, Token);

        var upload = stub.Repositories[Repo].Sarifs.ShouldHaveSingleItem();
        (upload["id"]!.ToString(), upload["commit_sha"]!.ToString(), upload["ref"]!.ToString()).ShouldBe((receipt.Id, Sha, "refs/heads/main"));
        Convert.FromBase64String(upload["sarif"]!.ToString()).ShouldBe([31, 139, 8]);
    }

    [Fact]
    public async Task Deliveries_AreListedBackToATime_AndSentAgain()
    {
        await using var stub = await StubAsync();
        var now = Time.GetUtcNow();
        for (var i = 0; i < 250; i++)
            stub.Deliveries.Add(new JsonObject { ["id"] = 5000 - i, ["guid"] = $"g{i}", ["delivered_at"] = now.AddMinutes(-i).ToString("O"), ["redelivery"] = false, ["status"] = "OK", ["status_code"] = i == 3 ? 502 : 202, ["event"] = "push" });
        var forge = GitHub(App(stub));

        var found = await forge.ListDeliveriesAsync(now.AddMinutes(-120), ForgePriority.Background, Token);
        await forge.RedeliverAsync(found.Single(delivery => delivery.StatusCode == 502).Id, ForgePriority.Background, Token);

        found.Count.ShouldBe(121);
        stub.Calls.Count(call => call.Path == "/app/hook/deliveries").ShouldBe(2, "what is older is not asked for");
        stub.Ledger.ShouldHaveSingleItem().Path.ShouldBe("/app/hook/deliveries/4997/attempts");
        (await FailureOf(() => GitHub(PersonalToken(stub)).ListDeliveriesAsync(now, ForgePriority.Background, Token))).Code.ShouldBe(ForgeProblems.Forbidden);
    }

    [Fact]
    public async Task Repositories_OfAnOrganisationAPersonOrTheInstallation_ArchivedOnesLeftOut()
    {
        await using var stub = await StubAsync();
        for (var i = 0; i < 120; i++) stub.Add($"big/r{i:000}");
        stub.Add("big/old").Archived = true;
        var (app, token) = (GitHub(App(stub)), GitHub(PersonalToken(stub)));

        foreach (var forge in new[] { app, token })
        {
            var big = await ListAsync(forge, "big");
            (big.Count, big[119].Path, big[119].Url).ShouldBe((120, "big/r119", $"{stub.Url}/big/r119"));
            big[0].ForgeId.ShouldBe($"{new Uri(stub.Url).Authority}/{stub.Repositories["big/r000"].Id}");
            (await ListAsync(forge, null)).Count.ShouldBe(121);
            (await FailureOf(() => ListAsync(forge, "nobody"))).Code.ShouldBe(ForgeProblems.NotFound);
        }
    }

    private static async Task<List<ForgeListing>> ListAsync(GitHubForge forge, string? scope)
    {
        var found = new List<ForgeListing>();
        await foreach (var one in forge.ListRepositoriesAsync(scope, Now, Token)) found.Add(one);
        return found;
    }

    private static async Task<StubGitHub> StubAsync()
    {
        var stub = await StubGitHub.StartAsync(Token);
        stub.Add(Repo).Pulls[7] = new StubPull { HeadSha = Sha };
        return stub;
    }
}
