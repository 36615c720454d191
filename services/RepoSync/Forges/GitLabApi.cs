using static System.Net.Http.HttpMethod;

namespace Charterhouse.RepoSync.Forges;

/// <summary>Every operation of GitLab's API that is called.</summary>
internal static class GitLabApi
{
    private const string Project = "/projects/{id}";
    private static GitLabJson Json => GitLabJson.Default;

    public static readonly ForgeOperation<GitLabUser> GetUser = new(Get, "/user", null, Json.GitLabUser);
    public static readonly ForgeOperation<GitLabTokenInfo> GetToken = new(Get, "/personal_access_tokens/self", null, Json.GitLabTokenInfo);
    public static readonly ForgeOperation<IReadOnlyList<GitLabUser>> FindUsers = new(Get, "/users", null, Json.IReadOnlyListGitLabUser);
    public static readonly ForgeOperation<GitLabMergeRequest> GetMergeRequest = new(Get, Project + "/merge_requests/{iid}", null, Json.GitLabMergeRequest);
    public static readonly ForgeOperation<IReadOnlyList<GitLabNote>> ListNotes = new(Get, Project + "/merge_requests/{iid}/notes", null, Json.IReadOnlyListGitLabNote);
    public static readonly ForgeOperation<GitLabNote> CreateNote = new(Post, Project + "/merge_requests/{iid}/notes", Json.GitLabNewNote, Json.GitLabNote);
    public static readonly ForgeOperation<GitLabNote> UpdateNote = new(Put, Project + "/merge_requests/{iid}/notes/{note_id}", Json.GitLabNewNote, Json.GitLabNote);
    public static readonly ForgeOperation AwardEmoji = new(Post, Project + "/merge_requests/{iid}/notes/{note_id}/award_emoji", Json.GitLabNewEmoji, null) { Repeatable = true };
    public static readonly ForgeOperation<IReadOnlyList<GitLabIssue>> ListIssues = new(Get, Project + "/issues", null, Json.IReadOnlyListGitLabIssue);
    public static readonly ForgeOperation<GitLabIssue> CreateIssue = new(Post, Project + "/issues", Json.GitLabNewIssue, Json.GitLabIssue);
    public static readonly ForgeOperation<GitLabIssue> UpdateIssue = new(Put, Project + "/issues/{iid}", Json.GitLabIssueChange, Json.GitLabIssue);
    public static readonly ForgeOperation<GitLabMember> GetMember = new(Get, Project + "/members/all/{user_id}", null, Json.GitLabMember);
    public static readonly ForgeOperation<GitLabStatus> CreateStatus = new(Post, Project + "/statuses/{sha}", Json.GitLabNewStatus, Json.GitLabStatus) { Repeatable = true };
    public static readonly ForgeOperation<IReadOnlyList<GitLabStatus>> ListStatuses = new(Get, Project + "/repository/commits/{sha}/statuses", null, Json.IReadOnlyListGitLabStatus);
    public static readonly ForgeOperation<IReadOnlyList<GitLabProject>> ListGroupProjects = new(Get, "/groups/{id}/projects", null, Json.IReadOnlyListGitLabProject);
    public static readonly ForgeOperation<IReadOnlyList<GitLabProject>> ListUserProjects = new(Get, "/users/{id}/projects", null, Json.IReadOnlyListGitLabProject);
    public static readonly ForgeOperation<IReadOnlyList<GitLabProject>> ListProjects = new(Get, "/projects", null, Json.IReadOnlyListGitLabProject);

    /// <summary>The same operation on an issue's notes: GitLab counts them apart.</summary>
    public static T For<T>(T operation, ForgeSubject subject) where T : ForgeOperation =>
        subject.IsPullRequest ? operation : operation with { Template = operation.Template.Replace("/merge_requests/", "/issues/", StringComparison.Ordinal) };
}
