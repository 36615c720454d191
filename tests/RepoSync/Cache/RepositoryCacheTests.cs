using System.Diagnostics;
using System.Security.Cryptography;
using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Tests.Fixture;

namespace Charterhouse.RepoSync.Tests.Cache;

/// <summary>The cache over its life: again, changed, two at once, killed.</summary>
public sealed class RepositoryCacheTests : SyncFixture
{
    [Fact]
    public async Task Sync_SecondTime_FetchesNothing()
    {
        var source = Sample();
        var house = NewHouse();
        var first = await house.SyncAsync(source.Path);
        var marker = Path.Combine(house.GitDir(first), "not-cloned-again");
        await File.WriteAllTextAsync(marker, "", Token);
        var second = await house.SyncAsync(source.Path);
        (first.Fetched, second.Fetched).ShouldBe((true, false));
        Bytes(second.Context).ShouldBe(Bytes(first.Context));
        source.Write("b", "b").Commit();
        var third = await house.SyncAsync(source.Path);
        third.Fetched.ShouldBeTrue();
        third.Context.HeadSha.ShouldBe(source.Head);
        File.Exists(marker).ShouldBeTrue();
        Directory.GetDirectories(house.Paths.Root).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Sync_BranchesAndTags_FollowTheSource()
    {
        var source = Sample();
        source.Git("branch", "a");
        source.Git("tag", "v1");
        var house = NewHouse();
        var result = await house.SyncAsync(source.Path);
        house.InCache(result, "for-each-ref", "--format=%(refname)", "refs/charter/heads", "refs/tags").Split('\n').ShouldBe(["refs/charter/heads/a", "refs/charter/heads/main", "refs/tags/v1", ""]);
        source.Git("branch", "--delete", "a");
        source.Git("branch", "a/b");
        source.Write("b", "b").Commit();
        house.InCache(await house.SyncAsync(source.Path), "for-each-ref", "--format=%(refname)", "refs/charter/heads").Split('\n').ShouldBe(["refs/charter/heads/a/b", "refs/charter/heads/main", ""]);
    }

    [Fact]
    public async Task Sync_ForcePushedSource_KeepsTheOldCommitForTheRange()
    {
        var source = Sample();
        var house = NewHouse();
        await house.SyncAsync(source.Path);
        var old = source.Head;
        source.Write("README.md", "# two\n").Git("add", "--all");
        source.Git("commit", "--quiet", "--amend", "-m", "rewritten");
        source.Git("reflog", "expire", "--expire=now", "--all");
        source.Git("gc", "--quiet", "--prune=now");
        var context = (await house.SyncAsync(source.Path, old)).Context;
        context.BaseSha.ShouldBe(old);
        context.Commits.Select(commit => commit.Subject).ShouldBe(["rewritten"]);
        context.FilesChanged.ShouldHaveSingleItem().Path.ShouldBe("README.md");
    }

    [Fact]
    public async Task Sync_ManyAtOnce_IsOneFetch()
    {
        var source = Sample();
        // Two houses on one folder stand for two processes: they share no semaphore, only the file.
        var houses = new[] { NewHouse(), NewHouse() };
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => houses[i % 2].SyncAsync(source.Path), Token)));
        results.Count(result => result.Fetched).ShouldBe(1);
        results.Select(result => Convert.ToHexString(Bytes(result.Context))).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        houses[0].InCache(results[0], "for-each-ref", "--format=x", "refs/charter/runs").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(8);
    }

    [Fact]
    public async Task Sync_StaleLocksAndRemains_AreRemoved()
    {
        var source = Sample();
        var house = NewHouse();
        var gitDir = house.GitDir(await house.SyncAsync(source.Path));
        string[] stale = ["packed-refs.lock", "shallow.lock", "config.lock", "refs/charter/head.lock", "objects/pack/tmp_pack_abc", "objects/pack/pack-x.keep", "objects/info/commit-graph.lock"];
        foreach (var name in stale) await File.WriteAllTextAsync(Path.Combine(gitDir, name), "x", Token);
        Directory.CreateDirectory(Path.Combine(house.Paths.Root, $".new-{Path.GetFileName(gitDir)}-1", "objects"));
        await File.WriteAllTextAsync(gitDir + ".lock", "999999\n", Token);
        source.Write("b", "b").Commit();
        var result = await house.SyncAsync(source.Path);
        result.Context.HeadSha.ShouldBe(source.Head);
        stale.Where(name => File.Exists(Path.Combine(gitDir, name))).ShouldBeEmpty();
        Directory.GetDirectories(house.Paths.Root, ".new-*").ShouldBeEmpty();
        new FileInfo(gitDir + ".lock").Length.ShouldBe(0);
    }

    [Fact]
    public async Task Sync_AfterADeath_EndsOrphans()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "orphans are found in /proc");
        var source = Sample();
        var house = NewHouse();
        var gitDir = house.GitDir(await house.SyncAsync(source.Path));
        var start = new ProcessStartInfo("tail", ["-f", "/dev/null"]) { UseShellExecute = false };
        start.Environment["CHARTERHOUSE_CACHE"] = gitDir;
        using var orphan = Process.Start(start)!;
        await house.SyncAsync(source.Path);
        orphan.HasExited.ShouldBeFalse("a clean predecessor leaves no orphans to look for");
        await File.WriteAllTextAsync(gitDir + ".lock", "999999\n", Token);
        await house.SyncAsync(source.Path);
        orphan.HasExited.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sync_KilledInTheMiddleOfAFetch_SucceedsNextTime(bool first)
    {
        var source = Sample();
        var house = NewHouse();
        if (!first) await house.SyncAsync(source.Path);
        await File.WriteAllBytesAsync(source.File("big"), RandomNumberGenerator.GetBytes(48 << 20), Token);
        source.Commit("big");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sync = house.Synchronizer.RunAsync(new RunTrigger { Source = "cli", Target = source.Path }, NewRun(), _ => { }, cancel.Token);
        await EventuallyAsync(() => sync.IsCompleted || HalfPacks(house.Paths.Root).Length > 0);
        sync.IsCompleted.ShouldBeFalse("the fetch must be caught in the middle");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sync);
        var result = await house.SyncAsync(source.Path);
        result.Context.HeadSha.ShouldBe(source.Head);
        HalfPacks(house.Paths.Root).ShouldBeEmpty();
        house.InCache(result, "fsck", "--full", "--strict");
    }

    [Fact]
    public async Task Sync_CacheLostObjects_FetchesThemAgain()
    {
        var source = Sample();
        var house = NewHouse();
        var first = await house.SyncAsync(source.Path);
        foreach (var file in Directory.GetFiles(Path.Combine(house.GitDir(first), "objects"), "*", SearchOption.AllDirectories)) File.Delete(file);
        var second = await house.SyncAsync(source.Path);
        second.Fetched.ShouldBeTrue();
        Bytes(second.Context).ShouldBe(Bytes(first.Context));
        house.InCache(second, "fsck", "--full", "--strict");
    }

    [Fact]
    public async Task Sync_FetchTooSlow_IsATransientTimeout()
    {
        var source = Sample();
        await File.WriteAllBytesAsync(source.File("big"), RandomNumberGenerator.GetBytes(32 << 20), Token);
        source.Commit("big");
        var house = NewHouse();
        Options.FetchTimeout = TimeSpan.FromMilliseconds(30);
        var failure = (await house.FailAsync(source.Path)).Failure;
        (failure.Code, failure.Retryable).ShouldBe(("timeout", true));
        Options.FetchTimeout = TimeSpan.FromMinutes(1);
        house.InCache(await house.SyncAsync(source.Path), "fsck", "--full");
    }

    [Fact]
    public async Task Sync_CacheCannotBeWritten_IsATypedFailure()
    {
        var source = Sample();
        await File.WriteAllTextAsync(Path.Combine(Folder, "file"), "x", Token);
        var failure = (await NewHouse("file/cache").FailAsync(source.Path)).Failure;
        failure.Code.ShouldBe("storage_failed");
        failure.Remedy.ShouldNotBeNull();
    }

    private static string[] HalfPacks(string root) => Directory.Exists(root) ? Directory.GetFiles(root, "tmp_pack_*", SearchOption.AllDirectories) : [];

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            await Task.Delay(2, Token);
        }
    }
}
