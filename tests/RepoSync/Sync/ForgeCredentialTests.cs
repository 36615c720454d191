using System.Text;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>A repository at a forge that the house has credentials for is read with them, where <c>git_credentials</c> says nothing.</summary>
public sealed class ForgeCredentialTests : SyncFixture
{
    [Fact]
    public async Task PersonalToken_ReadsAPrivateRepository()
    {
        await using var server = await StartAsync("x-access-token:" + StubGitHub.Token);
        Options.GitHub = new ForgeSettings { Web = new Uri(server.Url), Api = new Uri("https://api.invalid"), Token = new SecretText(StubGitHub.Token, null) };

        (await NewHouse().SyncAsync(server.Publish(Sample()))).Fetched.ShouldBeTrue();

        server.Authorizations.Count.ShouldBe(server.Requests.Count);
    }

    [Fact]
    public async Task App_ReadsWithTheInstallationsToken_AndNothingWhereItIsNotInstalled()
    {
        await using var stub = await StubGitHub.StartAsync(Token);
        await using var server = await StartAsync(null);
        stub.Add("team/project");
        Options.GitHub = new ForgeSettings { Web = new Uri(server.Url), Api = new Uri(stub.ApiUrl), AppId = "4711", AppPrivateKey = new SecretText(stub.PrivateKey, null) };

        await NewHouse().SyncAsync(server.Publish(Sample()));
        server.Authorizations.ShouldNotBeEmpty();
        server.Authorizations.ShouldAllBe(one => Encoding.UTF8.GetString(Convert.FromBase64String(one.Split(' ')[2])).StartsWith("x-access-token:ghs_", StringComparison.Ordinal));
        var before = server.Authorizations.Count;

        await NewHouse().SyncAsync(server.Publish(Sample("other"), "team/other"));
        server.Authorizations.Count.ShouldBe(before);
    }

    [Fact]
    public async Task GitLabToken_IsShownAsOauth2_AndGitCredentialsComeFirst()
    {
        await using var server = await StartAsync("oauth2:" + StubGitLab.Token);
        Options.GitLab = new ForgeSettings { Web = new Uri(server.Url), Api = new Uri("https://api.invalid"), Token = new SecretText(StubGitLab.Token, null) };
        var url = server.Publish(Sample());
        (await NewHouse().SyncAsync(url)).Fetched.ShouldBeTrue();

        Options.Credentials = GitCredentials.Parse($"https://robot:own@127.0.0.1:{server.Port}").Credentials!;
        (await NewHouse().FailAsync(url)).Failure.Message.ShouldContain("that git_credentials has");
    }

    [Fact]
    public async Task TokenThatIsRefused_DoesNotHideWhatEverybodyMayRead()
    {
        await using var server = await StartAsync(null);
        var url = server.Publish(Sample());
        Options.GitHub = new ForgeSettings { Web = new Uri(server.Url), Api = new Uri("https://api.invalid"), Token = new SecretText("ghp_expired", null) };
        server.RefusesCredentials = true;

        (await NewHouse().SyncAsync(url)).Fetched.ShouldBeTrue();

        server.User = "nobody:else";
        (await NewHouse().FailAsync(url)).Failure.Message.ShouldContain("refuses the credentials that github.token has");
    }

    private async Task<HttpsGitServer> StartAsync(string? user)
    {
        var server = await HttpsGitServer.StartAsync(cancellationToken: Token);
        server.User = user;
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        return server;
    }
}
