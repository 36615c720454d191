using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Context;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Sync;

/// <summary>What a sync found out.</summary>
/// <param name="Fetched">False when the cache had the commit already.</param>
internal sealed record SyncResult(RepoContext Context, RepositoryIdentity Identity, bool Fetched);

/// <summary>A trigger becomes a pinned commit and its description. Knows no database.</summary>
internal sealed class RepositorySynchronizer(SourceResolver sources, RepositoryCache cache, BaseResolver bases, RangeReader ranges, RepoContextBuilder contexts, CiLook ci)
{
    // Only who sits at this machine may name its folders (the sources that a person's own command line produces).
    private const string CommandLine = "cli";

    /// <summary>Resolves, fetches, pins and describes.</summary>
    /// <exception cref="StepFailedException">With a stable code, a sentence and a way out.</exception>
    public async Task<SyncResult> RunAsync(RunTrigger trigger, RunId run, Action<string> progress, CancellationToken cancellationToken)
    {
        var parsed = RepositoryTarget.Parse(trigger.Target);
        if (!parsed.Succeeded) throw GitFailures.Of(parsed.Problem);
        if (parsed.Value is RepositoryTarget.Local && trigger.Source != CommandLine)
            throw StepFailedException.Permanent("unsupported_target", $"a folder can only be analysed from the command line, not by a trigger from '{trigger.Source}'", "Use the repository's https:// URL.");
        try
        {
            var source = await sources.ResolveAsync(parsed.Value, SyncWish.Of(trigger, parsed.Value), cancellationToken);
            var request = new CacheRequest { Source = source, Run = run, Refs = trigger.Base is not null, FindBase = FindBase, Progress = progress };
            var cached = await cache.SyncAsync(request, cancellationToken);
            try
            {
                return await DescribeAsync(source, cached);
            }
            catch (StepFailedException problem) when (!cached.Fetched && problem.Failure.Code == "corrupt_repository")
            {
                // The cache lost objects that it once had (a power cut, a careless hand): the source still has them.
                return await DescribeAsync(source, await cache.SyncAsync(request with { Again = true, Refs = false }, cancellationToken));
            }
        }
        catch (GitMissingException problem)
        {
            throw GitFailures.Of(problem);
        }
        catch (GitOutputTooLargeException problem)
        {
            throw StepFailedException.Permanent("too_large", $"the repository is too large to describe: {problem.Message}", "Analyse a smaller range or repository.");
        }

        async Task<string?> FindBase(string gitDir, string head, CancellationToken token) =>
            trigger.Base is null ? await ranges.FindCommitAsync(gitDir, trigger.BaseSha, token) : await bases.ResolveAsync(gitDir, trigger.Base, head, token);

        async Task<SyncResult> DescribeAsync(SyncSource source, CachedCommit cached)
        {
            var context = await contexts.BuildAsync(source, cached, cancellationToken) with { BaseRef = trigger.Base };
            var priority = trigger.Source == "schedule" ? ForgePriority.Background : ForgePriority.Interactive;
            return new(await ci.AddAsync(context, priority, cancellationToken), source.Identity, cached.Fetched);
        }
    }
}
