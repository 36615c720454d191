using System.Globalization;
using System.Text;
using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;

namespace Charterhouse.RepoSync.Tests.Cache;

/// <summary>An https repository comes with its whole history, but only with the contents that are analysed.</summary>
public sealed class BloblessCloneTests : SyncFixture
{
    [Fact]
    public async Task Sync_FirstTime_FetchesOnlyTheContentsOfHead()
    {
        await using var server = await StartAsync();
        var source = History();
        var house = NewHouse();

        var result = await house.SyncAsync(server.Publish(source));

        result.Context.Notes.ShouldBeEmpty();
        result.Context.Tree.Bytes.ShouldBe((await NewHouse("other").SyncAsync(source.Path)).Context.Tree.Bytes);
        Lacks(house, result, "HEAD~0").ShouldBeEmpty();
        Lacks(house, result, "HEAD~1").ShouldHaveSingleItem().ShouldBe(source.Git("rev-parse", "HEAD~1:README.md").Trim());
        house.InCache(result, "rev-list", "--count", result.Context.HeadSha).Trim().ShouldBe("3");
        house.Fsck(result);
    }

    [Fact]
    public async Task Read_ContentThatIsNotThere_AsksNobody()
    {
        await using var server = await StartAsync();
        var source = History();
        var house = NewHouse();
        var result = await house.SyncAsync(server.Publish(source));
        var before = server.Requests.Count;

        using var batch = CatFileBatch.Open(Git, house.GitDir(result));
        await batch.RequestAsync(source.Git("rev-parse", "HEAD~1:README.md").Trim(), Token);
        batch.Complete();

        (await batch.ReadAsync(1000, Token)).Type.ShouldBeNull();
        server.Requests.Count.ShouldBe(before);
        // nor can a git without our settings
        Should.Throw<InvalidOperationException>(() => house.InCache(result, "cat-file", "-p", source.Git("rev-parse", "HEAD~1:README.md").Trim()));
        server.Requests.Count.ShouldBe(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sync_WithABase_HasItsContentsToo(bool named)
    {
        await using var server = await StartAsync();
        var source = History();
        var url = server.Publish(source);
        var house = NewHouse();
        if (named) await house.SyncAsync(url);
        var older = source.Git("rev-parse", "HEAD~2").Trim();

        var result = await house.Synchronizer.RunAsync(new RunTrigger { Source = "cli", Target = url, Base = named ? older : null, BaseSha = named ? null : older }, NewRun(), _ => { }, Token);

        var file = result.Context.FilesChanged.ShouldHaveSingleItem();
        (file.Path, file.Additions, file.Deletions).ShouldBe(("README.md", 1, 1));
        Lacks(house, result, older).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_ServerCannotLeaveContentsOut_GivesEverything()
    {
        await using var server = await StartAsync();
        server.Filters = false;
        var house = NewHouse();

        var result = await house.SyncAsync(server.Publish(History()));

        Lacks(house, result, "HEAD~2").ShouldBeEmpty();
        (await house.SyncAsync(server.Url + "/team/project")).Fetched.ShouldBeFalse();
    }

    /// <summary>git 2.39 forgets which flaws are harmless when it fetches without contents; many famous histories have them.</summary>
    [Fact]
    public async Task Sync_OldFlawInTheHistory_FetchesEverything()
    {
        await using var server = await StartAsync();
        var source = History();
        var blob = source.Git("rev-parse", "HEAD:README.md").Trim();
        var inner = source.GitWithInput(Encoding.ASCII.GetBytes($"100644 blob {blob}\tfile\n"), "mktree").Trim();
        byte[] flawed = [.. "040000 dir\0"u8, .. Convert.FromHexString(inner)];
        var tree = source.GitWithInput(flawed, "hash-object", "-t", "tree", "--literally", "-w", "--stdin").Trim();
        var flaw = source.Git("commit-tree", tree, "-m", "written by an old program").Trim();
        source.Git("merge", "--quiet", "--strategy", "ours", "--allow-unrelated-histories", "-m", "merge", flaw);
        var house = NewHouse();

        var result = await house.SyncAsync(server.Publish(source));

        result.Context.HeadSha.ShouldBe(source.Head);
        Lacks(house, result, "HEAD~2").ShouldBeEmpty();
        BloblessClone.Is(house.GitDir(result)).ShouldBeFalse();
        Directory.GetFiles(house.GitDir(result), "tmp_*", SearchOption.AllDirectories).ShouldBeEmpty();
        source.Write("b", "b").Commit("more");
        server.Publish(source);
        (await house.SyncAsync(server.Url + "/team/project")).Context.HeadSha.ShouldBe(source.Head);
    }

    [Fact]
    public async Task Sync_FolderOfTheSameRepository_CompletesIt()
    {
        await using var server = await StartAsync();
        var source = History();
        var url = server.Publish(source);
        var house = NewHouse();
        var remote = await house.SyncAsync(url);
        source.Git("remote", "add", "origin", url);

        var local = await house.SyncAsync(source.Path);

        local.Identity.Id.ShouldBe(remote.Identity.Id);
        Lacks(house, local, "HEAD~2").ShouldBeEmpty();
        (await house.SyncAsync(source.Path)).Fetched.ShouldBeFalse();
        house.Fsck(local);
        source.Write("b", "b").Commit("more");
        server.Publish(source);
        (await house.SyncAsync(url)).Context.HeadSha.ShouldBe(source.Head);
    }

    [Fact]
    public async Task Sync_LostContents_AreFetchedAgain()
    {
        await using var server = await StartAsync();
        var url = server.Publish(History());
        var house = NewHouse();
        var first = await house.SyncAsync(url);
        foreach (var file in Directory.GetFiles(Path.Combine(house.GitDir(first), "objects"), "*", SearchOption.AllDirectories)) File.Delete(file);

        var second = await house.SyncAsync(url);

        (second.Fetched, Lacks(house, second, "HEAD~0").Length).ShouldBe((true, 0));
        Bytes(second.Context).ShouldBe(Bytes(first.Context));
    }

    [Fact]
    public async Task Sync_ManyTimes_KeepsFewPacks_AndAReaderReadsOn()
    {
        await using var server = await StartAsync();
        var source = History();
        var url = server.Publish(source);
        var house = NewHouse();
        var result = await house.SyncAsync(url);
        using var batch = CatFileBatch.Open(Git, house.GitDir(result));
        for (var i = 0; i < (BloblessClone.MaxPacks / 2) + 1; i++)
        {
            source.Write("README.md", string.Create(CultureInfo.InvariantCulture, $"# {i}\n")).Commit();
            server.Publish(source);
            result = await house.SyncAsync(url);
        }

        Directory.GetFiles(Path.Combine(house.GitDir(result), "objects/pack"), "*.pack").Length.ShouldBeLessThan(BloblessClone.MaxPacks / 2);
        house.Fsck(result);
        Lacks(house, result, "HEAD~0").ShouldBeEmpty();
        foreach (var id in new[] { "HEAD:README.md", "HEAD:src/a.txt", "HEAD~5" }) await batch.RequestAsync(source.Git("rev-parse", id).Trim(), Token);
        batch.Complete();
        for (var i = 0; i < 3; i++) (await batch.ReadAsync(1000, Token)).Type.ShouldNotBeNull("it was begun before the packs became one");
    }

    private GitRepository History()
    {
        var source = Sample();
        source.Write("README.md", "# two\n").Commit("second");
        source.Write("README.md", "# three\n").Commit("third");
        return source;
    }

    /// <summary>Contents that the cache does not have of a commit's tree.</summary>
    private static string[] Lacks(House house, SyncResult result, string commit) =>
        [.. house.InCache(result, "rev-list", "--objects", "--no-object-names", "--missing=print", "--no-walk", commit.Replace("HEAD", result.Context.HeadSha, StringComparison.Ordinal) + "^{tree}")
            .Split('\n').Where(line => line.StartsWith('?')).Select(line => line[1..])];

    private async Task<HttpsGitServer> StartAsync()
    {
        var server = await HttpsGitServer.StartAsync(cancellationToken: Token);
        (Options.AllowPrivateHosts, Options.CertificateAuthorities) = (true, server.CertificateAuthorities);
        return server;
    }
}
