using System.Text.Json;
using System.Text.Json.Serialization;

namespace Charterhouse.RepoSync.Forges;

// What is sent to GitHub and read of its answers, and no more; a test holds them against GitHub's own description.

internal sealed record GitHubUser(string Login, long Id);
internal sealed record GitHubAppInfo(long Id, IReadOnlyDictionary<string, string> Permissions, string? Slug = null);
internal sealed record GitHubAccount(string? Login = null);
internal sealed record GitHubInstallation(long Id, GitHubAccount? Account = null);
internal sealed record GitHubToken(string Token, DateTimeOffset ExpiresAt);
internal sealed record GitHubRepository(long Id, string FullName, string HtmlUrl, string? DefaultBranch = null, bool? Archived = null);
internal sealed record GitHubRepositoryPage(IReadOnlyList<GitHubRepository> Repositories);

internal sealed record GitHubHeadRepository(long Id);
internal sealed record GitHubBranch(string Sha, string Ref, GitHubHeadRepository? Repo = null);
internal sealed record GitHubPull(long Number, string State, bool Locked, GitHubBranch Head, GitHubBranch Base);

internal sealed record GitHubComment(long Id, string HtmlUrl, string? Body = null, GitHubUser? User = null);
internal sealed record GitHubPullMark;
internal sealed record GitHubIssue(long Number, string HtmlUrl, string Title, string? Body = null, GitHubUser? User = null, GitHubPullMark? PullRequest = null);
internal sealed record GitHubBody(string Body);
internal sealed record GitHubReaction(string Content);
internal sealed record GitHubNewIssue(string Title, string Body);
internal sealed record GitHubIssueChange(string Title, string Body, string State);
internal sealed record GitHubPermission(string Permission, string RoleName);

internal sealed record GitHubNewStatus(string State, string Description, string Context, string? TargetUrl);
internal sealed record GitHubStatus(long Id, string Context, string State, string? TargetUrl = null);
internal sealed record GitHubCombinedStatus(IReadOnlyList<GitHubStatus> Statuses);

internal sealed record GitHubCheckApp(long Id);
internal sealed record GitHubCheckRun(long Id, string Name, string Status, string? Conclusion = null, string? ExternalId = null, string? HtmlUrl = null, GitHubCheckApp? App = null, GitHubCheckRead? Output = null);
/// <summary>The output of a check run as it is read.</summary>
/// <param name="AnnotationsCount">How many annotations it was given so far.</param>
internal sealed record GitHubCheckRead(int AnnotationsCount = 0);
internal sealed record GitHubCheckRunPage(IReadOnlyList<GitHubCheckRun> CheckRuns);

/// <summary>A remark on lines of a file.</summary>
/// <param name="AnnotationLevel"><c>notice</c>, <c>warning</c> or <c>failure</c>.</param>
internal sealed record GitHubAnnotation(string Path, int StartLine, int EndLine, string AnnotationLevel, string Message, string? Title = null, string? RawDetails = null);

/// <summary>What a check run shows.</summary>
/// <param name="Annotations">At most 50 a call; those of later calls are added.</param>
internal sealed record GitHubCheckOutput(string Title, string Summary, string? Text = null, IReadOnlyList<GitHubAnnotation>? Annotations = null);

/// <summary>A check run that is made.</summary>
/// <param name="Status"><c>queued</c>, <c>in_progress</c> or <c>completed</c>.</param>
/// <param name="Conclusion">With <c>completed</c>: <c>success</c>, <c>failure</c>, <c>neutral</c>, …</param>
internal sealed record GitHubNewCheckRun(string Name, string HeadSha, string ExternalId, string Status, string? Conclusion = null, string? DetailsUrl = null, GitHubCheckOutput? Output = null);

/// <summary>A check run that is changed.</summary>
internal sealed record GitHubCheckRunChange(string Status, string? Conclusion = null, string? DetailsUrl = null, GitHubCheckOutput? Output = null)
{
    /// <summary>What the house calls it from now on; null to leave it.</summary>
    public string? ExternalId { get; init; }
}

internal sealed record GitHubSarif(string CommitSha, string Ref, string Sarif);
internal sealed record GitHubSarifReceipt(string? Id = null, string? Url = null);

/// <summary>A delivery of the App's webhook.</summary>
/// <param name="Guid">The same for a delivery and for those that repeat it.</param>
/// <param name="StatusCode">What the receiver answered; 0 for nothing.</param>
internal sealed record GitHubDelivery(long Id, string Guid, DateTimeOffset DeliveredAt, bool Redelivery, string Status, int StatusCode, string Event);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitHubUser))]
[JsonSerializable(typeof(GitHubAppInfo))]
[JsonSerializable(typeof(GitHubInstallation))]
[JsonSerializable(typeof(IReadOnlyList<GitHubInstallation>))]
[JsonSerializable(typeof(GitHubToken))]
[JsonSerializable(typeof(IReadOnlyList<GitHubRepository>))]
[JsonSerializable(typeof(GitHubRepositoryPage))]
[JsonSerializable(typeof(GitHubPull))]
[JsonSerializable(typeof(GitHubComment))]
[JsonSerializable(typeof(IReadOnlyList<GitHubComment>))]
[JsonSerializable(typeof(GitHubIssue))]
[JsonSerializable(typeof(IReadOnlyList<GitHubIssue>))]
[JsonSerializable(typeof(GitHubBody))]
[JsonSerializable(typeof(GitHubReaction))]
[JsonSerializable(typeof(GitHubNewIssue))]
[JsonSerializable(typeof(GitHubIssueChange))]
[JsonSerializable(typeof(GitHubPermission))]
[JsonSerializable(typeof(GitHubNewStatus))]
[JsonSerializable(typeof(GitHubStatus))]
[JsonSerializable(typeof(GitHubCombinedStatus))]
[JsonSerializable(typeof(GitHubCheckRun))]
[JsonSerializable(typeof(GitHubCheckRunPage))]
[JsonSerializable(typeof(GitHubNewCheckRun))]
[JsonSerializable(typeof(GitHubCheckRunChange))]
[JsonSerializable(typeof(GitHubSarif))]
[JsonSerializable(typeof(GitHubSarifReceipt))]
[JsonSerializable(typeof(IReadOnlyList<GitHubDelivery>))]
internal sealed partial class GitHubJson : JsonSerializerContext;
