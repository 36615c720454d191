using System.Net;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Tests.Targets;

public sealed class HostGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    public async Task CheckAsync_PrivateAddress_IsRefused(string address)
    {
        var guard = new HostGuard(new RepoSyncOptions(), (_, _) => Task.FromResult(new[] { IPAddress.Parse("8.8.8.8"), IPAddress.Parse(address) }));
        var failure = await Should.ThrowAsync<StepFailedException>(() => guard.CheckAsync("forge.example", TestContext.Current.CancellationToken));
        failure.Failure.Code.ShouldBe("host_refused");
        (await Should.ThrowAsync<StepFailedException>(() => new HostGuard(new RepoSyncOptions()).CheckAsync(address, TestContext.Current.CancellationToken))).Failure.Code.ShouldBe("host_refused");
    }

    [Fact]
    public async Task CheckAsync_PrivateAddressAllowed_IsPinned()
    {
        var guard = new HostGuard(new RepoSyncOptions { AllowPrivateHosts = true }, (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));
        (await guard.CheckAsync("forge.example", TestContext.Current.CancellationToken)).ShouldBe([IPAddress.Loopback]);
    }

    [Fact]
    public async Task CheckAsync_PublicAddress_IsPinned()
    {
        var guard = new HostGuard(new RepoSyncOptions(), (_, _) => Task.FromResult(new[] { IPAddress.Parse("140.82.121.3"), IPAddress.Parse("2606:50c0::1") }));
        (await guard.CheckAsync("forge.example", TestContext.Current.CancellationToken)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task CheckAsync_UnknownName_IsTransient()
    {
        var guard = new HostGuard(new RepoSyncOptions(), (_, _) => throw new System.Net.Sockets.SocketException(11001));
        var failure = await Should.ThrowAsync<StepFailedException>(() => guard.CheckAsync("forge.example", TestContext.Current.CancellationToken));
        (failure.Failure.Code, failure.Failure.Retryable).ShouldBe(("unreachable", true));
    }
}
