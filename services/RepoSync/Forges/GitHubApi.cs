using Charterhouse.Platform.Work;
using static System.Net.Http.HttpMethod;

namespace Charterhouse.RepoSync.Forges;

/// <summary>Every operation of GitHub's API that is called, as GitHub's description has it; a test holds the two together.</summary>
internal static class GitHubApi
{
    private const string Repo = "/repos/{owner}/{repo}";
    private static GitHubJson Json => GitHubJson.Default;

    public static readonly ForgeOperation<GitHubUser> GetUser = new(Get, "/user", null, Json.GitHubUser);
    public static readonly ForgeOperation<GitHubAppInfo> GetApp = new(Get, "/app", null, Json.GitHubAppInfo);
    public static readonly ForgeOperation<GitHubInstallation> GetInstallation = new(Get, Repo + "/installation", null, Json.GitHubInstallation);
    public static readonly ForgeOperation<IReadOnlyList<GitHubInstallation>> ListInstallations = new(Get, "/app/installations", null, Json.IReadOnlyListGitHubInstallation);
    public static readonly ForgeOperation<GitHubToken> CreateInstallationToken = new(Post, "/app/installations/{installation_id}/access_tokens", null, Json.GitHubToken) { Repeatable = true };
    public static readonly ForgeOperation<GitHubRepositoryPage> ListInstallationRepositories = new(Get, "/installation/repositories", null, Json.GitHubRepositoryPage);
    public static readonly ForgeOperation<IReadOnlyList<GitHubRepository>> ListOrganisationRepositories = new(Get, "/orgs/{org}/repos", null, Json.IReadOnlyListGitHubRepository);
    public static readonly ForgeOperation<IReadOnlyList<GitHubRepository>> ListUserRepositories = new(Get, "/users/{username}/repos", null, Json.IReadOnlyListGitHubRepository);
    public static readonly ForgeOperation<IReadOnlyList<GitHubRepository>> ListOwnRepositories = new(Get, "/user/repos", null, Json.IReadOnlyListGitHubRepository);
    public static readonly ForgeOperation<GitHubPull> GetPull = new(Get, Repo + "/pulls/{pull_number}", null, Json.GitHubPull);
    public static readonly ForgeOperation<IReadOnlyList<GitHubComment>> ListComments = new(Get, Repo + "/issues/{issue_number}/comments", null, Json.IReadOnlyListGitHubComment);
    public static readonly ForgeOperation<GitHubComment> CreateComment = new(Post, Repo + "/issues/{issue_number}/comments", Json.GitHubBody, Json.GitHubComment);
    public static readonly ForgeOperation<GitHubComment> UpdateComment = new(Patch, Repo + "/issues/comments/{comment_id}", Json.GitHubBody, Json.GitHubComment);
    public static readonly ForgeOperation React = new(Post, Repo + "/issues/comments/{comment_id}/reactions", Json.GitHubReaction, null) { Repeatable = true };
    public static readonly ForgeOperation<IReadOnlyList<GitHubIssue>> ListIssues = new(Get, Repo + "/issues", null, Json.IReadOnlyListGitHubIssue);
    public static readonly ForgeOperation<GitHubIssue> CreateIssue = new(Post, Repo + "/issues", Json.GitHubNewIssue, Json.GitHubIssue);
    public static readonly ForgeOperation<GitHubIssue> UpdateIssue = new(Patch, Repo + "/issues/{issue_number}", Json.GitHubIssueChange, Json.GitHubIssue);
    public static readonly ForgeOperation<GitHubPermission> GetPermission = new(Get, Repo + "/collaborators/{username}/permission", null, Json.GitHubPermission);
    public static readonly ForgeOperation<GitHubStatus> CreateStatus = new(Post, Repo + "/statuses/{sha}", Json.GitHubNewStatus, Json.GitHubStatus) { Repeatable = true };
    public static readonly ForgeOperation<GitHubCombinedStatus> GetCombinedStatus = new(Get, Repo + "/commits/{ref}/status", null, Json.GitHubCombinedStatus);
    public static readonly ForgeOperation<GitHubCheckRunPage> ListCheckRuns = new(Get, Repo + "/commits/{ref}/check-runs", null, Json.GitHubCheckRunPage);
    public static readonly ForgeOperation<GitHubCheckRun> CreateCheckRun = new(Post, Repo + "/check-runs", Json.GitHubNewCheckRun, Json.GitHubCheckRun);
    // annotations are added by every call, so a change is not one that may be made twice
    public static readonly ForgeOperation<GitHubCheckRun> UpdateCheckRun = new(Patch, Repo + "/check-runs/{check_run_id}", Json.GitHubCheckRunChange, Json.GitHubCheckRun) { Repeatable = false };
    public static readonly ForgeOperation<GitHubSarifReceipt> UploadSarif = new(Post, Repo + "/code-scanning/sarifs", Json.GitHubSarif, Json.GitHubSarifReceipt);
    public static readonly ForgeOperation<IReadOnlyList<GitHubDelivery>> ListDeliveries = new(Get, "/app/hook/deliveries", null, Json.IReadOnlyListGitHubDelivery);
    public static readonly ForgeOperation Redeliver = new(Post, "/app/hook/deliveries/{delivery_id}/attempts", null, null);

    /// <summary>Owner and name of a path.</summary>
    /// <exception cref="StepFailedException">It is no path of GitHub's.</exception>
    public static string[] Split(string path, params ReadOnlySpan<string> more)
    {
        var parts = path.Split('/');
        return parts.Length == 2 && parts.All(part => part.Length > 0 && part is not ("." or ".."))
            ? [.. parts, .. more]
            : throw StepFailedException.Permanent(ForgeProblems.NotFound, $"'{path}' is no repository of GitHub's, which are called owner/name", null);
    }
}
