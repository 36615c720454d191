using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Tests.Cache;

public sealed class GitFailuresTests
{
    [Theory]
    [InlineData("fatal: write error: No space left on device", "storage_full", false)]
    [InlineData("fatal: could not read Username for 'https://x': terminal prompts disabled", "not_found", false)]
    [InlineData("remote: Repository not found.", "not_found", false)]
    [InlineData("fatal: unable to access 'https://x/': Could not resolve host: x", "unreachable", true)]
    [InlineData("fatal: unable to access 'https://x/': The requested URL returned error: 503", "unreachable", true)]
    [InlineData("fatal: unable to access 'https://x/': Failed to connect to x port 443", "unreachable", true)]
    [InlineData("fetch-pack: unexpected disconnect while reading sideband packet", "unreachable", true)]
    [InlineData("error: object abc: hasDotgit: contains '.git'\nfatal: fsck error in packed object", "corrupt_repository", false)]
    [InlineData("error: unable to create temporary file: Permission denied", "storage_failed", false)]
    [InlineData("error: unable to open object pack directory: /x: Permission denied\nfatal: the remote end hung up unexpectedly", "unreadable", false)]
    [InlineData("fatal: bad object", "corrupt_repository", false)]
    public void OfTransfer_Stderr_HasItsCode(string error, string code, bool retryable)
    {
        var failure = GitFailures.OfTransfer(new GitResult(128, [], error, TimedOut: false), "https://x/a/b").Failure;
        (failure.Code, failure.Retryable).ShouldBe((code, retryable));
        failure.Remedy.ShouldNotBeNullOrEmpty();
        failure.Detail.ShouldNotBeNull();
    }

    [Fact]
    public void OfTransfer_SecretsInStderr_AreRedacted()
    {
        const string error = "fatal: https://user:s3cret@x/a\n> Authorization: Basic s3cret\n> authorization: bearer s3cret";
        GitFailures.OfTransfer(new GitResult(128, [], error, TimedOut: false), "x").Failure.Detail.ShouldNotBeNull().ShouldNotContain("s3cret");
    }

    [Fact]
    public void OfTransfer_TimedOut_IsTransient() =>
        GitFailures.OfTransfer(new GitResult(-1, [], "", TimedOut: true), "x").Failure.Retryable.ShouldBeTrue();

    [Fact]
    public void Of_GitMissing_SaysWhatToInstall() => GitFailures.Of(new GitMissingException(null)).Failure.Remedy.ShouldNotBeNull().ShouldContain("2.39");
}
