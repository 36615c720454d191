using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.RepoSync.Tests.Fixture;

namespace Charterhouse.RepoSync.Tests.Sync;

public sealed class BaseTests : SyncFixture
{
    [Theory]
    [InlineData("main")]
    [InlineData("refs/heads/main")]
    [InlineData("v1")]
    [InlineData("refs/tags/v1")]
    [InlineData("origin/main")]
    [InlineData("HEAD~2")]
    [InlineData("feature~2")]
    [InlineData("main^0")]
    public async Task Base_AnyNameOfACommit_BeginsAtTheMergeBase(string name)
    {
        var (source, fork) = Forked();

        var context = await ContextAsync(source, name);

        context.BaseSha.ShouldBe(fork);
        context.BaseRef.ShouldBe(name);
        context.Commits.Select(commit => commit.Subject).ShouldBe(["feature two", "feature one"]);
        context.FilesChanged.Select(file => file.Path).ShouldBe(["src/b.txt", "src/c.txt"]);
    }

    [Fact]
    public async Task Base_ShortOrWholeId_IsThatCommit()
    {
        var (source, fork) = Forked();
        (await ContextAsync(source, fork[..9])).BaseSha.ShouldBe(fork);
        (await ContextAsync(source, fork)).BaseSha.ShouldBe(fork);
    }

    [Fact]
    public async Task Base_MovedSinceTheLastSync_IsWhereItIsNow()
    {
        var (source, fork) = Forked();
        var house = NewHouse();
        await house.Synchronizer.RunAsync(Trigger(source, "main"), NewRun(), _ => { }, Token);
        source.Git("branch", "--force", "main", "feature~1");

        var context = (await house.Synchronizer.RunAsync(Trigger(source, "main"), NewRun(), _ => { }, Token)).Context;

        context.BaseSha.ShouldNotBe(fork);
        context.Commits.Select(commit => commit.Subject).ShouldBe(["feature two"]);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("--upload-pack=touch x")]
    [InlineData("-x")]
    [InlineData("main..feature")]
    [InlineData("main@{1}")]
    [InlineData("../../etc/passwd")]
    [InlineData("main:README.md")]
    [InlineData("")]
    public async Task Base_NamesNoCommit_FailsAndSaysSo(string name)
    {
        var (source, _) = Forked();
        var failure = (await Should.ThrowAsync<Platform.Work.StepFailedException>(() => ContextAsync(source, name))).Failure;
        failure.Code.ShouldBe("base_not_found");
        failure.Retryable.ShouldBeFalse();
        failure.Remedy.ShouldNotBeNull();
    }

    [Fact]
    public async Task Base_OfAnotherHistory_FailsAndSaysSo()
    {
        var (source, _) = Forked();
        source.Git("checkout", "--quiet", "--orphan", "island");
        source.Commit("alone");
        source.Git("checkout", "--quiet", "feature");
        (await Should.ThrowAsync<Platform.Work.StepFailedException>(() => ContextAsync(source, "island"))).Failure.Code.ShouldBe("base_unrelated");
    }

    private (Testing.GitRepository Source, string Fork) Forked()
    {
        var source = Sample();
        var fork = source.Head;
        source.Git("tag", "v1");
        source.Git("update-ref", "refs/remotes/origin/main", fork);
        source.Git("checkout", "--quiet", "-b", "feature");
        source.Write("src/b.txt", "b\n").Commit("feature one");
        source.Write("src/c.txt", "c\n").Commit("feature two");
        source.Git("checkout", "--quiet", "main");
        source.Write("main.txt", "main goes on\n").Commit("main goes on");
        source.Git("checkout", "--quiet", "feature");
        return (source, fork);
    }

    private static RunTrigger Trigger(Testing.GitRepository source, string name) => new() { Source = "cli", Target = source.Path, Base = name };

    private async Task<RepoContext> ContextAsync(Testing.GitRepository source, string name) =>
        (await NewHouse().Synchronizer.RunAsync(Trigger(source, name), NewRun(), _ => { }, Token)).Context;
}
