using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>
/// What GitHub and GitLab both do, one instance each. A repository is named by its path (<c>owner/name</c>; on GitLab with any number of groups before the name). Every
/// method throws <see cref="StepFailedException"/> with one of <see cref="ForgeProblems"/>; whoever asks for something that is not there gets null.
/// </summary>
internal interface IForge
{
    /// <summary><c>github</c> or <c>gitlab</c>, as the providers of webhooks are called.</summary>
    string Kind { get; }

    /// <summary>For people: <c>GitHub</c>, <c>GitLab</c>.</summary>
    string Name { get; }

    /// <summary>Where people go, without a path: <c>https://github.com</c>.</summary>
    Uri Web { get; }

    /// <summary>Asks who the house is and what it may do; a sentence for people.</summary>
    Task<string> ExamineAsync(CancellationToken cancellationToken);

    /// <summary>How a pull or merge request stands; null when there is none of that number.</summary>
    Task<PullRequestState?> FindPullRequestAsync(string path, long number, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>The oldest comment of a pull request or an issue that holds the marker and that the house itself wrote: what others wrote is not ours, whatever it says.</summary>
    Task<ForgeThing?> FindCommentAsync(string path, ForgeSubject subject, string marker, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>Writes a comment. Never repeated by itself: whoever does not know whether it was written looks for its marker.</summary>
    Task<ForgeThing> CreateCommentAsync(string path, ForgeSubject subject, string body, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>Changes a comment; null when it is gone.</summary>
    Task<ForgeThing?> UpdateCommentAsync(string path, ForgeSubject subject, string id, string body, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>Marks a comment with an emoji; marking it again changes nothing.</summary>
    /// <param name="reaction">In GitHub's words: <c>eyes</c>, <c>+1</c>, <c>confused</c>.</param>
    Task ReactAsync(string path, ForgeSubject subject, string commentId, string reaction, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>Says how a commit stands. Saying it again for the same context takes the place of what was said before.</summary>
    Task<ForgeThing> SetStatusAsync(string path, CommitState state, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>The oldest open or closed issue that the house itself opened and that holds the marker.</summary>
    Task<ForgeThing?> FindIssueAsync(string path, string marker, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>Opens an issue. Never repeated by itself.</summary>
    Task<ForgeThing> CreateIssueAsync(string path, string title, string body, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>Changes an issue's title and text, and opens it again where it was closed; null when it is gone.</summary>
    Task<ForgeThing?> UpdateIssueAsync(string path, string id, string title, string body, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>What a user may do in a repository. Somebody of whom the forge knows nothing may do nothing.</summary>
    Task<ForgePermission> GetPermissionAsync(string path, ForgeUser user, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>How CI stands at a commit, the house's own words left out; null when the repository or the commit is not there.</summary>
    Task<CiStatus?> FindCiStatusAsync(string path, string sha, ForgePriority priority, CancellationToken cancellationToken);

    /// <summary>The repositories of an organisation, a group (with those of its groups) or an installation, archived ones left out, in the forge's order.</summary>
    /// <param name="scope">An organisation's or a group's path; null for all that the installation or the token was given.</param>
    IAsyncEnumerable<ForgeListing> ListRepositoriesAsync(string? scope, ForgePriority priority, CancellationToken cancellationToken);
}

/// <summary>How important a call is: the last part of a forge's limit is kept for what a person waits for.</summary>
internal enum ForgePriority
{
    /// <summary>Sweeps, schedules: leaves the reserve alone.</summary>
    Background,
    /// <summary>A person waits: a pull request, a command, the command line.</summary>
    Interactive,
}

/// <summary>What a comment hangs on.</summary>
/// <param name="IsPullRequest">GitLab counts merge requests and issues apart.</param>
internal sealed record ForgeSubject(long Number, bool IsPullRequest);

/// <summary>Something that was made at a forge.</summary>
/// <param name="Id">By which the forge's API knows it.</param>
/// <param name="Url">Where people look at it; null where there is no page.</param>
internal sealed record ForgeThing(string Id, string? Url, string? Body = null);

/// <summary>How a pull request stands.</summary>
/// <param name="IsLocked">Nobody without rights may comment.</param>
internal sealed record PullRequestState(long Number, bool IsOpen, bool IsLocked, string HeadSha, string HeadRef, string BaseRef, bool IsFork);

/// <summary>What is said of a commit.</summary>
/// <param name="Context">Whose word it is: <c>charterhouse</c>.</param>
/// <param name="Outcome">In GitHub's words: <c>success</c>, <c>failure</c>, <c>pending</c>, <c>error</c>.</param>
/// <param name="Description">At most 140 characters.</param>
internal sealed record CommitState(string Sha, string Context, string Outcome, string Description, string? Url);

/// <summary>A person or a program at a forge.</summary>
/// <param name="Id">The forge's number; GitLab asks by it.</param>
internal sealed record ForgeUser(string Login, long? Id);

/// <summary>A repository as a list of the forge has it.</summary>
/// <param name="ForgeId">The forge's host and its number for the repository, as in <c>TriggerRepository</c>.</param>
internal sealed record ForgeListing(string Url, string Path, string ForgeId, string? DefaultBranch);

/// <summary>What somebody may do, least first.</summary>
internal enum ForgePermission
{
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

/// <summary>The codes of what goes wrong with a forge.</summary>
internal static class ForgeProblems
{
    /// <summary>No connection, a broken one, or no answer in time. Retryable; something may have happened.</summary>
    public const string Unreachable = "forge_unreachable";
    /// <summary>5xx. Retryable; something may have happened.</summary>
    public const string Unavailable = "forge_unavailable";
    /// <summary>A primary or secondary limit, or the reserve: retryable after the time that the forge says; nothing happened.</summary>
    public const string RateLimited = "forge_rate_limited";
    /// <summary>401, or no credentials at all.</summary>
    public const string Unauthorized = "forge_unauthorized";
    /// <summary>403 that is no limit.</summary>
    public const string Forbidden = "forge_forbidden";
    /// <summary>403 or 422 because the conversation is locked.</summary>
    public const string Locked = "forge_locked";
    /// <summary>404 where something is needed (the repository, the pull request).</summary>
    public const string NotFound = "forge_not_found";
    /// <summary>422 and every other 4xx, or an answer that is not what the forge's description promises.</summary>
    public const string Refused = "forge_refused";
}
