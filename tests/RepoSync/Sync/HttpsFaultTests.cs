using System.Security.Cryptography;
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
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Sync_PackIsCut_IsTransientAndTheCacheStaysSound(HttpProtocols protocols)
    {
        await using var server = await StartAsync(protocols);
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();
        var first = await house.SyncAsync(url);
        source.Write("large.bin", RandomNumberGenerator.GetBytes(500_000)).Commit("large");
        server.Publish(source);
        server.Fault = GitServerFault.CutPack;

        var failure = (await house.FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("unreachable", true), failure.Detail);
        house.InCache(first, "fsck", "--strict");
        house.InCache(first, "rev-parse", "refs/charter/heads/main").Trim().ShouldBe(first.Context.HeadSha);
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
