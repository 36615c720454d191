using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Tests.Cache;

public sealed class GitFailuresTests
{
    [Theory]
    [InlineData("fatal: write error: No space left on device", "storage_full", true)]
    [InlineData("fatal: unable to write loose object file: No space left on device\nfatal: unpack-objects failed", "storage_full", true)]
    [InlineData("error: cannot update ref 'refs/charter/incoming': couldn't write '/x/refs/charter/incoming.lock'", "storage_full", true)]
    [InlineData("remote: fatal: write error: No space left on device\nfatal: early EOF", "unreachable", true)]
    [InlineData("fatal: remote error: No space left on device", "corrupt_repository", false)]
    [InlineData("fatal: git fetch-pack: expected ACK/NAK, got 'No space left on device'", "corrupt_repository", false)]
    [InlineData("fatal: could not read Username for 'https://x': terminal prompts disabled", "authentication_required", false)]
    [InlineData("fatal: unable to access 'https://x/': The requested URL returned error: 403", "authentication_required", false)]
    [InlineData("fatal: unable to access 'https://x/': The requested URL returned error: 301", "redirected", false)]
    [InlineData("fatal: unable to access 'https://x/': The requested URL returned error: 429", "unreachable", true)]
    [InlineData("remote: backend not found\nfatal: unable to access 'https://x/': The requested URL returned error: 502", "unreachable", true)]
    [InlineData("fatal: unable to access 'https://x/': Empty reply from server", "unreachable", true)]
    [InlineData("fatal: unable to access 'https://x/': SSL certificate problem: unable to get local issuer certificate", "untrusted_certificate", false)]
    [InlineData("fatal: unable to access 'https://x/': SSL: no alternative certificate subject name matches target host name 'x'", "untrusted_certificate", false)]
    [InlineData("fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none CRLfile: none", "untrusted_certificate", false)]
    [InlineData("fatal: unable to access 'https://x/': error setting certificate verify locations: CAfile: /x", "untrusted_certificate", false)]
    [InlineData("fatal: unable to access 'https://x/': gnutls_handshake() failed: Error in the pull function.", "unreachable", true)]
    [InlineData("fatal: https://x/info/refs not valid: is this a git repository?", "not_a_repository", false)]
    [InlineData("error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly: INTERNAL_ERROR (err 2)", "unreachable", true)]
    [InlineData("remote: Repository not found.\nfatal: repository 'https://x/a/b/' not found", "not_found", false)]
    [InlineData("remote: Repository not found.\nfatal: unable to access 'https://x/': The requested URL returned error: 410", "unreachable", true)]
    [InlineData("remote: fatal: repository 'https://x/' not found\nfatal: unable to access 'https://x/': The requested URL returned error: 503", "unreachable", true)]
    [InlineData("remote: fatal: repository 'https://x/' not found\nfatal: early EOF", "unreachable", true)]
    [InlineData("remote: Repository not found.\nfatal: Authentication failed for 'https://x/'", "authentication_required", false)]
    [InlineData("fatal: remote error: repository 'https://x/' not found", "corrupt_repository", false)]
    [InlineData("error: RPC failed; HTTP 404 curl 22 The requested URL returned error: 404\nfatal: expected flush after ref listing", "unreachable", true)]
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
