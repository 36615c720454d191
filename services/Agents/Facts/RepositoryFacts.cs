using System.Text.Json.Serialization;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Facts;

/// <summary>
/// Everything that is known of a repository at one commit: what the scan writes once and every agent reads. The same commit gives the
/// same bytes.
/// </summary>
internal sealed record RepositoryFacts
{
    /// <summary>Raised whenever the same blob would give other facts; older cached facts are then useless.</summary>
    public const int ScannerVersion = 16;

    public int Scanner { get; init; } = ScannerVersion;
    public required string HeadSha { get; init; }
    /// <summary>Names that <see cref="FileFact.Language"/> refers to.</summary>
    public required IReadOnlyList<string> Languages { get; init; }
    /// <summary>Every entry of the tree in git's order, symbolic links and submodules included.</summary>
    public required IReadOnlyList<FileFact> Files { get; init; }
    /// <summary>The beginning of the few files whose words matter, in the order of their paths.</summary>
    public required IReadOnlyList<Excerpt> Excerpts { get; init; }
    /// <summary>What was found in the contents, by file: rows in the order of the files; files without any left out.</summary>
    public required IReadOnlyList<FileDetails> Details { get; init; }
    public required HistoryFacts History { get; init; }
    /// <summary>What a reader must know: what could not be read, what was cut.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>Text of a file, as UTF-8.</summary>
/// <param name="Truncated">The file is longer.</param>
/// <param name="LinkedAs">The symbolic link at the top that stands for it, or null.</param>
internal sealed record Excerpt(string Path, string Text, bool Truncated, string? LinkedAs = null)
{
    /// <summary>The path that readers know it by.</summary>
    [JsonIgnore]
    public string Name => LinkedAs ?? Path;
}

/// <summary>The history reachable from head, added up.</summary>
internal sealed record HistoryFacts
{
    /// <summary>How many commits <see cref="Recent"/> holds at most.</summary>
    public const int RecentLimit = 5_000;

    public required int Commits { get; init; }
    public required int Merges { get; init; }
    /// <summary>The repository is shallow: older commits exist elsewhere.</summary>
    public required bool Shallow { get; init; }
    /// <summary>Older commits exist, but were not read.</summary>
    public required bool Cut { get; init; }
    public required CommitPoint? First { get; init; }
    public required CommitPoint? Last { get; init; }
    /// <summary>Commits without merges in the 90 days and the 365 days before the last commit.</summary>
    public required int Last90Days { get; init; }
    public required int Last365Days { get; init; }
    /// <summary>Days (UTC) with a commit of any kind in those 365 days.</summary>
    public required int ActiveDays { get; init; }
    /// <summary>Commits without merges by month, oldest first, months without any left out.</summary>
    public required IReadOnlyList<MonthCount> Months { get; init; }
    /// <summary>Most commits first.</summary>
    public required IReadOnlyList<AuthorFact> Authors { get; init; }
    /// <summary>For every file of the tree that any commit changed: rows in the order of the files.</summary>
    public required IReadOnlyList<FileHistory> Files { get; init; }
    /// <summary>Commits without merges within 365 days before the last commit, newest first, at most <see cref="RecentLimit"/>.</summary>
    public required IReadOnlyList<RecentCommit> Recent { get; init; }
    /// <summary>Tags within this history, youngest first, at most 100.</summary>
    public required IReadOnlyList<TagPoint> Tags { get; init; }
    public required int TagCount { get; init; }
}

/// <summary>An author with everything merged that .mailmap or an equal address says is the same person. The address is not kept, only the account that GitHub's stands for.</summary>
/// <param name="Commits">Without merges.</param>
/// <param name="First">Day, <c>yyyy-MM-dd</c>, UTC.</param>
/// <param name="Login">The account of most commits from <c>login@users.noreply.github.com</c>; null for none.</param>
internal sealed record AuthorFact(string Name, bool Bot, int Commits, int Last365Days, int Last90Days, string First, string Last, string? Login = null);
