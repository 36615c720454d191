using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_repository_is_behind_https : Journey
{
    [Fact]
    public async Task It_is_analysed_and_faults_of_the_server_are_tried_again_and_explained()
    {
        await using var server = await HttpsGitServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var url = server.Publish(Repository);
        (string, string)[] environment = [("CHARTER_ALLOW_PRIVATE_HOSTS", "true"), ("CHARTER_CERTIFICATE_AUTHORITIES", server.CertificateAuthorities)];

        var good = await CharterAsync(["analyze", url, "--json"], environment);
        server.Fault = GitServerFault.ServerError;
        var bad = await CharterAsync(["analyze", url, "--json"], environment);

        good.ExitCode.ShouldBe(0, good.Error);
        good.Run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(Repository.Head);
        good.Run.GetProperty("repository").GetProperty("url").GetString().ShouldBe(url);
        bad.ExitCode.ShouldBe(1);
        bad.Run.GetProperty("error").GetProperty("code").GetString().ShouldBe("unreachable");
        bad.Run.GetProperty("steps")[0].GetProperty("attempts").GetInt32().ShouldBe(3);
        Tables.ShouldBeSound();
    }
}
