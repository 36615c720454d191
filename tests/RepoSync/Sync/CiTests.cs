using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Configuration;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>How CI stands is part of a repository's description where its forge can be asked.</summary>
public sealed class CiTests : SyncFixture
{
    [Fact]
    public async Task Sync_ForgeWithCredentials_SaysHowCiStands_TheSameBytesTwice()
    {
        await using var stub = await StubGitHub.StartAsync(Token);
        await using var server = await StartAsync(stub);
        var source = Sample();
        var url = server.Publish(source);
        stub.Add("team/project").Statuses[source.Head] = [new() { ["id"] = 1, ["context"] = "ci/build", ["state"] = "failure" }, new() { ["id"] = 2, ["context"] = "a", ["state"] = "success" }];

        var context = (await NewHouse("one").SyncAsync(url)).Context;

        context.Ci.ShouldNotBeNull().Checks.ShouldBe([new CiCheck("ci/build", "failure"), new CiCheck("a", "success")]);
        context.Notes.ShouldBeEmpty();
        Bytes((await NewHouse("two").SyncAsync(url)).Context).ShouldBe(Bytes(context));
    }

    [Fact]
    public async Task Sync_ForgeThatCannotBeAsked_IsANoteAndNoFailure()
    {
        await using var stub = await StubGitHub.StartAsync(Token);
        await using var server = await StartAsync(stub);
        var url = server.Publish(Sample());
        stub.Add("team/project");
        stub.On(call => call.Path.EndsWith("/status", StringComparison.Ordinal), StubFault.Answer(429, "", ("retry-after", "600")));

        var context = (await NewHouse().SyncAsync(url)).Context;

        context.Ci.ShouldBeNull();
        context.Notes.ShouldBe(["GitHub could not be asked how CI stands at this commit (forge_rate_limited)"]);
    }

    [Fact]
    public async Task Sync_RepositoryThatTheTokenDoesNotSee_SaysNothing()
    {
        await using var stub = await StubGitHub.StartAsync(Token);
        await using var server = await StartAsync(stub);

        var context = (await NewHouse().SyncAsync(server.Publish(Sample()))).Context;

        (context.Ci, context.Notes.Count, stub.Calls.Count).ShouldBe((null, 0, 1));
    }

    private async Task<HttpsGitServer> StartAsync(StubGitHub stub)
    {
        var server = await HttpsGitServer.StartAsync(cancellationToken: Token);
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        Options.GitHub = new ForgeSettings { Web = new Uri(server.Url), Api = new Uri(stub.ApiUrl), Token = new SecretText(StubGitHub.Token, null) };
        return server;
    }
}
