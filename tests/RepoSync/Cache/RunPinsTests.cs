using Charterhouse.RepoSync.Tests.Fixture;

namespace Charterhouse.RepoSync.Tests.Cache;

public sealed class RunPinsTests : SyncFixture
{
    [Fact]
    public async Task Pin_WhileTheRunLives_SurvivesAGarbageCollection_AndReleaseLetsGo()
    {
        var source = Sample();
        var house = NewHouse();
        var run = NewRun();
        var other = NewRun();
        var first = await house.SyncAsync(source.Path, run: run);
        source.Write("b", "b").Git("add", "--all");
        source.Git("commit", "--quiet", "--amend", "-m", "rewritten");
        await house.SyncAsync(source.Path, run: other);
        house.InCache(first, "gc", "--quiet", "--prune=now");
        house.InCache(first, "cat-file", "-e", first.Context.HeadSha);
        await house.Pins.ReleaseAsync(run, Token);
        await house.Pins.ReleaseAsync(run, Token);
        house.InCache(first, "for-each-ref", "--format=%(refname)", "refs/charter/runs").Trim().ShouldBe($"refs/charter/runs/{other}");
    }

    [Fact]
    public async Task Release_UnknownRunOrNoCache_IsHarmless() => await NewHouse().Pins.ReleaseAsync(NewRun(), Token);

    [Fact]
    public async Task Pin_OlderThanItsAge_IsDroppedByALaterSync()
    {
        var source = Sample();
        var house = NewHouse();
        var (old, young, now) = (NewRun(), NewRun(), NewRun());
        var result = await house.SyncAsync(source.Path, run: old);
        await house.SyncAsync(source.Path, run: young);
        File.SetLastWriteTimeUtc(Path.Combine(house.GitDir(result), "refs/charter/runs", old.ToString()), TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromDays(8));
        await house.SyncAsync(source.Path, run: now);
        house.InCache(result, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/charter/runs").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe([young.ToString(), now.ToString()], ignoreOrder: true);
    }
}
