using System.Diagnostics;
using Charterhouse.Platform.Hosting;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Hosting;

public sealed class HostLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DataFolder data;

    public HostLockTests() => data = DataFolder.At(folder.FullPath);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TryAcquire_Held_ReturnsNullAndTheHolderCanBeRead()
    {
        using var first = HostLock.TryAcquire(data, "charter analyze", TimeProvider.System).ShouldNotBeNull();

        HostLock.TryAcquire(data, "charter resume", TimeProvider.System).ShouldBeNull();
        var holder = HostLockHolder.Read(data).ShouldNotBeNull();
        holder.ProcessId.ShouldBe(Environment.ProcessId);
        holder.Command.ShouldBe("charter analyze");
        holder.ToString().ShouldStartWith($"process {Environment.ProcessId} (charter analyze, since ");
    }

    [Fact]
    public void Dispose_LetsTheNextOneIn()
    {
        HostLock.TryAcquire(data, "one", TimeProvider.System).ShouldNotBeNull().Dispose();

        HostLockHolder.Read(data).ShouldBeNull();
        using var next = HostLock.TryAcquire(data, "two", TimeProvider.System).ShouldNotBeNull();
    }

    [Fact]
    public void TryAcquire_StaleFile_IsTakenOver()
    {
        folder.Write("host.lock", "1\n2020-01-01T00:00:00.0000000+00:00\na very long command that a dead process left behind\n");

        using var taken = HostLock.TryAcquire(data, "me", TimeProvider.System).ShouldNotBeNull();

        HostLockHolder.Read(data).ShouldNotBeNull().Command.ShouldBe("me");
    }

    [Fact]
    public async Task AcquireAsync_HeldAndNoWait_SaysWhoHoldsIt()
    {
        using var first = HostLock.TryAcquire(data, "charter analyze", TimeProvider.System);

        var problem = await Should.ThrowAsync<DataFolderException>(() => HostLock.AcquireAsync(data, "x", TimeProvider.System, onWait: null, TestContext.Current.CancellationToken));

        problem.Code.ShouldBe("data_folder_held");
        problem.Message.ShouldContain($"process {Environment.ProcessId} (charter analyze");
    }

    [Fact]
    public async Task AcquireAsync_Held_TellsOnceAndWaits()
    {
        var first = HostLock.TryAcquire(data, "first", TimeProvider.System).ShouldNotBeNull();
        var told = new TaskCompletionSource<HostLockHolder?>();

        var waiting = HostLock.AcquireAsync(data, "second", TimeProvider.System, told.SetResult, TestContext.Current.CancellationToken);
        (await told.Task).ShouldNotBeNull().Command.ShouldBe("first");
        waiting.IsCompleted.ShouldBeFalse();
        first.Dispose();

        using var second = await waiting;
        HostLockHolder.Read(data).ShouldNotBeNull().Command.ShouldBe("second");
    }

    [Fact]
    public async Task AcquireAsync_Interrupted_Ends()
    {
        using var first = HostLock.TryAcquire(data, "first", TimeProvider.System);
        using var interrupted = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => HostLock.AcquireAsync(data, "second", TimeProvider.System, _ => interrupted.Cancel(), interrupted.Token));
    }

    [Fact]
    public async Task TryAcquire_HolderIsAnotherProcess_EndsWithThatProcess()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "needs flock(1)");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/flock", [data.LockFile, "sh", "-c", "echo held; exec sleep 60"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("held");
            HostLock.TryAcquire(data, "me", TimeProvider.System).ShouldBeNull();
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var taken = await HostLock.AcquireAsync(data, "me", TimeProvider.System, _ => { }, deadline.Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x\ny\nz\n")]
    [InlineData("12\nnot a time\nz\n")]
    public void Parse_Garbage_IsNobody(string text) => HostLockHolder.Parse(text).ShouldBeNull();
}
