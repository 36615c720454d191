using System.Globalization;
using Charterhouse.Contracts.Repositories;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Context;

/// <summary>Describes a cached commit. The same commit, base and working tree give the same bytes, whatever the cache went through before.</summary>
internal sealed class RepoContextBuilder(TreeReader trees, RangeReader ranges, DirtyCheck dirty)
{
    public async Task<RepoContext> BuildAsync(SyncSource source, CachedCommit cached, CancellationToken cancellationToken)
    {
        var sha = cached.Sha;
        // First: a tree that is beyond all measure must not be compared with a working tree.
        var statistics = await trees.ReadAsync(cached.GitDir, sha, cancellationToken);
        // Independent of each other, and each mostly waits for git.
        var changes = source.Local is null ? Task.FromResult<int?>(0) : dirty.CountAsync(source.Local, cached.GitDir, sha, cancellationToken);
        var range = cached.BaseSha is null ? new CommitRange([], 0, []) : await ranges.ReadAsync(cached.GitDir, cached.BaseSha, sha, cancellationToken);
        return new RepoContext
        {
            Repository = new RepositoryInfo(source.Identity.Id, source.Identity.Name, source.Identity.Url, source.DefaultBranch),
            HeadSha = sha,
            HeadBranch = source.Head.Branch,
            BaseSha = cached.BaseSha,
            Commits = range.Commits,
            CommitCount = range.Total,
            FilesChanged = range.Files,
            Tree = statistics,
            Notes = Notes(source, cached, statistics, await changes),
        };
    }

    private static List<string> Notes(SyncSource source, CachedCommit cached, TreeStatistics tree, int? changes)
    {
        var sha = cached.Sha;
        var notes = new List<string>();
        if (source is { Ref: null, Head.Branch: null }) notes.Add($"HEAD is detached at {sha[..7]}");
        if (DirtyCheck.Note(changes, sha) is { } note) notes.Add(note);
        if (SourceFetcher.IsShallow(cached.GitDir)) notes.Add("the repository is a shallow clone; its history is incomplete");
        if (cached.Absent > 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{cached.Absent} {(cached.Absent == 1 ? "object is" : "objects are")} absent from the repository and could not be analysed"));
        if (tree.Submodules > 0) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{tree.Submodules} {(tree.Submodules == 1 ? "submodule was" : "submodules were")} not analysed"));
        return notes;
    }
}
