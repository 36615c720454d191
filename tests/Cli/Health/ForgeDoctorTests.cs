using Charterhouse.Cli.Doctor;
using Charterhouse.Platform.Configuration;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;

namespace Charterhouse.Cli.Tests.Health;

public sealed class ForgeDoctorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Doctor_ForgesWithCredentials_AreAsked_AndOthersAreNot()
    {
        using var folder = new TemporaryFolder();
        await using var gitHub = await StubGitHub.StartAsync(Token);
        await using var gitLab = await StubGitLab.StartAsync(Token);
        var options = new CharterOptions
        {
            DataFolder = folder.FullPath,
            GitHub = new ForgeSettings { Web = new Uri(gitHub.Url), Api = new Uri(gitHub.ApiUrl), AppId = "4711", AppPrivateKey = new SecretText(gitHub.PrivateKey, null) },
            GitLab = new ForgeSettings { Web = new Uri(gitLab.Url), Api = new Uri(gitLab.ApiUrl), Token = new SecretText("glpat-canary-wrong", null) },
        };

        var checks = await DoctorChecks.RunAsync(options, TimeProvider.System, Token);

        var app = checks.Single(check => check.Name == "github");
        (app.Healthy, app.Fix).ShouldBe((true, null));
        app.Detail.ShouldContain("the App charterhouse-app; it may: checks write, contents read, pull_requests write");
        var token = checks.Single(check => check.Name == "gitlab");
        (token.Healthy, token.Fix is null).ShouldBe((false, false));
        token.Detail.ShouldContain("refuses the credentials");
        token.Detail.ShouldNotContain("canary");
        (await DoctorChecks.RunAsync(new CharterOptions { DataFolder = folder.FullPath }, TimeProvider.System, Token)).ShouldNotContain(check => check.Name == "github");
    }
}
