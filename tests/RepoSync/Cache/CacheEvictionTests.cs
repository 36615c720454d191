using System.Security.Cryptography;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;

namespace Charterhouse.RepoSync.Tests.Cache;

/// <summary>What makes room on a full disk, and what never goes for it.</summary>
public sealed class CacheEvictionTests : SyncFixture
{
    [Fact]
    public async Task Evict_TakesWhatWasUsedLongestAgo_AndALaterSyncMakesItAnew()
    {
        var house = NewHouse();
        var (first, second, third) = (await EndedAsync(house, "a"), await EndedAsync(house, "b"), await EndedAsync(house, "c"));
        await EndedAsync(house, "a", exists: true);
        house.Eviction.Evict(house.GitDir(third), 1, Token).ShouldBe(1);
        Cached(house).ShouldBe(Ids(first, third));
        house.Eviction.Evict(house.GitDir(third), 5, Token).ShouldBe(1, "the repository at hand stays");
        Cached(house).ShouldBe(Ids(third));

        var again = await house.SyncAsync(Path.Combine(Folder, "b"));
        again.Fetched.ShouldBeTrue();
        again.Identity.Id.ShouldBe(second.Identity.Id);
        Bytes(again.Context).ShouldBe(Bytes(second.Context));
        house.InCache(again, "fsck", "--full", "--strict");
    }

    [Fact]
    public async Task Evict_APinnedRepository_StaysUntilItsRunEnds()
    {
        var house = NewHouse();
        var run = NewRun();
        var pinned = await house.SyncAsync(Sample("a").Path, run: run);
        house.Eviction.Evict("", 5, Token).ShouldBe(0);
        house.InCache(pinned, "cat-file", "-e", pinned.Context.HeadSha);
        await house.Pins.ReleaseAsync(run, Token);
        house.Eviction.Evict("", 5, Token).ShouldBe(1);
        Cached(house).ShouldBeEmpty();
        await house.Pins.ReleaseAsync(run, Token);
    }

    [Fact]
    public async Task Evict_APinOlderThanItsAge_DoesNotHold()
    {
        var house = NewHouse();
        var run = NewRun();
        var lost = await house.SyncAsync(Sample("a").Path, run: run);
        File.SetLastWriteTimeUtc(Path.Combine(house.GitDir(lost), "refs/charter/runs", run.ToString()), TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromDays(8));
        house.Eviction.Evict("", 5, Token).ShouldBe(1);
    }

    [Fact]
    public async Task Evict_ALockedRepository_Stays()
    {
        // two houses on one folder stand for two processes
        var (house, other) = (NewHouse(), NewHouse());
        var result = await EndedAsync(house, "a");
        using (await other.Locks.AcquireAsync(house.GitDir(result), Token))
        {
            house.Eviction.Evict("", 5, Token).ShouldBe(0);
            other.Eviction.Evict("", 5, Token).ShouldBe(0);
        }
        Cached(house).ShouldBe(Ids(result));
        house.Eviction.Evict("", 5, Token).ShouldBe(1);
    }

    [Fact]
    public async Task Evict_WhatIsNotTheCaches_Stays_AndWhatAKilledOneLeft_Goes()
    {
        var house = NewHouse();
        var outside = await EndedAsync(NewHouse("elsewhere"), "a");
        var moved = Path.Combine(Folder, "elsewhere", outside.Identity.Id + ".git");
        Directory.CreateDirectory(house.Paths.Root);
        Directory.CreateSymbolicLink(house.GitDir(outside), moved);
        Directory.CreateDirectory(Path.Combine(house.Paths.Root, "mine.git"));
        await File.WriteAllTextAsync(Path.Combine(house.Paths.Root, "mine.git", "file"), "x", Token);
        var half = Directory.CreateDirectory(Path.Combine(house.Paths.Root, ".old-repo_aaaaaaaaaaaaaaaaaaaaaaaaaa.git-1", "objects")).FullName;
        await File.WriteAllTextAsync(Path.Combine(half, "pack"), "x", Token);
        house.Eviction.Evict("", 5, Token).ShouldBe(1);
        Directory.GetDirectories(house.Paths.Root).Select(Path.GetFileName).ShouldBe(["mine.git", outside.Identity.Id + ".git"], ignoreOrder: true);
        Directory.Exists(Path.Combine(moved, "objects")).ShouldBeTrue();
        File.Exists(Path.Combine(house.Paths.Root, "mine.git", "file")).ShouldBeTrue();
    }

    [Fact]
    public async Task Sync_BeyondTheQuota_RemovesWhatWasUsedLongestAgo()
    {
        var house = NewHouse();
        var first = await EndedAsync(house, "a", 1);
        var pinned = await house.SyncAsync(Source("b", 1).Path);
        var third = await EndedAsync(house, "c", 1);
        Cached(house).ShouldBe(Ids(first, pinned, third), "without a quota all stay");
        Options.MaxCacheBytes = 3 << 20;

        await EndedAsync(house, "c", exists: true);
        Cached(house).ShouldBe(Ids(first, pinned, third), "nothing was fetched");
        var fourth = await EndedAsync(house, "d", 1);
        Cached(house).ShouldBe(Ids(pinned, fourth), "a run uses the older one");

        Options.MaxCacheBytes = 1000;
        var large = await EndedAsync(house, "large", 1);
        Cached(house).ShouldBe(Ids(pinned, large), "what is at hand stays, however large");
        house.InCache(large, "fsck", "--full", "--strict");
    }

    [Fact]
    public async Task Sync_OnAFullDisk_EvictsAndSucceeds_OrSaysThatItIsFull()
    {
        if (SmallDisk.Unavailable is { } reason) Assert.Skip(reason);
        using var disk = SmallDisk.Mount(Path.Combine(Folder, "disk"), 8);
        var house = NewHouse("disk/cache");
        await EndedAsync(house, "old", 2);
        var live = NewRun();
        var used = await house.SyncAsync(Source("used", 2).Path, run: live);
        await EndedAsync(house, "new", 2);

        // 6 of 8 MiB are taken: five more need two evictions, the second of them after a further attempt
        var large = await EndedAsync(house, "large", 5);
        Cached(house).ShouldBe(Ids(used, large));
        house.InCache(large, "fsck", "--full", "--strict");

        // larger than all that can go, because a live run has the rest
        var failure = (await house.FailAsync(Source("huge", 7).Path)).Failure;
        (failure.Code, failure.Retryable, failure.RetryAfterMs > 0).ShouldBe(("storage_full", true, true));
        Directory.Exists(house.GitDir(large)).ShouldBeFalse();
        house.InCache(used, "cat-file", "-e", used.Context.HeadSha);
        disk.Free.ShouldBeGreaterThan(5 << 20, "half a pack was left");

        // not a byte left: that the run has ended is noted all the same, and its repository makes room
        disk.Fill();
        await house.Pins.ReleaseAsync(live, Token);
        var old = await house.SyncAsync(Path.Combine(Folder, "old"));
        old.Fetched.ShouldBeTrue();
        Cached(house).ShouldBe(Ids(old));

        disk.Fill();
        (await house.FailAsync(Path.Combine(Folder, "new"))).Failure.Code.ShouldBe("storage_full");
        house.InCache(old, "fsck", "--full", "--strict");
        disk.Empty();
        (await house.SyncAsync(Path.Combine(Folder, "new"))).Fetched.ShouldBeTrue();
    }

    /// <summary>A commit that is here already needs a pin, which is a file: on a disk without a single block git says so in words of its own.</summary>
    [Fact]
    public async Task Sync_OfAKnownCommitOnAFullDisk_MakesRoomForItsPin()
    {
        if (SmallDisk.Unavailable is { } reason) Assert.Skip(reason);
        using var disk = SmallDisk.Mount(Path.Combine(Folder, "disk"), 4);
        var house = NewHouse("disk/cache");
        var other = await EndedAsync(house, "other", 1);
        var known = await EndedAsync(house, "known", 1);
        disk.Fill();
        (await house.SyncAsync(Path.Combine(Folder, "known"))).Fetched.ShouldBeFalse();
        Cached(house).ShouldBe(Ids(known));
        other.Identity.Id.ShouldNotBe(known.Identity.Id);
    }

    private async Task<SyncResult> EndedAsync(House house, string name, int mebibytes = 0, bool exists = false)
    {
        var run = NewRun();
        var result = await house.SyncAsync(exists ? Path.Combine(Folder, name) : Source(name, mebibytes).Path, run: run);
        await house.Pins.ReleaseAsync(run, Token);
        return result;
    }

    private GitRepository Source(string name, int mebibytes)
    {
        var source = Sample(name);
        if (mebibytes == 0) return source;
        source.Write("big", RandomNumberGenerator.GetBytes(mebibytes << 20)).Commit("big");
        return source;
    }

    private static IEnumerable<string> Cached(House house) => Directory.GetDirectories(house.Paths.Root).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!;

    private static IEnumerable<string> Ids(params SyncResult[] results) => results.Select(result => result.Identity.Id).Order(StringComparer.Ordinal);
}
