using System.Security.Cryptography;
using System.Text;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_repository_is_behind_https : Journey
{
    [Fact]
    public async Task It_is_analysed_and_faults_of_the_server_are_tried_again_and_explained()
    {
        await using var server = await HttpsGitServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var url = server.Publish(Repository);
        var environment = EnvironmentFor(server);

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

    /// <summary>F07: kill -9 in the middle of a clone, and of a fetch into what is there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_in_the_middle_of_a_transfer_it_is_fetched_by_the_next_run(bool first)
    {
        await using var server = await HttpsGitServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var url = server.Publish(Repository);
        var environment = EnvironmentFor(server);
        if (!first) (await CharterAsync(["analyze", url], environment)).ExitCode.ShouldBe(0);
        Repository.Write("large.bin", RandomNumberGenerator.GetBytes(600_000)).Commit("Large");
        server.Publish(Repository);
        server.Fault = GitServerFault.HangInPack;
        using (var running = CharterProcess.Start(Data, ["analyze", url], environment.ToDictionary(pair => pair.Item1, pair => pair.Item2)))
        {
            await server.Hangs.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            await Eventually.Holds("half a pack has come", () => Remains("tmp_pack_*").Length > 0, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            // alone: git goes on waiting for the other half, in the files of the next one
            running.Signal("KILL");
            await running.EndAsync();
        }
        server.Fault = GitServerFault.None;

        var next = await CharterAsync(["analyze", url, "--json"], environment);

        next.ExitCode.ShouldBe(0, next.Error);
        next.Run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(Repository.Head);
        await server.ClientGone.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        foreach (var pattern in (string[])["tmp_*", "*.lock"]) Remains(pattern).Where(file => new FileInfo(file).Length > 0).ShouldBeEmpty();
        var cached = Directory.GetDirectories(Path.Combine(Data, "repositories"), "repo_*.git").ShouldHaveSingleItem();
        // what is left out on purpose is no damage
        GitCommand.Run(cached, ["-c", "remote.source.promisor=true", "fsck", "--full", "--strict"]);
        Tables.ShouldBeSound();
    }

    [Fact]
    public async Task A_private_one_is_read_with_credentials_that_appear_nowhere()
    {
        const string secret = "canary-7f3a9b";
        await using var server = await HttpsGitServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var url = server.Publish(Repository);
        server.User = "robot:" + secret;
        var given = ("GIT_CREDENTIALS", $"https://robot:{secret}@127.0.0.1:{server.Port}");

        var without = await CharterAsync(["analyze", url, "--json"], EnvironmentFor(server));
        var with = await CharterAsync(["analyze", url, "--json"], [.. EnvironmentFor(server), given]);
        server.User = "robot:changed";
        server.Refusal = request => $"you sent {request.Headers.Authorization}";
        var refused = await CharterAsync(["analyze", url, "--json"], [.. EnvironmentFor(server), given, ("CHARTER_DEBUG", "1")]);
        var shown = await CharterAsync(["config", "show"], given);
        var wrong = await CharterAsync(["config", "show"], ("GIT_CREDENTIALS", $"https://robot:{secret}@127.0.0.1/path"));

        without.Run.GetProperty("error").GetProperty("code").GetString().ShouldBe("authentication_required");
        with.ExitCode.ShouldBe(0, with.Error);
        refused.Run.GetProperty("error").GetProperty("code").GetString().ShouldBe("authentication_required");
        refused.Run.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("git_credentials");
        (shown.ExitCode, wrong.ExitCode).ShouldBe((0, 2));
        wrong.Error.ShouldContain("GIT_CREDENTIALS");
        string[] forms = [secret, Convert.ToBase64String(Encoding.UTF8.GetBytes("robot:" + secret))];
        foreach (var result in new[] { with, refused, shown, wrong }) forms.ShouldAllBe(form => !(result.Output + result.Error).Contains(form, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            forms.ShouldAllBe(form => !text.Contains(form, StringComparison.Ordinal), file);
        }
    }

    private static (string, string)[] EnvironmentFor(HttpsGitServer server) =>
        [("CHARTER_ALLOW_PRIVATE_HOSTS", "true"), ("CHARTER_CERTIFICATE_AUTHORITIES", server.CertificateAuthorities)];

    private string[] Remains(string pattern) =>
        Directory.Exists(Path.Combine(Data, "repositories")) ? Directory.GetFiles(Path.Combine(Data, "repositories"), pattern, SearchOption.AllDirectories) : [];
}
