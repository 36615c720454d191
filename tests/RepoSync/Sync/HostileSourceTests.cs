using System.Text;
using Charterhouse.RepoSync.Tests.Fixture;

namespace Charterhouse.RepoSync.Tests.Sync;

/// <summary>A repository whose configuration and names are out to get us. A canary file must never appear.</summary>
public sealed class HostileSourceTests : SyncFixture
{
    [Fact]
    public async Task Sync_HostileConfiguration_RunsNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the canaries are shell commands");
        var source = Sample();
        source.Write(".gitattributes", "*.txt filter=evil diff=evil\n*.bin filter=evil\n").Write("x.bin", "x").Commit("attributes");
        var blob = source.Git("rev-parse", "HEAD:src/a.txt").Trim();
        var canary = Path.Combine(Folder, "canary");
        var command = $"touch {canary}; cat";
        foreach (var key in new[]
        {
            "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy", "diff.external", "diff.evil.textconv", "diff.evil.command",
            "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "uploadpack.packObjectsHook", "remote.origin.uploadpack", "credential.helper",
            "core.alternateRefsCommand", "gpg.program", "alias.fetch", "alias.ls-tree",
        })
            source.Git("config", key, key.StartsWith("alias", StringComparison.Ordinal) || key == "credential.helper" ? "!" + command : command);
        source.Git("config", "core.hooksPath", source.File("hooks"));
        source.Git("config", "log.showSignature", "true");
        source.Git("config", "remote.origin.promisor", "true");
        source.Git("config", "remote.origin.partialCloneFilter", "blob:none");
        source.Git("config", "extensions.partialClone", "origin");
        source.Git("config", "remote.origin.url", Path.Combine(Folder, "elsewhere"));
        source.Git("config", "include.path", Path.Combine(Folder, "included"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "included"), $"[core]\n\tfsmonitor = \"{command}\"\n", Token);
        foreach (var folder in new[] { "hooks", ".git/hooks" })
        {
            foreach (var hook in new[] { "post-checkout", "pre-auto-gc", "post-index-change", "reference-transaction", "fsmonitor-watchman", "post-upload-pack" })
            {
                source.Write($"{folder}/{hook}", $"#!/bin/sh\n{command}\n");
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(source.File($"{folder}/{hook}"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }
        source.Write("src/a.txt", "changed\n").Write("README.md", "changed\n").Write("x.bin", "y");
        Directory.Delete(source.File("hooks"), recursive: true);
        var sha = (await File.ReadAllTextAsync(source.File(".git/refs/heads/main"), Token)).Trim();

        var house = NewHouse();
        var context = (await house.SyncAsync(source.Path, sha)).Context;
        File.Exists(canary).ShouldBeFalse();
        // a.txt and x.bin have a filter: without running it nothing can be said of them
        context.Notes.ShouldBe([$"analysed commit {sha[..7]}; 1 uncommitted change is not part of it"]);

        // Damaged as well, git would go and get the missing object with the commands of the configuration.
        var file = source.File($".git/objects/{blob[..2]}/{blob[2..]}");
        File.Exists(file).ShouldBeTrue();
        File.Delete(file);
        (await NewHouse("other").SyncAsync(source.Path)).Context.Notes.ShouldContain(note => note.StartsWith("1 object is absent", StringComparison.Ordinal));
        File.Exists(canary).ShouldBeFalse();
    }

    [Fact]
    public async Task Canary_ThatIsRunByPlainGit_Appears()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the canary is a shell command");
        var source = Sample();
        source.Git("config", "core.fsmonitor", $"touch {Path.Combine(Folder, "canary")}; false");
        source.Git("status", "--short");
        File.Exists(Path.Combine(Folder, "canary")).ShouldBeTrue("otherwise the test above proves nothing");
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("--upload-pack=touch")]
    [InlineData("a'b\"c$(x)")]
    [InlineData("ünï/cödé")]
    public async Task Sync_BranchWithAnOddName_Works(string branch)
    {
        var source = Sample();
        source.Git("update-ref", "refs/heads/" + branch, "HEAD");
        source.Git("symbolic-ref", "HEAD", "refs/heads/" + branch);
        var context = (await NewHouse().SyncAsync(source.Path)).Context;
        (context.HeadSha, context.HeadBranch).ShouldBe((source.Head, branch));
    }

    [Fact]
    public async Task Sync_PathsWithOddNames_AreReadWhole()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "such files cannot be made there");
        var source = Sample();
        var first = source.Head;
        string[] names = ["-x", "new\nline", "quote\"d", "tab\there", "ünï", " lead", "a b/c\\d"];
        foreach (var name in names) source.Write(name, "1\n2\n");
        source.Commit("odd\tsubject \u001b[31m");
        // A name that is no UTF-8 at all, put into the tree directly.
        var blob = source.Git("rev-parse", "HEAD:-x").Trim();
        var entry = Encoding.ASCII.GetBytes($"100644 blob {blob}\t").Concat(new byte[] { (byte)'b', 0xff, 0xfe, (byte)'d' }).ToArray();
        var listing = Encoding.UTF8.GetBytes(source.Git("ls-tree", "-z", "HEAD"));
        var tree = source.GitWithInput([.. listing, .. entry, 0], "mktree", "-z").Trim();
        var commit = source.Git("commit-tree", tree, "-p", "HEAD", "-m", "bytes").Trim();
        source.Git("update-ref", "refs/heads/main", commit);
        var context = (await NewHouse().SyncAsync(source.Path, first)).Context;
        context.FilesChanged.Select(file => file.Path).ShouldBe([.. names.Append("b\uFFFD\uFFFDd").Order(StringComparer.Ordinal)]);
        context.FilesChanged.ShouldAllBe(file => file.Status == "added" && file.Additions == 2 && file.Deletions == 0);
        context.Tree.Files.ShouldBe(10);
        context.Commits.Select(c => c.Subject).ShouldBe(["bytes", "odd\tsubject \u001b[31m"]);
    }

    [Fact]
    public async Task Sync_LinksAndSubmodules_AreCountedAndNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        var source = Sample();
        File.CreateSymbolicLink(source.File("link"), "/etc/passwd");
        source.Git("update-index", "--add", "--cacheinfo", $"160000,{source.Head},module");
        source.Git("add", "link");
        source.Git("commit", "--quiet", "-m", "link");
        var context = (await NewHouse().SyncAsync(source.Path)).Context;
        context.Tree.ShouldBe(new(2, 8, 1, 1, 1));
        context.Notes.ShouldBe(["1 submodule was not analysed"]);
    }

    [Fact]
    public async Task Sync_TreesWithinTreesWithoutEnd_IsRefusedByName()
    {
        var source = Sample();
        var tree = source.Git("rev-parse", "HEAD^{tree}").Trim();
        for (var level = 0; level < 9; level++)
            tree = source.GitWithInput(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10).Select(i => $"040000 tree {tree}\td{i}\n"))), "mktree").Trim();
        source.Git("update-ref", "refs/heads/main", source.Git("commit-tree", tree, "-m", "bomb").Trim());

        var failure = (await Should.ThrowAsync<Platform.Work.StepFailedException>(NewHouse().SyncAsync(source.Path))).Failure;

        (failure.Code, failure.Retryable).ShouldBe(("tree_too_large", false));
        failure.Message.ShouldContain("has more than 2,000,000 entries");
    }
}
