using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>Repositories behind https, as a forge serves them.</summary>
public sealed class HttpsSyncTests : SyncFixture
{
    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Sync_Https_GivesWhatAFolderGives(HttpProtocols protocols)
    {
        await using var server = await StartAsync(protocols: protocols);
        var source = Sample();
        var first = source.Head;
        source.Git("branch", "other");
        source.Git("tag", "v1");
        source.Branch("trunk").Write("src/a.txt", "a\nb\n").Write("large.bin", RandomNumberGenerator.GetBytes(2_000_000)).Commit("second");
        var url = server.Publish(source);
        var house = NewHouse();

        var result = await house.SyncAsync(url, first);

        var folder = (await NewHouse("other").SyncAsync(source.Path, first)).Context;
        (result.Fetched, result.Identity.Name, result.Context.Repository.Url).ShouldBe((true, "team/project", url));
        (result.Context.HeadSha, result.Context.HeadBranch, result.Context.Repository.DefaultBranch).ShouldBe((source.Head, "trunk", "trunk"));
        result.Context.Commits.Select(commit => commit.Subject).ShouldBe(["second"]);
        result.Context.Notes.ShouldBeEmpty();
        Bytes(result.Context with { Repository = folder.Repository, Notes = folder.Notes }).ShouldBe(Bytes(folder));
        house.InCache(result, "for-each-ref", "--format=%(refname)", "refs/charter/heads", "refs/tags").Split('\n')
            .ShouldBe(["refs/charter/heads/main", "refs/charter/heads/other", "refs/charter/heads/trunk", "refs/tags/v1", ""]);
        house.Fsck(result);
    }

    [Fact]
    public async Task Sync_Again_FetchesOnlyWhatIsNew()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        var first = await house.SyncAsync(url);
        var before = server.Requests.Count;

        var second = await house.SyncAsync(url + ".git");

        (first.Fetched, second.Fetched).ShouldBe((true, false));
        Bytes(second.Context).ShouldBe(Bytes(first.Context));
        // Nothing but the question for HEAD: the capabilities and the refs.
        server.Requests.Skip(before).ShouldBe(["GET 127.0.0.1 /team/project/info/refs", "POST 127.0.0.1 /team/project/git-upload-pack"]);

        source.Write("b", "b").Commit("more");
        server.Publish(source);
        var third = await house.SyncAsync(url, first.Context.HeadSha);
        (third.Fetched, third.Context.HeadSha, third.Context.CommitCount).ShouldBe((true, source.Head, 1));
    }

    [Fact]
    public async Task Sync_ForcePush_IsFollowedAndTheOldCommitKept()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        await house.SyncAsync(url);
        var old = source.Head;
        source.Write("README.md", "# two\n").Git("add", "--all");
        source.Git("commit", "--quiet", "--amend", "-m", "rewritten");
        server.Publish(source);

        var result = await house.SyncAsync(url, old);

        (result.Context.HeadSha, result.Context.BaseSha).ShouldBe((source.Head, old));
        result.Context.Commits.Select(commit => commit.Subject).ShouldBe(["rewritten"]);
        house.InCache(result, "rev-parse", "refs/charter/heads/main").Trim().ShouldBe(source.Head);
    }

    [Fact]
    public async Task Sync_CheckedAddress_IsTheOneThatIsUsed()
    {
        await using var server = await StartAsync();
        var source = Sample();
        server.Publish(source);
        var house = NewHouse(resolve: (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));

        var result = await house.SyncAsync($"https://{HttpsGitServer.UnknownName}:{server.Port}/team/project");

        result.Context.HeadSha.ShouldBe(source.Head, "git looks nothing up: no resolver knows the name");
    }

    [Fact]
    public async Task Sync_IPv6Address_Works()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "there is no IPv6");
        await using var server = await StartAsync(IPAddress.IPv6Loopback);
        var source = Sample();

        (await NewHouse().SyncAsync(server.Publish(source))).Context.HeadSha.ShouldBe(source.Head);
    }

    [Theory]
    [InlineData("", 301)]
    [InlineData(".git", 301)]
    [InlineData("", 404)]
    [InlineData(".git", 404)]
    public async Task Sync_ForgeThatWantsTheSuffix_Works(string suffix, int withoutSuffix)
    {
        await using var server = await StartAsync();
        server.WithoutSuffix = withoutSuffix;
        var source = Sample();
        var url = server.Publish(source);

        var result = await NewHouse().SyncAsync(url + suffix);

        (result.Context.HeadSha, result.Context.Repository.Url).ShouldBe((source.Head, url));
    }

    [Fact]
    public async Task Sync_ManyBranches_AsksCompressed()
    {
        await using var server = await StartAsync();
        var source = Sample();
        foreach (var number in Enumerable.Range(0, 40))
            source.Git("branch", $"b{number}", source.Git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", $"{number}").Trim());
        var house = NewHouse();

        var result = await house.SyncAsync(server.Publish(source));

        house.InCache(result, "for-each-ref", "--format=x", "refs/charter/heads").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(41);
        server.Requests.ShouldContain(request => request.EndsWith(" gzip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sync_EmptyRepository_HasNoCommits()
    {
        await using var server = await StartAsync();
        GitCommand.Run(Folder, ["init", "--quiet", "--bare", "--", server.FolderOf("team/empty")]);

        (await NewHouse().FailAsync($"{server.Url}/team/empty")).Failure.Code.ShouldBe("no_commits");
    }

    private async Task<HttpsGitServer> StartAsync(IPAddress? address = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var server = await HttpsGitServer.StartAsync(address, protocols, Token);
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        return server;
    }
}
