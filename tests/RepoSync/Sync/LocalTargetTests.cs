using System.Text;
using Charterhouse.RepoSync.Tests.Fixture;
using Charterhouse.Testing;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>Every kind of local target, good and bad, on real repositories.</summary>
public sealed class LocalTargetTests : SyncFixture
{
    [Fact]
    public async Task Sync_Subdirectory_IsTheEnclosingRepository()
    {
        var source = Sample();
        var result = await NewHouse().SyncAsync(source.File("src"));
        result.Context.HeadSha.ShouldBe(source.Head);
        result.Context.HeadBranch.ShouldBe("main");
        result.Context.Repository.Name.ShouldBe("source");
        result.Context.Tree.ShouldBe(new(2, 8, 1, 0, 0));
        result.Context.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_FileUrlAndFolderWithOddName_Works()
    {
        var source = Sample("odd name:%41 'q\"ä");
        var result = await NewHouse().SyncAsync(Charterhouse.RepoSync.Targets.SourceResolver.FileUrl(source.Path));
        result.Context.HeadSha.ShouldBe(source.Head);
    }

    [Fact]
    public async Task Sync_LinkedWorktree_AnalysesItsOwnHead()
    {
        var source = Sample();
        source.Git("worktree", "add", "--quiet", "-b", "side", "../linked");
        var linked = GitRepository.At(Path.Combine(Folder, "linked"), init: false);
        var head = linked.Write("b", "b").Commit("side");
        var house = NewHouse();
        var result = await house.SyncAsync(linked.Path);
        (result.Context.HeadSha, result.Context.HeadBranch).ShouldBe((head, "side"));
        result.Context.Notes.ShouldBeEmpty();
        (await house.SyncAsync(source.Path)).Identity.Id.ShouldBe(result.Identity.Id);
    }

    [Fact]
    public async Task Sync_Sha256Repository_Works()
    {
        var source = GitRepository.At(Path.Combine(Folder, "sha256"), init: false);
        source.Git("init", "--quiet", "--object-format=sha256", ".");
        var first = source.Write("a", "a").Commit();
        source.Write("b", "b").Commit();
        var context = (await NewHouse().SyncAsync(source.Path, first)).Context;
        context.HeadSha.Length.ShouldBe(64);
        context.CommitCount.ShouldBe(1);
    }

    [Fact]
    public async Task Sync_BrokenConfiguration_DoesNotMatter()
    {
        var source = Sample();
        var head = source.Head;
        await File.AppendAllTextAsync(source.File(".git/config"), "[core\n", Token);
        (await NewHouse().SyncAsync(source.Path)).Context.HeadSha.ShouldBe(head);
    }

    [Fact]
    public async Task Sync_BareRepositoryAndItsClone_ShareOneCacheEntry()
    {
        var source = Sample();
        source.Git("clone", "--quiet", "--bare", ".", "../bare.git");
        source.Git("clone", "--quiet", "../bare.git", "../clone");
        source.Git("--git-dir=../bare.git", "config", "--unset", "remote.origin.url");
        var house = NewHouse();
        var bare = await house.SyncAsync(Path.Combine(Folder, "bare.git"));
        var clone = await house.SyncAsync(Path.Combine(Folder, "clone"));
        clone.Identity.ShouldBe(bare.Identity);
        clone.Fetched.ShouldBeFalse();
        bare.Context.Repository.Name.ShouldBe("bare");
    }

    [Fact]
    public async Task Sync_Detached_SaysSo()
    {
        var source = Sample();
        var first = source.Head;
        source.Write("more", "more").Commit();
        source.Git("checkout", "--quiet", "--detach", first);
        var context = (await NewHouse().SyncAsync(source.Path)).Context;
        (context.HeadSha, context.HeadBranch, context.Repository.DefaultBranch).ShouldBe((first, null, null));
        context.Notes.ShouldBe([$"HEAD is detached at {first[..7]}"]);
    }

    [Fact]
    public async Task Sync_DetachedAtACommitOfNoBranch_Works()
    {
        var source = Sample();
        source.Git("checkout", "--quiet", "--detach");
        var head = source.Write("x", "x").Commit("on no branch");
        (await NewHouse().SyncAsync(source.Path)).Context.HeadSha.ShouldBe(head);
    }

    [Fact]
    public async Task Sync_PackedRefs_AreRead()
    {
        var source = Sample();
        source.Git("pack-refs", "--all");
        File.Exists(source.File(".git/refs/heads/main")).ShouldBeFalse();
        (await NewHouse().SyncAsync(source.Path)).Context.HeadSha.ShouldBe(source.Head);
    }

    [Fact]
    public async Task Sync_Shallow_IsAnalysedWithANote_AndMendedByAWholeSource()
    {
        var source = Sample();
        source.Write("more", "more").Commit();
        source.Git("clone", "--quiet", "--depth=1", "file://" + source.Path, "../shallow");
        GitRepository.At(Path.Combine(Folder, "shallow"), init: false).Git("config", "remote.origin.url", source.Path);
        var house = NewHouse();
        var shallow = await house.SyncAsync(Path.Combine(Folder, "shallow"));
        shallow.Context.Notes.ShouldBe(["the repository is a shallow clone; its history is incomplete"]);
        var whole = await house.SyncAsync(source.Path);
        whole.Identity.Id.ShouldBe(shallow.Identity.Id);
        whole.Context.Notes.ShouldBeEmpty();
        house.InCache(whole, "rev-list", "--count", whole.Context.HeadSha).Trim().ShouldBe("2");
    }

    [Fact]
    public async Task Sync_Missing_IsNotFound() => (await NewHouse().FailAsync(Path.Combine(Folder, "nothing"))).Failure.Code.ShouldBe("not_found");

    [Fact]
    public async Task Sync_PlainFolder_IsNotARepository()
    {
        var failure = (await NewHouse().FailAsync(Directory.CreateDirectory(Path.Combine(Folder, "plain")).FullName)).Failure;
        (failure.Code, failure.Retryable).ShouldBe(("not_a_repository", false));
        failure.Remedy.ShouldNotBeNull();
    }

    [Fact]
    public async Task Sync_NoCommits_SaysSo() => (await NewHouse().FailAsync(NewSource().Path)).Failure.Code.ShouldBe("no_commits");

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("ref: ../../../etc/passwd")]
    [InlineData("ref: refs/heads/../../config")]
    public async Task Sync_BrokenHead_IsCorrupt(string head)
    {
        var source = Sample();
        await File.WriteAllTextAsync(source.File(".git/HEAD"), head, Token);
        (await NewHouse().FailAsync(source.Path)).Failure.Code.ShouldBe("corrupt_repository");
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("HEAD^{tree}")]
    [InlineData("HEAD:README.md")]
    public async Task Sync_TruncatedObject_IsCorrupt(string which)
    {
        var source = Sample();
        var id = source.Git("rev-parse", which).Trim();
        var file = source.File($".git/objects/{id[..2]}/{id[2..]}");
        File.SetAttributes(file, FileAttributes.Normal);
        var bytes = await File.ReadAllBytesAsync(file, Token);
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)], Token);
        var failure = (await NewHouse().FailAsync(source.Path)).Failure;
        (failure.Code, failure.Retryable).ShouldBe(("corrupt_repository", false));
        failure.Detail.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Sync_HeadOfAMissingCommit_IsCorrupt()
    {
        var source = Sample();
        await File.WriteAllTextAsync(source.File(".git/HEAD"), new string('1', 40), Token);
        (await NewHouse().FailAsync(source.Path)).Failure.Code.ShouldBe("corrupt_repository");
    }

    [Fact]
    public async Task Sync_MissingBlob_IsAnalysedWithANote_UntilItIsThere()
    {
        var source = Sample();
        var id = source.Git("rev-parse", "HEAD:src/a.txt").Trim();
        var file = source.File($".git/objects/{id[..2]}/{id[2..]}");
        var content = await File.ReadAllBytesAsync(file, Token);
        File.Delete(file);
        var house = NewHouse();
        const string note = "1 object is absent from the repository and could not be analysed";
        (await house.SyncAsync(source.Path)).Context.Notes.ShouldContain(text => text == note);
        var again = await house.SyncAsync(source.Path);
        again.Context.Notes.ShouldContain(text => text == note);
        again.Fetched.ShouldBeFalse("the source has not changed, so there is nothing more to be had");
        await File.WriteAllBytesAsync(file, content, Token);
        var mended = await house.SyncAsync(source.Path);
        mended.Fetched.ShouldBeTrue();
        mended.Context.Notes.ShouldBeEmpty();
        house.InCache(mended, "fsck", "--full", "--strict");
    }

    [Fact]
    public async Task Sync_DanglingBranchBesideHead_DoesNotMatter()
    {
        var source = Sample();
        await File.WriteAllTextAsync(source.File(".git/refs/heads/broken"), new string('1', 40) + "\n", Token);
        (await NewHouse().SyncAsync(source.Path)).Context.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_OtherOwner_Works()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "only root can give a repository to somebody else");
        var source = Sample();
        using (var chown = System.Diagnostics.Process.Start("chown", ["-R", "nobody", source.Path])!) await chown.WaitForExitAsync(Token);
        var head = (await File.ReadAllTextAsync(source.File(".git/refs/heads/main"), Token)).Trim();
        (await NewHouse().SyncAsync(source.Path)).Context.HeadSha.ShouldBe(head);
    }

    [Theory]
    [InlineData(".git/objects")]
    [InlineData(".git/objects/pack")]
    [InlineData(".git/HEAD")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Sync_Unreadable_SaysSo(string what)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess || OperatingSystem.IsWindows(), "root may read everything");
        var source = Sample();
        source.Git("repack", "-adq");
        File.SetUnixFileMode(source.File(what), UnixFileMode.None);
        try
        {
            (await NewHouse().FailAsync(source.Path)).Failure.Code.ShouldBe("unreadable");
        }
        finally
        {
            File.SetUnixFileMode(source.File(what), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Sync_LocalFolderFromAnotherTrigger_IsRefused()
    {
        var source = Sample();
        var trigger = new Charterhouse.Contracts.Runs.RunTrigger { Source = "webhook", Target = source.Path };
        var failure = await Should.ThrowAsync<Charterhouse.Platform.Work.StepFailedException>(() => NewHouse().Synchronizer.RunAsync(trigger, NewRun(), _ => { }, Token));
        failure.Failure.Code.ShouldBe("unsupported_target");
    }

    [Fact]
    public async Task Sync_PrivateHost_IsRefused() => (await NewHouse().FailAsync("https://127.0.0.1/a/b")).Failure.Code.ShouldBe("host_refused");
}
