using System.Text.Json.Serialization;

namespace Charterhouse.RepoSync.Forges;

// What is sent to GitLab and read of its answers, and no more.

internal sealed record GitLabUser(long Id, string Username);
internal sealed record GitLabMergeRequest(long Iid, string State, string Sha, string SourceBranch, string TargetBranch, long? SourceProjectId = null, long? TargetProjectId = null, bool? DiscussionLocked = null);
internal sealed record GitLabNote(long Id, string? Body = null, GitLabUser? Author = null, bool System = false);
internal sealed record GitLabNewNote(string Body);
internal sealed record GitLabNewEmoji(string Name);
internal sealed record GitLabIssue(long Iid, string WebUrl, string State, string? Description = null, GitLabUser? Author = null);
internal sealed record GitLabNewIssue(string Title, string Description);
internal sealed record GitLabIssueChange(string Title, string Description, string? StateEvent = null);
internal sealed record GitLabMember(int AccessLevel, string? State = null);
internal sealed record GitLabNewStatus(string State, string Name, string Description, string? TargetUrl);
internal sealed record GitLabStatus(long Id, string Name, string Status, bool? AllowFailure = null);
internal sealed record GitLabProject(long Id, string PathWithNamespace, string WebUrl, string? DefaultBranch = null, bool? Archived = null);
internal sealed record GitLabTokenInfo(IReadOnlyList<string> Scopes, string? ExpiresAt = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GitLabUser))]
[JsonSerializable(typeof(IReadOnlyList<GitLabUser>))]
[JsonSerializable(typeof(GitLabMergeRequest))]
[JsonSerializable(typeof(GitLabNote))]
[JsonSerializable(typeof(IReadOnlyList<GitLabNote>))]
[JsonSerializable(typeof(GitLabNewNote))]
[JsonSerializable(typeof(GitLabNewEmoji))]
[JsonSerializable(typeof(GitLabIssue))]
[JsonSerializable(typeof(IReadOnlyList<GitLabIssue>))]
[JsonSerializable(typeof(GitLabNewIssue))]
[JsonSerializable(typeof(GitLabIssueChange))]
[JsonSerializable(typeof(GitLabMember))]
[JsonSerializable(typeof(GitLabNewStatus))]
[JsonSerializable(typeof(GitLabStatus))]
[JsonSerializable(typeof(IReadOnlyList<GitLabStatus>))]
[JsonSerializable(typeof(IReadOnlyList<GitLabProject>))]
[JsonSerializable(typeof(GitLabTokenInfo))]
internal sealed partial class GitLabJson : JsonSerializerContext;
