using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Context;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Sync;

/// <summary>What a sync found out.</summary>
/// <param name="Fetched">False when the cache had the commit already.</param>
internal sealed record SyncResult(RepoContext Context, RepositoryIdentity Identity, bool Fetched);

/// <summary>A trigger becomes a pinned commit and its description. Knows no database.</summary>
internal sealed class RepositorySynchronizer(SourceResolver sources, RepositoryCache cache, BaseResolver bases, RepoContextBuilder contexts)
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
            var source = await sources.ResolveAsync(parsed.Value, cancellationToken);
            var cached = await cache.SyncAsync(source, run, again: false, refs: trigger.Base is not null, progress, cancellationToken);
            try
            {
                return await DescribeAsync(source, cached, trigger, cancellationToken);
            }
            catch (StepFailedException problem) when (!cached.Fetched && problem.Failure.Code == "corrupt_repository")
            {
                // The cache lost objects that it once had (a power cut, a careless hand): the source still has them.
                cached = await cache.SyncAsync(source, run, again: true, refs: false, progress, cancellationToken);
                return await DescribeAsync(source, cached, trigger, cancellationToken);
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
    }

    private async Task<SyncResult> DescribeAsync(SyncSource source, CachedCommit cached, RunTrigger trigger, CancellationToken cancellationToken)
    {
        var from = trigger.Base is null ? trigger.BaseSha : await bases.ResolveAsync(cached.GitDir, trigger.Base, source.Head.Sha, cancellationToken);
        var context = await contexts.BuildAsync(source, cached, from, cancellationToken);
        return new SyncResult(context with { BaseRef = trigger.Base }, source.Identity, cached.Fetched);
    }
}
