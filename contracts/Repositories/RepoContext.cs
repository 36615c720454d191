using System.Text.Json.Serialization;

namespace Charterhouse.Contracts.Repositories;

/// <summary>
/// What RepoSync knows of a repository at one commit. Serialised by <see cref="Serialization.CanonicalJson"/>, the same input gives the
/// same bytes: no clock, no cache path, no order of discovery.
/// </summary>
public sealed record RepoContext
{
    /// <summary>The shape's version.</summary>
    public int Schema { get; init; } = 1;
    public required RepositoryInfo Repository { get; init; }
    /// <summary>The analysed commit, 40 hex digits (64 in a SHA-256 repository).</summary>
    public required string HeadSha { get; init; }
    /// <summary>The branch that HEAD names; null when detached.</summary>
    public string? HeadBranch { get; init; }
    /// <summary>
    /// Where the range begins: the merge base of head and what the run named as its base; without one the head of the last charter, when it is
    /// still known to the repository; null otherwise.
    /// </summary>
    public string? BaseSha { get; init; }
    /// <summary>What the run named as its base; null when it named none.</summary>
    public string? BaseRef { get; init; }
    /// <summary>Commits in base..head, newest first, at most <see cref="CommitLimit"/>; empty without a base.</summary>
    public IReadOnlyList<CommitInfo> Commits { get; init; } = [];
    /// <summary>The number of commits in base..head, however many are listed.</summary>
    public int CommitCount { get; init; }
    /// <summary>Files changed between base and head, ordered by path (ordinal); empty without a base.</summary>
    public IReadOnlyList<ChangedFile> FilesChanged { get; init; } = [];
    public required TreeStatistics Tree { get; init; }
    /// <summary>How CI stands at the head by the forge's word; null where no forge was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CiStatus? Ci { get; init; }
    /// <summary>What a reader must know: dirty tree, shallow clone, missing objects. Ordered, each one sentence.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How many commits of a range are listed.</summary>
    public const int CommitLimit = 200;
}

/// <summary>Identity of a repository.</summary>
/// <param name="Id">Stable key: <c>repo_</c> and 26 base32 characters of the SHA-256 of the normalised identity; also the cache folder's name.</param>
/// <param name="Name">For people: <c>owner/name</c> of a URL, else the folder's name.</param>
/// <param name="Url">The normalised URL without credentials, or null for a path without a remote.</param>
/// <param name="DefaultBranch">The branch that the source's HEAD names, or null when detached.</param>
public sealed record RepositoryInfo(string Id, string Name, string? Url, string? DefaultBranch);

/// <summary>A commit of the analysed range.</summary>
/// <param name="Date">Committer date, UTC.</param>
public sealed record CommitInfo(string Sha, string Author, DateTimeOffset Date, string Subject);

/// <summary>A file that differs between base and head.</summary>
/// <param name="Status"><c>added</c>, <c>modified</c>, <c>deleted</c>, <c>renamed</c>, <c>type_changed</c>.</param>
/// <param name="OldPath">Only for a rename.</param>
/// <param name="Additions">Lines added; null for a binary file.</param>
/// <param name="Deletions">Lines deleted; null for a binary file.</param>
public sealed record ChangedFile(string Path, string Status, string? OldPath, int? Additions, int? Deletions);

/// <summary>The head tree in numbers.</summary>
/// <param name="Files">Regular and executable files.</param>
/// <param name="Bytes">Sum of the blob sizes of those files.</param>
public sealed record TreeStatistics(int Files, long Bytes, int Directories, int Symlinks, int Submodules);

/// <summary>How continuous integration stands at a commit, statuses and checks together. No times: the same answers give the same bytes.</summary>
/// <param name="Outcome">The worst of all: <c>failure</c>, <c>pending</c> or <c>success</c>; <c>none</c> where nothing was reported.</param>
/// <param name="Checks">At most <see cref="CheckLimit"/>, failures first, then by name.</param>
/// <param name="Total">How many there are, however many are listed.</param>
public sealed record CiStatus(string Outcome, IReadOnlyList<CiCheck> Checks, int Total)
{
    /// <summary>How many are listed.</summary>
    public const int CheckLimit = 100;
}

/// <summary>One status, check run or pipeline.</summary>
/// <param name="Outcome"><c>success</c>, <c>failure</c>, <c>pending</c> or <c>neutral</c>.</param>
public sealed record CiCheck(string Name, string Outcome);
