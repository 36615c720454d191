using System.Security.Cryptography;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>Servers that refuse, fail, lie or fall silent. Every one ends with a failure that says what to do, and the next sync works.</summary>
public sealed class HttpsFaultTests : SyncFixture
{
    [Theory]
    [InlineData(GitServerFault.Unauthorized, "authentication_required", false, "asks for authentication")]
    [InlineData(GitServerFault.ServerError, "unreachable", true, "cannot be reached now")]
    [InlineData(GitServerFault.WebPage, "not_a_repository", false, "is not a git repository")]
    public async Task Sync_ServerRefuses_FailsWithItsCode(GitServerFault fault, string code, bool retryable, string words)
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        server.Fault = fault;

        var failure = (await house.FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe((code, retryable), failure.Detail);
        failure.Message.ShouldContain(words);
        failure.Remedy.ShouldNotBeNullOrEmpty();
        server.Fault = GitServerFault.None;
        (await house.SyncAsync(url)).Context.HeadSha.ShouldBe(source.Head);
    }

    /// <summary>A registered repository is given up when it is not found, so that nothing but 404 may say so, whatever the server's page reads.</summary>
    [Theory]
    [InlineData(400, "unreachable", true)]
    [InlineData(401, "authentication_required", false)]
    [InlineData(403, "authentication_required", false)]
    [InlineData(404, "not_found", false)]
    [InlineData(408, "unreachable", true)]
    [InlineData(410, "unreachable", true)]
    [InlineData(429, "unreachable", true)]
    [InlineData(451, "unreachable", true)]
    [InlineData(500, "unreachable", true)]
    [InlineData(502, "unreachable", true)]
    [InlineData(503, "unreachable", true)]
    public async Task Sync_Status_HasItsCode(int status, string code, bool retryable)
    {
        await using var server = await StartAsync();
        server.Status = status;

        var failure = (await NewHouse().FailAsync(server.Publish(Sample()))).Failure;

        (failure.Code, failure.Retryable).ShouldBe((code, retryable), failure.Detail);
    }

    [Theory]
    [InlineData(404, 404, "not_found")]
    [InlineData(404, 503, "unreachable")]
    [InlineData(404, 401, "authentication_required")]
    [InlineData(301, 404, "redirected")]
    public async Task Sync_AddressWithTheSuffixSaysOtherwise_IsNotFoundOnlyWhenBothAre(int without, int with, string code)
    {
        await using var server = await StartAsync();
        (server.WithoutSuffix, server.Status) = (without, with);

        (await NewHouse().FailAsync(server.Publish(Sample()))).Failure.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Sync_RepositoryWasDeleted_IsNotFoundAndStaysInTheCache()
    {
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        var house = NewHouse();
        var run = NewRun();
        var first = await house.SyncAsync(url, run: run);
        Directory.Delete(server.FolderOf("team/project"), recursive: true);

        (await house.FailAsync(url)).Failure.Code.ShouldBe("not_found");

        house.Fsck(first);
        house.InCache(first, "cat-file", "-e", first.Context.HeadSha);
    }

    [Fact]
    public async Task Sync_NoSuchRepository_IsNotFound()
    {
        await using var server = await StartAsync();
        server.Publish(Sample());

        var failure = (await NewHouse().FailAsync(server.Url + "/team/nothing")).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("not_found", false), failure.Detail);
    }

    [Fact]
    public async Task Sync_RedirectToAnotherHost_IsNotFollowed()
    {
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        server.Fault = GitServerFault.Redirect;

        var failure = (await NewHouse().FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("redirected", false), failure.Detail);
        failure.Message.ShouldContain("a redirect, which is not followed");
        // The other name is this server's as well, and its certificate holds it: whoever follows arrives.
        server.Requests.ShouldNotBeEmpty();
        server.Requests.ShouldAllBe(request => request.Contains(" 127.0.0.1 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, true)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task Sync_PackIsCut_IsTransientAndTheCacheStaysSound(HttpProtocols protocols, bool contentsApart)
    {
        await using var server = await StartAsync(protocols);
        server.Filters = contentsApart;
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        var first = await house.SyncAsync(url);
        source.Write("large.bin", RandomNumberGenerator.GetBytes(500_000)).Commit("large");
        server.Publish(source);
        server.Fault = GitServerFault.CutPack;

        var failure = (await house.FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("unreachable", true), failure.Detail);
        house.Fsck(first);
        house.InCache(first, "rev-parse", "refs/charter/head").Trim().ShouldBe(first.Context.HeadSha);
        server.Fault = GitServerFault.None;
        (await house.SyncAsync(url)).Context.HeadSha.ShouldBe(source.Head);
        Remains(house.GitDir(first)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_FirstPackIsCut_LeavesNothingInTheWay()
    {
        await using var server = await StartAsync();
        var source = Sample();
        source.Write("large.bin", RandomNumberGenerator.GetBytes(500_000)).Commit("large");
        var url = server.Publish(source);
        var house = NewHouse();
        server.Fault = GitServerFault.CutPack;
        (await house.FailAsync(url)).Failure.Retryable.ShouldBeTrue();
        server.Fault = GitServerFault.None;

        var result = await house.SyncAsync(url);

        (result.Fetched, result.Context.HeadSha).ShouldBe((true, source.Head));
        Remains(house.GitDir(result)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_ServerNeverAnswers_TimesOutAndEndsGit()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        server.Fault = GitServerFault.Hang;
        Options.LookTimeout = TimeSpan.FromSeconds(3);

        var failure = (await house.FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("timeout", true), failure.Detail);
        // The connection is held by git's helper, a grandchild: it is closed only if the whole tree is dead.
        await server.ClientGone.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Sync_PackStops_TimesOutEndsGitAndTheNextSyncWorks()
    {
        await using var server = await StartAsync();
        var source = Sample();
        source.Write("large.bin", RandomNumberGenerator.GetBytes(500_000)).Commit("large");
        var url = server.Publish(source);
        var house = NewHouse();
        server.Fault = GitServerFault.HangInPack;
        Options.FetchTimeout = TimeSpan.FromSeconds(4);

        var failure = (await house.FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("timeout", true), failure.Detail);
        await server.ClientGone.WaitAsync(TimeSpan.FromSeconds(20), Token);
        server.Fault = GitServerFault.None;
        Options.FetchTimeout = TimeSpan.FromMinutes(1);
        var result = await house.SyncAsync(url);
        result.Context.HeadSha.ShouldBe(source.Head);
        Remains(house.GitDir(result)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_WhileAFetchHangs_ReadersReadOn()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        var first = await house.SyncAsync(url);
        source.Write("large.bin", RandomNumberGenerator.GetBytes(500_000)).Commit("large");
        server.Publish(source);
        using var begun = CatFileBatch.Open(Git, house.GitDir(first));
        server.Fault = GitServerFault.HangInPack;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var fetch = house.Synchronizer.RunAsync(new() { Source = "cli", Target = url }, NewRun(), _ => { }, cancel.Token);
        await server.Hangs.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await Eventually.Holds("half a pack has come", () => Remains(house.GitDir(first)).Any(file => Path.GetFileName(file).StartsWith("tmp_pack", StringComparison.Ordinal)), cancellationToken: Token);

        using var late = CatFileBatch.Open(Git, house.GitDir(first));
        foreach (var batch in new[] { begun, late })
        {
            await batch.RequestAsync(first.Context.HeadSha, Token);
            await batch.RequestAsync(source.Git("rev-parse", "HEAD:src/a.txt").Trim(), Token);
            batch.Complete();
            (await batch.ReadAsync(1000, Token)).Type.ShouldBe("commit");
            (await batch.ReadAsync(1000, Token)).Type.ShouldBe("blob");
        }
        house.InCache(first, "log", "--raw", first.Context.HeadSha).ShouldContain("first");
        fetch.IsCompleted.ShouldBeFalse("nobody has waited for the fetch");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => fetch);
    }

    [Fact]
    public async Task Sync_ManyAtOnce_IsOneFetch()
    {
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        // Two houses on one folder stand for two processes: they share no semaphore, only the file.
        var houses = new[] { NewHouse(), NewHouse() };

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => houses[i % 2].SyncAsync(url), Token)));

        results.Count(result => result.Fetched).ShouldBe(1);
        results.Select(result => Convert.ToHexString(Bytes(result.Context))).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        houses[0].Fsck(results[0]);
    }

    [Fact]
    public async Task Sync_Cancelled_EndsGit()
    {
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        server.Fault = GitServerFault.Hang;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sync = NewHouse().Synchronizer.RunAsync(new() { Source = "cli", Target = url }, NewRun(), _ => { }, cancel.Token);
        await Eventually.Holds("git asks", () => server.Requests.Count > 0, cancellationToken: Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => sync);
        await server.ClientGone.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Sync_UnknownAuthority_SaysHowToTrustIt()
    {
        await using var server = await StartAsync();
        await using var other = await HttpsGitServer.StartAsync(cancellationToken: Token);
        var url = server.Publish(Sample());
        var house = NewHouse();
        foreach (var authorities in new[] { null, other.CertificateAuthorities })
        {
            Options.CertificateAuthorities = authorities;

            var failure = (await house.FailAsync(url)).Failure;

            (failure.Code, failure.Retryable).ShouldBe(("untrusted_certificate", false), failure.Detail);
            failure.Message.ShouldContain("is not trusted");
            failure.Remedy.ShouldNotBeNull().ShouldContain("certificate_authorities");
        }
        server.Requests.ShouldBeEmpty("nothing is said to a server that is not trusted");
    }

    [Fact]
    public async Task Sync_AuthoritiesFileIsGone_SaysSo()
    {
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        Options.CertificateAuthorities = Path.Combine(Folder, "gone.pem");

        var failure = (await NewHouse().FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("untrusted_certificate", false), failure.Detail);
        failure.Remedy.ShouldNotBeNull().ShouldContain("certificate_authorities");
    }

    private async Task<HttpsGitServer> StartAsync(HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var server = await HttpsGitServer.StartAsync(protocols: protocols, cancellationToken: Token);
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        return server;
    }

    /// <summary>Half-written objects and lock files.</summary>
    private static IEnumerable<string> Remains(string gitDir) =>
        Directory.EnumerateFiles(gitDir, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is { } name && (name.StartsWith("tmp_", StringComparison.Ordinal) || name.EndsWith(".lock", StringComparison.Ordinal)));
}
