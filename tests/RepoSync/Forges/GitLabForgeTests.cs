using System.Text.Json.Nodes;
using Charterhouse.Contracts.Repositories;
using Charterhouse.RepoSync.Forges;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

/// <summary>What the house does at GitLab, and where GitLab is not like GitHub.</summary>
public sealed class GitLabForgeTests : ForgeFixture
{
    private const string Project = "group/sub/tool";
    private const string Marker = "<!-- charterhouse:sticky -->";
    private const ForgePriority Now = ForgePriority.Interactive;
    private static readonly ForgeSubject Merge = new(5, true);

    [Fact]
    public async Task MergeRequest_OfAProjectInGroups()
    {
        await using var stub = await StubAsync();
        stub.Projects[Project].Pulls[5].Fork = true;
        var forge = Forge(stub);

        (await forge.FindPullRequestAsync(Project, 5, Now, Token)).ShouldBe(new PullRequestState(5, true, false, Sha, "topic", "main", true));
        (await forge.FindPullRequestAsync(Project, 6, Now, Token)).ShouldBeNull();
        (await forge.FindPullRequestAsync("group/../tool", 5, Now, Token)).ShouldBeNull();
        stub.Calls.ShouldAllBe(call => call.Authorization == StubGitLab.Token);
    }

    [Fact]
    public async Task Note_IsFoundByItsMarker_OnlyWhenTheHouseWroteIt()
    {
        await using var stub = await StubAsync();
        var forge = Forge(stub);
        var notes = stub.Projects[Project].CommentsOf(5);
        for (var i = 0; i < 130; i++) notes.Add(new JsonObject { ["id"] = i, ["body"] = Marker, ["system"] = false, ["author"] = new JsonObject { ["id"] = 66, ["username"] = "mallory" } });
        notes.Add(new JsonObject { ["id"] = 999, ["body"] = Marker, ["system"] = true, ["author"] = new JsonObject { ["id"] = StubGitLab.UserId, ["username"] = StubGitLab.Login } });
        (await forge.FindCommentAsync(Project, Merge, Marker, Now, Token)).ShouldBeNull();

        var made = await forge.CreateCommentAsync(Project, Merge, "one " + Marker, Now, Token);

        (await forge.FindCommentAsync(Project, Merge, Marker, Now, Token)).ShouldBe(made);
        made.Url.ShouldBe($"{stub.Url}/{Project}/-/merge_requests/5#note_{made.Id}");
        (await forge.UpdateCommentAsync(Project, Merge, made.Id, "two", Now, Token)).ShouldNotBeNull().Body.ShouldBe("two");
        (await forge.UpdateCommentAsync(Project, Merge, "123456", "two", Now, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Note_OnALockedMergeRequest_SaysSo()
    {
        await using var stub = await StubAsync();
        stub.Projects[Project].Pulls[5].Locked = true;

        (await FailureOf(() => Forge(stub).CreateCommentAsync(Project, Merge, "one", Now, Token))).Code.ShouldBe(ForgeProblems.Locked);
    }

    [Fact]
    public async Task ReactionAndStatus_SaidTwice_AreOne()
    {
        await using var stub = await StubAsync();
        var forge = Forge(stub);
        var note = await forge.CreateCommentAsync(Project, Merge, "/charter analyze", Now, Token);
        await forge.ReactAsync(Project, Merge, note.Id, "+1", Now, Token);
        await forge.ReactAsync(Project, Merge, note.Id, "+1", Now, Token);

        var first = await forge.SetStatusAsync(Project, new CommitState(Sha, "charterhouse", "failure", "no", null), Now, Token);
        var second = await forge.SetStatusAsync(Project, new CommitState(Sha, "charterhouse", "failure", "no", null), Now, Token);

        stub.Projects[Project].Reactions.ShouldBe([(note.Id, "thumbsup")]);
        second.ShouldBe(first);
        stub.Projects[Project].Statuses[Sha].ShouldHaveSingleItem()["status"]!.ToString().ShouldBe("failed");
    }

    [Fact]
    public async Task Issue_IsFoundAndOpenedAgain()
    {
        await using var stub = await StubAsync();
        var forge = Forge(stub);
        var made = await forge.CreateIssueAsync(Project, "Charter", "text " + Marker, Now, Token);
        stub.Projects[Project].Issues[0]["state"] = "closed";

        (await forge.FindIssueAsync(Project, Marker, Now, Token)).ShouldBe(made);
        await forge.UpdateIssueAsync(Project, made.Id, "Charter 2", "new", Now, Token);
        var comment = await forge.CreateCommentAsync(Project, new ForgeSubject(1, false), "of the issue", Now, Token);

        var issue = stub.Projects[Project].Issues.ShouldHaveSingleItem();
        (issue["state"]!.ToString(), issue["title"]!.ToString()).ShouldBe(("opened", "Charter 2"));
        comment.Url!.ShouldContain("/-/issues/1#note_");
        (await forge.FindIssueAsync(Project, "another", Now, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Permission_GoesByNumberAndElseByName()
    {
        await using var stub = await StubAsync();
        var forge = Forge(stub);
        var id = stub.AddUser("ada");
        (await forge.GetPermissionAsync(Project, new ForgeUser("ada", id), Now, Token)).ShouldBe(ForgePermission.None);

        stub.Projects[Project].Roles["ada"] = "maintain";
        (await forge.GetPermissionAsync(Project, new ForgeUser("ignored", id), Now, Token)).ShouldBe(ForgePermission.Maintain);
        (await forge.GetPermissionAsync(Project, new ForgeUser("ada", null), Now, Token)).ShouldBe(ForgePermission.Maintain);
        (await forge.GetPermissionAsync(Project, new ForgeUser("nobody", null), Now, Token)).ShouldBe(ForgePermission.None);
    }

    [Fact]
    public async Task CiStatus_IsAllButTheHousesOwn()
    {
        await using var stub = await StubAsync();
        var forge = Forge(stub);
        await forge.SetStatusAsync(Project, new CommitState(Sha, "charterhouse", "failure", "own", null), Now, Token);
        foreach (var (name, state, mayFail) in new[] { ("build", "success", false), ("lint", "failed", true), ("test", "running", false) })
            stub.Projects[Project].Statuses[Sha].Add(new JsonObject { ["id"] = 1, ["name"] = name, ["status"] = state, ["allow_failure"] = mayFail });

        var status = (await forge.FindCiStatusAsync(Project, Sha, Now, Token)).ShouldNotBeNull();

        (status.Outcome, status.Total).ShouldBe(("pending", 3));
        status.Checks.ShouldBe([new CiCheck("build", "success"), new CiCheck("lint", "neutral"), new CiCheck("test", "pending")]);
        stub.Projects[Project].Commits.Add(Sha);
        (await forge.FindCiStatusAsync(Project, new string('c', 40), Now, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Projects_OfAGroupWithItsGroups_OrOfAPerson()
    {
        await using var stub = await StubAsync();
        for (var i = 0; i < 120; i++) stub.Add($"group/p{i:000}");
        stub.AddUser("ada");
        stub.Add("ada/own");
        var forge = Forge(stub);

        var group = await ListAsync("group");
        (group.Count, group[0].Path, group[0].ForgeId).ShouldBe((121, Project, $"{new Uri(stub.Url).Authority}/{stub.Projects[Project].Id}"));
        (await ListAsync("ada")).ShouldHaveSingleItem().Url.ShouldBe($"{stub.Url}/ada/own");
        (await ListAsync(null)).Count.ShouldBe(122);

        async Task<List<ForgeListing>> ListAsync(string? scope)
        {
            var found = new List<ForgeListing>();
            await foreach (var one in forge.ListRepositoriesAsync(scope, Now, Token)) found.Add(one);
            return found;
        }
    }

    [Fact]
    public async Task Limits_AreGitLabsOwnHeaders()
    {
        await using var stub = await StubAsync();
        var forge = Forge(stub);
        stub.RateRemaining = 1;
        await forge.FindPullRequestAsync(Project, 5, Now, Token);

        var failure = await FailureOf(() => forge.FindPullRequestAsync(Project, 6, Now, Token));

        (failure.Code, failure.Retryable, stub.Calls.Count).ShouldBe((ForgeProblems.RateLimited, true, 1));
        failure.Message.ShouldContain("GitLab's rate limit leaves no call before");
    }

    [Fact]
    public async Task Pages_ByNumberAlone_AreFollowed()
    {
        await using var stub = await StubAsync();
        stub.On(call => call.Path.EndsWith("/notes", StringComparison.Ordinal), StubFault.With(("Link", ""), ("x-next-page", "2")), 1);

        (await Forge(stub).FindCommentAsync(Project, Merge, Marker, Now, Token)).ShouldBeNull();

        stub.Calls.Where(call => call.Path.EndsWith("/notes", StringComparison.Ordinal)).Select(call => call.Query).ShouldBe(["?order_by=created_at&sort=asc&per_page=100", "?order_by=created_at&sort=asc&per_page=100&page=2"]);
    }

    private GitLabForge Forge(StubGitLab stub) => Directory(gitLab: PersonalToken(stub)).GitLab!;

    private static async Task<StubGitLab> StubAsync()
    {
        var stub = await StubGitLab.StartAsync(Token);
        stub.Add(Project).Pulls[5] = new StubPull { HeadSha = Sha };
        return stub;
    }
}
