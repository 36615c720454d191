using System.Net;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Context;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Targets;
using Charterhouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Charterhouse.RepoSync.Tests.Fixture;

/// <summary>A temporary folder with sources and one cache (or more), wired as the module wires them.</summary>
public abstract class SyncFixture : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reposync-");

    private protected string Folder => RealPath.Of(_folder.FullName);
    private protected RepoSyncOptions Options { get; } = new();
    private protected GitProcess Git { get; } = new();
    private protected TimeProvider Time { get; set; } = TimeProvider.System;
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected GitRepository NewSource(string name = "source") => GitRepository.At(Path.Combine(Folder, name));

    private protected GitRepository Sample(string name = "source")
    {
        var source = NewSource(name);
        source.Write("README.md", "# one\n").Write("src/a.txt", "a\n").Commit("first");
        return source;
    }

    private protected House NewHouse(string name = "cache", Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        var paths = new RepositoryCachePaths(Path.Combine(Folder, name));
        Options.CacheRoot = paths.Root;
        var locks = new CacheLocks(Time);
        var pins = new RunPins(Git, paths, locks, Options, Time);
        var eviction = new CacheEviction(paths, locks, pins, Options, NullLogger<CacheEviction>.Instance);
        var (fetcher, ranges) = (new SourceFetcher(Git, paths, Options), new RangeReader(Git));
        var cache = new RepositoryCache(Git, paths, locks, fetcher, new BloblessClone(Git, fetcher), new AnnouncedCommit(Git, fetcher), new ObjectRescue(Git), pins, eviction);
        var contexts = new RepoContextBuilder(new TreeReader(Git), ranges, new DirtyCheck(Git, Options));
        var guard = new HostGuard(Options, resolve);
        var forges = new ForgeDirectory(Options, guard, new RateLimits(Time), Time);
        return new House(paths, locks, pins, eviction, new RepositorySynchronizer(new SourceResolver(Git, guard, Options, forges), cache, new BaseResolver(Git), ranges, contexts, new CiLook(forges, Time)));
    }

    private protected static RunId NewRun() => new(Guid.CreateVersion7());

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        _folder.Delete(recursive: true);
    }

    private protected sealed record House(RepositoryCachePaths Paths, CacheLocks Locks, RunPins Pins, CacheEviction Eviction, RepositorySynchronizer Synchronizer)
    {
        public Task<SyncResult> SyncAsync(string target, string? baseSha = null, RunId? run = null) =>
            Synchronizer.RunAsync(new RunTrigger { Source = "cli", Target = target, BaseSha = baseSha }, run ?? NewRun(), _ => { }, Token);

        public async Task<StepFailedException> FailAsync(string target) => await Should.ThrowAsync<StepFailedException>(() => SyncAsync(target));

        public string GitDir(SyncResult result) => Paths.GitDir(result.Identity.Id);

        /// <summary>git finds nothing amiss; what is left out on purpose is none.</summary>
        public void Fsck(SyncResult result) => InCache(result, [.. BloblessClone.Is(GitDir(result)) ? ["-c", BloblessClone.Config[0]] : Array.Empty<string>(), "fsck", "--full", "--strict"]);

        public string InCache(SyncResult result, params string[] arguments) =>
            GitCommand.Run(Paths.Root, ["--git-dir=" + GitDir(result), .. arguments]);
    }

    private protected static byte[] Bytes(RepoContext context) => CanonicalJson.Write(CanonicalJson.ToElement(context));
}
