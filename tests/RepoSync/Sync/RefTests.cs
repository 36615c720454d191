using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Targets;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>What an event asks for: a branch, a tag or a pull request instead of HEAD, and a commit that the forge may not show yet.</summary>
public sealed class RefTests : SyncFixture
{
    [Fact]
    public async Task Ref_Branch_IsAnalysedInsteadOfHead()
    {
        await using var server = await StartAsync();
        var (source, feature) = Forked();

        var context = (await SyncAsync(NewHouse(), server.Publish(source), "refs/heads/feature/one")).Context;

        (context.HeadSha, context.HeadBranch, context.Repository.DefaultBranch).ShouldBe((feature, "feature/one", "main"));
        context.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ref_PullRequest_IsComparedWithItsBaseAndDisturbsNothing()
    {
        await using var server = await StartAsync();
        var (source, feature) = Forked();
        source.Git("branch", "--delete", "--force", "feature/one");
        var url = server.Publish(source);
        source.Git("push", "--quiet", server.FolderOf("team/project"), feature + ":refs/pull/17/head", feature + "~1:refs/merge-requests/18/head");
        var house = NewHouse();
        var main = await house.SyncAsync(url);
        var refs = house.InCache(main, "for-each-ref", "refs/charter/heads", "refs/charter/head", "refs/tags");

        var pull = (await SyncAsync(house, url, "refs/pull/17/head", @base: "main")).Context;

        (pull.HeadSha, pull.HeadBranch, pull.BaseSha, pull.BaseRef).ShouldBe((feature, null, source.Git("merge-base", "main", feature).Trim(), "main"));
        pull.Commits.Select(commit => commit.Subject).ShouldBe(["feature two", "feature one"]);
        pull.FilesChanged.Select(file => (file.Path, file.Additions)).ShouldBe([("src/b.txt", 1), ("src/c.txt", 1)]);
        pull.Notes.ShouldBeEmpty();
        (await SyncAsync(house, url, "refs/merge-requests/18/head", @base: "main")).Context.HeadSha.ShouldBe(source.Git("rev-parse", feature + "~1").Trim());
        house.InCache(main, "for-each-ref", "refs/charter/heads", "refs/charter/head", "refs/tags").ShouldBe(refs);
        (await house.SyncAsync(url)).Fetched.ShouldBeFalse("the default branch's commit is kept beside pull requests");
    }

    [Fact]
    public async Task Ref_AnnotatedTag_IsItsCommit()
    {
        await using var server = await StartAsync();
        var (source, feature) = Forked();
        source.Git("tag", "--annotate", "--message", "one", "v1", feature);

        var context = (await SyncAsync(NewHouse(), server.Publish(source), "refs/tags/v1")).Context;

        (context.HeadSha, context.HeadBranch).ShouldBe((feature, null));
    }

    [Fact]
    public async Task Ref_Deleted_IsATypedFailure()
    {
        await using var server = await StartAsync();
        var (source, feature) = Forked();
        var url = server.Publish(source);
        var house = NewHouse();
        await SyncAsync(house, url, "refs/heads/feature/one");
        // Ends as the wanted name does, which is all that git ls-remote compares.
        source.Git("push", "--quiet", server.FolderOf("team/project"), ":refs/heads/feature/one", feature + ":refs/other/refs/heads/feature/one");

        var failure = await FailAsync(house, url, "refs/heads/feature/one");

        (failure.Failure.Code, failure.Failure.Retryable).ShouldBe(("ref_not_found", false));
        failure.Failure.Message.ShouldContain("has no refs/heads/feature/one, or no longer");
    }

    [Fact]
    public async Task Ref_OfAnEmptyRepository_IsNotFound()
    {
        await using var server = await StartAsync();
        GitCommand.Run(Folder, ["init", "--quiet", "--bare", "--", server.FolderOf("team/empty")]);

        (await FailAsync(NewHouse(), server.Url + "/team/empty", "refs/heads/main")).Failure.Code.ShouldBe("ref_not_found");
    }

    [Theory]
    [InlineData("main")]
    [InlineData("")]
    [InlineData("HEAD")]
    [InlineData("refs/main")]
    [InlineData("refs/heads/")]
    [InlineData("-refs/heads/main")]
    [InlineData("refs/heads/../../x")]
    [InlineData("refs/heads/a..b")]
    [InlineData("refs/heads/.a")]
    [InlineData("refs/heads/a.lock")]
    [InlineData("refs/heads/a.")]
    [InlineData("refs/heads/a//b")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/a:refs/heads/main")]
    [InlineData("refs/heads/*")]
    [InlineData("refs/heads/a^{}")]
    [InlineData("refs/heads/a~1")]
    [InlineData("refs/heads/a@{1}")]
    [InlineData("refs/heads/a\\b")]
    [InlineData("refs/heads/a\nb")]
    [InlineData("refs/heads/a\u0085b")]
    [InlineData("refs/heads/a\ud800")]
    public async Task Ref_NoFullName_IsRefusedBeforeAnybodyIsAsked(string name)
    {
        await using var server = await StartAsync();

        var failure = await FailAsync(NewHouse(), server.Url + "/team/project", name);

        (failure.Failure.Code, failure.Failure.Retryable).ShouldBe(("ref_invalid", false));
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("refs/heads/-x")]
    [InlineData("refs/heads/ünïcode")]
    [InlineData("refs/heads/a@b#c")]
    public async Task Ref_UnusualName_Works(string name)
    {
        await using var server = await StartAsync();
        var source = Sample();
        source.Git("update-ref", name, "HEAD");

        (await SyncAsync(NewHouse(), server.Publish(source), name)).Context.HeadBranch.ShouldBe(name["refs/heads/".Length..]);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("abc")]
    [InlineData("--upload-pack=x")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF01")]
    public async Task Announced_NoObjectId_IsRefused(string sha) =>
        (await FailAsync(NewHouse(), "https://127.0.0.1/team/project", null, sha)).Failure.Code.ShouldBe("sha_invalid");

    [Fact]
    public async Task Announced_AheadOfALaggingReplica_IsAnalysed()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        await house.SyncAsync(url);
        var ahead = source.Write("b.txt", "b\n").Commit("pushed a moment ago");
        // The object is there already, the ref not yet.
        source.Git("push", "--quiet", server.FolderOf("team/project"), ahead + ":refs/replica/main");

        var context = (await SyncAsync(house, url, "refs/heads/main", ahead)).Context;

        (context.HeadSha, context.HeadBranch, context.Tree.Files).ShouldBe((ahead, "main", 3));
    }

    [Fact]
    public async Task Announced_OlderThanTheRef_IsLeftBehind()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var older = source.Head;
        var newer = source.Write("b.txt", "b\n").Commit("newer");
        var url = server.Publish(source);

        (await SyncAsync(NewHouse(), url, "refs/heads/main", older)).Context.HeadSha.ShouldBe(newer);
    }

    [Fact]
    public async Task Announced_OfAHistoryThatWasReplaced_IsLeftBehind()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var replaced = source.Write("b.txt", "b\n").Commit("replaced");
        var url = server.Publish(source);
        var house = NewHouse();
        await house.SyncAsync(url);
        source.Git("reset", "--quiet", "--hard", "HEAD~1");
        var now = source.Write("c.txt", "c\n").Commit("instead");
        server.Publish(source);

        (await SyncAsync(house, url, "refs/heads/main", replaced)).Context.HeadSha.ShouldBe(now);
    }

    [Fact]
    public async Task Announced_UnknownToTheServer_IsLeftBehind()
    {
        await using var server = await StartAsync();
        var source = Sample();

        (await SyncAsync(NewHouse(), server.Publish(source), null, new string('a', 40))).Context.HeadSha.ShouldBe(source.Head);
    }

    [Fact]
    public async Task KnownAs_MovedRepository_KeepsItsIdentity()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var house = NewHouse();
        var before = await house.SyncAsync(server.Publish(source, "old/name"));
        source.Write("b.txt", "b\n").Commit("after the move");
        var url = server.Publish(source, "new/name");

        var moved = await house.Synchronizer.RunAsync(Trigger(url, null) with { KnownAs = $"{server.Url}/old/name" }, NewRun(), _ => { }, Token);

        moved.Identity.Id.ShouldBe(before.Identity.Id);
        moved.Context.Repository.ShouldBe(before.Context.Repository with { Name = "new/name", Url = url });
        moved.Context.HeadSha.ShouldBe(source.Head);
        Directory.GetDirectories(house.Paths.Root).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("/somewhere")]
    [InlineData("http://127.0.0.1/a/b")]
    [InlineData("https://user:secret@127.0.0.1/a/b")]
    public async Task KnownAs_NoAddressOfARepository_IsRefused(string known)
    {
        var trigger = Trigger("https://127.0.0.1/team/project", null) with { KnownAs = known };
        var failure = (await Should.ThrowAsync<StepFailedException>(() => NewHouse().Synchronizer.RunAsync(trigger, NewRun(), _ => { }, Token))).Failure;
        failure.Code.ShouldBe("unsupported_target");
        failure.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Ref_OfAFolder_IsRefused()
    {
        var source = Sample();
        (await FailAsync(NewHouse(), source.Path, "refs/heads/main")).Failure.Code.ShouldBe("unsupported_target");
        (await FailAsync(NewHouse(), source.Path, null, source.Head)).Failure.Code.ShouldBe("unsupported_target");
    }

    private (GitRepository Source, string Feature) Forked()
    {
        var source = Sample();
        source.Branch("feature/one").Write("src/b.txt", "b\n").Commit("feature one");
        var feature = source.Write("src/c.txt", "c\n").Commit("feature two");
        source.Branch("main").Write("main.txt", "main goes on\n").Commit("main goes on");
        return (source, feature);
    }

    private static RunTrigger Trigger(string url, string? name) => new() { Source = "cli", Target = url, Ref = name };

    private static Task<SyncResult> SyncAsync(House house, string url, string? name, string? sha = null, string? @base = null) =>
        house.Synchronizer.RunAsync(Trigger(url, name) with { HeadSha = sha, Base = @base }, NewRun(), _ => { }, Token);

    private static Task<StepFailedException> FailAsync(House house, string url, string? name, string? sha = null) => Should.ThrowAsync<StepFailedException>(() => SyncAsync(house, url, name, sha));

    private async Task<HttpsGitServer> StartAsync()
    {
        var server = await HttpsGitServer.StartAsync(cancellationToken: Token);
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        return server;
    }
}
