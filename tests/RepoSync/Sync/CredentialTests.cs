using System.Text;
using System.Text.Json;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>A private repository: who is shown the secret, and where it never is.</summary>
public sealed class CredentialTests : SyncFixture
{
    private const string Secret = "canary+p@ss/word;7";
    private static readonly string Basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("robot:" + Secret));
    private static readonly string[] Forms = [Secret, Uri.EscapeDataString(Secret), Basic];

    [Fact]
    public async Task Sync_PrivateRepository_IsReadWithItsCredentials()
    {
        await using var server = await StartAsync();
        var source = Sample();
        var url = server.Publish(source);
        var house = NewHouse();

        var first = await house.SyncAsync(url);
        source.Write("b", "b").Commit("more");
        server.Publish(source);
        var second = await house.SyncAsync(url);

        (first.Fetched, second.Context.HeadSha).ShouldBe((true, source.Head));
        server.Authorizations.Distinct().ShouldBe(["127.0.0.1 Basic " + Basic]);
        server.Authorizations.Count.ShouldBe(server.Requests.Count, "no request is made twice, first without");
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)) ShouldHoldNone(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token)), file);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sync_CredentialsAreRefused_SaysSoWithoutThem(bool repeats)
    {
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        server.User = "robot:another";
        if (repeats) server.Refusal = request => $"no: {request.Headers.Authorization} {Secret} {Uri.EscapeDataString(Secret)}";

        var failure = (await NewHouse().FailAsync(url)).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("authentication_required", false), failure.Detail);
        failure.Message.ShouldContain($"refuses the credentials that git_credentials has for {server.Url}/");
        if (repeats) failure.Detail.ShouldNotBeNull().ShouldContain("no: ");
        ShouldHoldNone(JsonSerializer.Serialize(failure), "the failure");
    }

    [Fact]
    public async Task Sync_OtherHostPortOrRedirect_IsNeverShownThem()
    {
        await using var server = await StartAsync();
        await using var neighbour = await HttpsGitServer.StartAsync(cancellationToken: Token);
        var url = server.Publish(Sample());
        server.User = null;

        await NewHouse().SyncAsync(url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        server.Authorizations.ShouldBeEmpty("another name is another host, even where it leads to the same machine");

        server.Fault = GitServerFault.Redirect;
        (await NewHouse().FailAsync(url)).Failure.Code.ShouldBe("redirected");
        server.Authorizations.ShouldNotBeEmpty();
        server.Authorizations.ShouldAllBe(one => one.StartsWith("127.0.0.1 ", StringComparison.Ordinal));

        Options.CertificateAuthorities = neighbour.CertificateAuthorities;
        await NewHouse("second").SyncAsync(neighbour.Publish(NeighbourSource()));
        neighbour.Requests.ShouldNotBeEmpty();
        neighbour.Authorizations.ShouldBeEmpty("another port is another server");

        GitRepository NeighbourSource() => Sample("neighbour");
    }

    [Fact]
    public async Task Sync_WhileItRuns_TheSecretIsInNoCommandLine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "command lines are read from /proc");
        await using var server = await StartAsync();
        var url = server.Publish(Sample());
        server.Fault = GitServerFault.Hang;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sync = NewHouse().Synchronizer.RunAsync(new() { Source = "cli", Target = url }, NewRun(), _ => { }, cancel.Token);
        await Eventually.Holds("git has asked, with the secret", () => server.Authorizations.Count > 0, cancellationToken: Token);

        var lines = Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(CommandLine).ToList();

        lines.ShouldContain(line => line.Contains(url, StringComparison.Ordinal), "git must be caught while it runs");
        foreach (var line in lines) ShouldHoldNone(line, "a command line");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sync);
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended meanwhile
        }
    }

    private static void ShouldHoldNone(string text, string where)
    {
        foreach (var form in Forms) text.Contains(form, StringComparison.Ordinal).ShouldBeFalse(where + " holds the secret");
    }

    private async Task<HttpsGitServer> StartAsync()
    {
        var server = await HttpsGitServer.StartAsync(cancellationToken: Token);
        server.User = "robot:" + Secret;
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        Options.Credentials = GitCredentials.Parse($"# robots\nhttps://robot:{Uri.EscapeDataString(Secret)}@127.0.0.1:{server.Port}\nhttps://x:y@{HttpsGitServer.UnknownName}").Credentials!;
        return server;
    }
}
