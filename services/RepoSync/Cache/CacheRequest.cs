using Charterhouse.Contracts.Runs;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>What is wanted of the cache.</summary>
internal sealed record CacheRequest
{
    public required SyncSource Source { get; init; }
    /// <summary>The commit is pinned for it.</summary>
    public required RunId Run { get; init; }
    /// <summary>True fetches everything again, whatever the cache believes that it has: objects of the cache were lost.</summary>
    public bool Again { get; init; }
    /// <summary>True fetches even when the commit is here: branches and tags must be as they are at the source now.</summary>
    public bool Refs { get; init; }
    /// <summary>Finds the commit that the analysed one is compared with, given the bare repository and the analysed commit; null for none.</summary>
    public required Func<string, string, CancellationToken, Task<string?>> FindBase { get; init; }
    public required Action<string> Progress { get; init; }
}

/// <summary>A commit that is in the cache and pinned.</summary>
/// <param name="GitDir">The bare repository.</param>
/// <param name="Sha">The commit: the wanted ref's, or the one that was announced.</param>
/// <param name="BaseSha">The commit that it is compared with; null for none.</param>
/// <param name="Absent">Objects of the commit's history that the source could not give.</param>
/// <param name="Fetched">False when the commit was here already.</param>
internal sealed record CachedCommit(string GitDir, string Sha, string? BaseSha, int Absent, bool Fetched);
