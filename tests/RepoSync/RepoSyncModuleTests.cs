using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Charterhouse.RepoSync.Tests;

public sealed class SqliteRepoSyncModuleTests() : RepoSyncModuleTests(DatabaseProvider.Sqlite)
{
    [Fact]
    public void AddServices_WrongOptions_NamesThemAll()
    {
        var module = new RepoSyncModule(new RepoSyncOptions
        {
            CacheRoot = "relative",
            CertificateAuthorities = Path.Combine(Path.GetTempPath(), "nowhere.pem"),
            LookTimeout = TimeSpan.Zero,
            FetchTimeout = TimeSpan.Zero,
            DirtyCheckTimeout = TimeSpan.Zero,
            PinAge = TimeSpan.Zero,
        });

        Should.Throw<OptionsValidationException>(() => module.AddServices(new ServiceCollection())).Failures.Count().ShouldBe(6);
    }
}

public sealed class PostgreSqlRepoSyncModuleTests() : RepoSyncModuleTests(DatabaseProvider.PostgreSql);

/// <summary>RepoSync on a real host, asked by messages only.</summary>
public abstract class RepoSyncModuleTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_SyncTwiceThenRunEnded_RegisterPinAndRelease()
    {
        using var source = new GitRepository();
        var first = source.Write("README.md", "# one\n").Commit();
        using var cache = new TemporaryFolder();
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var orchestrator = new StepReplies();
        await using var host = await ServiceHost.StartAsync(database, [new RepoSyncModule(new RepoSyncOptions { CacheRoot = cache.FullPath }), orchestrator], cancellationToken: Token);

        var begun = Sync("task-1", source.Path);
        var context = Context(await orchestrator.ExecuteAsync<RepoSyncDbContext>(host, begun, Token));
        context.HeadSha.ShouldBe(first);
        var registered = await RowAsync(host);
        (registered.RepositoryId, registered.HeadSha, registered.DefaultBranch).ShouldBe((context.Repository.Id, first, context.Repository.DefaultBranch));

        var second = source.Write("README.md", "# two\n").Commit();
        var again = Sync("task-2", source.Path);
        Context(await orchestrator.ExecuteAsync<RepoSyncDbContext>(host, again, Token)).HeadSha.ShouldBe(second);
        var updated = await RowAsync(host);
        (updated.RepositoryId, updated.HeadSha, updated.CreatedAt).ShouldBe((registered.RepositoryId, second, registered.CreatedAt));
        updated.SyncedAt!.Value.ShouldBeGreaterThan(registered.SyncedAt!.Value);

        var gitDir = new RepositoryCachePaths(cache.FullPath).GitDir(context.Repository.Id);
        Pins(gitDir).ShouldBe([new RunId(begun.RunId).ToString(), new RunId(again.RunId).ToString()], ignoreOrder: true);
        await StepReplies.SendAsync<RepoSyncDbContext, RunEnded>(host, Queues.RepoSyncEvents, new RunEnded(begun.RunId, RunStatus.Published), Token);
        await Eventually.Holds("the ended run's pin is released", () => Pins(gitDir).Count == 1, cancellationToken: Token);
        Pins(gitDir).ShouldBe([new RunId(again.RunId).ToString()]);
    }

    [Fact]
    public async Task Messages_BadTarget_FailForGoodAndRegisterNothing()
    {
        using var cache = new TemporaryFolder();
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var orchestrator = new StepReplies();
        await using var host = await ServiceHost.StartAsync(database, [new RepoSyncModule(new RepoSyncOptions { CacheRoot = cache.FullPath }), orchestrator], cancellationToken: Token);

        await StepReplies.SendAsync<RepoSyncDbContext, ExecuteStep>(host, StepKinds.QueueOf(Services.RepoSync), Sync("task", cache.File("nothing here")), Token);

        await Eventually.Holds("the step fails", () => orchestrator.Failed.Received.Count > 0, cancellationToken: Token);
        var failure = orchestrator.Failed.Received.ShouldHaveSingleItem().Message.Failure;
        (failure.Code, failure.Retryable).ShouldBe(("not_found", false));
        (await host.Services.GetRequiredService<Database<RepoSyncDbContext>>().ReadAsync((db, token) => db.Repositories.CountAsync(token), Token)).ShouldBe(0);
    }

    private static ExecuteStep Sync(string task, string target) =>
        StepReplies.Step(task, StepKinds.RepositorySync, (Channels.Trigger, CanonicalJson.ToElement(new RunTrigger { Source = "cli", Target = target })));

    private static RepoContext Context(StepCompleted completed) => CanonicalJson.FromElement<RepoContext>(completed.Writes[Channels.Context]);

    private static Task<Registry.RepositoryRow> RowAsync(ServiceHost host) =>
        host.Services.GetRequiredService<Database<RepoSyncDbContext>>().ReadAsync((db, token) => db.Repositories.SingleAsync(token), Token);

    private static List<string> Pins(string gitDir) =>
        [.. GitCommand.Run(gitDir, ["for-each-ref", "--format=%(refname:lstrip=3)", "refs/charter/runs"]).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
