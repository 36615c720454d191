namespace Charterhouse.RepoSync.Registry;

/// <summary>A row of <c>repositories</c>.</summary>
internal sealed class RepositoryRow
{
    public required string RepositoryId { get; init; }
    public required string Name { get; set; }
    public required string Identity { get; init; }
    public string? Url { get; set; }
    public string? DefaultBranch { get; set; }
    public string? HeadSha { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SyncedAt { get; set; }
}
