using Charterhouse.Contracts.Repositories;
using Charterhouse.RepoSync.Tests.Fixture;

namespace Charterhouse.RepoSync.Tests.Context;

public sealed class RepoContextTests : SyncFixture
{
    [Fact]
    public async Task Context_TwoCaches_SameBytes()
    {
        var source = Sample();
        var first = source.Head;
        source.Write("src/b.txt", "b\n").Write("README.md", "# two\n").Commit("second");
        var grown = NewHouse("grown");
        await grown.SyncAsync(source.Path);
        source.Write("c", "c").Commit("third");
        var fresh = await NewHouse("fresh").SyncAsync(source.Path, first);
        Bytes((await grown.SyncAsync(source.Path, first)).Context).ShouldBe(Bytes(fresh.Context));
        System.Text.Encoding.UTF8.GetString(Bytes(fresh.Context)).ShouldNotContain("fresh");
    }

    [Fact]
    public async Task Context_Range_ListsCommitsAndFiles()
    {
        var source = Sample();
        source.Write("long.txt", string.Concat(Enumerable.Range(0, 50).Select(i => $"line {i}\n"))).Write("gone", "x\n").Write("mode", "m\n").Commit();
        await File.WriteAllBytesAsync(source.File("binary"), [0, 1, 2, 0], Token);
        var first = source.Commit("base");
        source.Git("mv", "long.txt", "moved.txt");
        File.Delete(source.File("gone"));
        await File.WriteAllBytesAsync(source.File("binary"), [0, 1, 2, 3, 0], Token);
        source.Write("README.md", "# one\nmore\n").Commit("work");
        source.Write("new", "1\n2\n3").Commit("more\n\nwith a body");
        var context = (await NewHouse().SyncAsync(source.Path, first)).Context;
        context.BaseSha.ShouldBe(first);
        context.CommitCount.ShouldBe(2);
        context.Commits.Select(commit => (commit.Author, commit.Subject)).ShouldBe([("Ada Lovelace", "more"), ("Ada Lovelace", "work")]);
        context.Commits[0].Date.ShouldBeGreaterThan(context.Commits[1].Date);
        context.FilesChanged.ShouldBe(
        [
            new ChangedFile("README.md", "modified", null, 1, 0),
            new ChangedFile("binary", "modified", null, null, null),
            new ChangedFile("gone", "deleted", null, 0, 1),
            new ChangedFile("moved.txt", "renamed", "long.txt", 0, 0),
            new ChangedFile("new", "added", null, 3, 0),
        ]);
    }

    [Fact]
    public async Task Context_ManyCommits_ListsTheNewestAndCountsAll()
    {
        var source = Sample();
        var first = source.Head;
        for (var i = 0; i < RepoContext.CommitLimit + 5; i++) source.Git("commit", "--quiet", "--allow-empty", "-m", $"c{i}");
        var context = (await NewHouse().SyncAsync(source.Path, first)).Context;
        context.CommitCount.ShouldBe(RepoContext.CommitLimit + 5);
        context.Commits.Count.ShouldBe(RepoContext.CommitLimit);
        context.Commits[0].Subject.ShouldBe($"c{RepoContext.CommitLimit + 4}");
    }

    [Theory]
    [InlineData("1111111111111111111111111111111111111111")]
    [InlineData("HEAD")]
    [InlineData("--output=/tmp/x")]
    [InlineData(null)]
    public async Task Context_UnknownBase_IsNoBase(string? baseSha)
    {
        var context = (await NewHouse().SyncAsync(Sample().Path, baseSha)).Context;
        context.BaseSha.ShouldBeNull();
        context.Commits.ShouldBeEmpty();
        context.FilesChanged.ShouldBeEmpty();
        context.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Context_BaseIsHead_HasNoChanges()
    {
        var source = Sample();
        var context = (await NewHouse().SyncAsync(source.Path, source.Head)).Context;
        context.BaseSha.ShouldBe(source.Head);
        context.CommitCount.ShouldBe(0);
    }

    [Fact]
    public async Task Context_DirtyTree_CountsChangesAndLeavesTheIndexAlone()
    {
        var source = Sample();
        source.Write(".gitignore", "ignored\n").Write("gone", "g").Commit();
        await File.WriteAllTextAsync(source.File(".git/info/exclude"), "excluded\n", Token);
        source.Write("README.md", "changed").Write("untracked", "u").Write("folder/a", "a").Write("folder/b", "b").Write("ignored", "i").Write("excluded", "e");
        source.Write("staged", "s").Git("add", "staged");
        File.Delete(source.File("gone"));
        // Touched, not changed.
        File.SetLastWriteTimeUtc(source.File("src/a.txt"), DateTime.UnixEpoch.AddDays(1));
        var index = await File.ReadAllBytesAsync(source.File(".git/index"), Token);
        var context = (await NewHouse().SyncAsync(source.Path)).Context;
        context.Notes.ShouldBe([$"analysed commit {source.Head[..7]}; 5 uncommitted changes are not part of it"]);
        (await File.ReadAllBytesAsync(source.File(".git/index"), Token)).ShouldBe(index);
    }

    [Fact]
    public async Task Context_DirtyTree_IsSeenAgainAndAgain()
    {
        var source = Sample();
        var house = NewHouse();
        (await house.SyncAsync(source.Path)).Context.Notes.ShouldBeEmpty();
        // The same size and at once: what the last check learned must not hide it.
        source.Write("src/a.txt", "b\n");
        (await house.SyncAsync(source.Path)).Context.Notes.ShouldHaveSingleItem().ShouldContain("1 uncommitted change");
        source.Write("src/a.txt", "a\n");
        (await house.SyncAsync(source.Path)).Context.Notes.ShouldBeEmpty();
        source.Write("src/a.txt", "b\n").Commit();
        (await house.SyncAsync(source.Path)).Context.Notes.ShouldBeEmpty();
        // A broken index of ours is made anew.
        foreach (var index in Directory.GetFiles(house.Paths.Root, "charterhouse-index-*", SearchOption.AllDirectories)) await File.WriteAllTextAsync(index, "broken", Token);
        (await house.SyncAsync(source.Path)).Context.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Context_DirtyCheckOutOfTime_SaysThatItWasNotChecked()
    {
        var source = Sample();
        Options.DirtyCheckTimeout = TimeSpan.FromTicks(1);
        var context = (await NewHouse().SyncAsync(source.Path)).Context;
        context.Notes.ShouldBe([$"analysed commit {source.Head[..7]}; whether there are uncommitted changes was not checked"]);
    }
}
