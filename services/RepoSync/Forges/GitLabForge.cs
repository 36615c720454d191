using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>GitLab, or a self-managed one, with a personal, project or group access token.</summary>
internal sealed class GitLabForge : IForge
{
    private const string KindName = "gitlab";
    private const string Shown = "GitLab";
    private const string PageSize = "per_page=100";
    private const string OldestFirst = "order_by=created_at&sort=asc&" + PageSize;

    private readonly ForgeClient _client;
    private readonly CurrentSecret _token;
    private readonly SemaphoreSlim _identityGate = new(1);
    private volatile GitLabUser? _identity;

    public GitLabForge(ForgeSettings settings, ForgeLine line)
    {
        Web = settings.Web;
        _token = new CurrentSecret(settings.Token!);
        _client = new ForgeClient(Shown, settings, line, new TokenCredentials(settings, KindName), Show);
    }

    public string Kind => KindName;
    public string Name => Shown;
    public Uri Web { get; }

    /// <summary>What git is to show GitLab.</summary>
    public GitCredential Credential => GitCredential.For(Web, "oauth2", _token.Text, "gitlab.token");

    public async Task<PullRequestState?> FindPullRequestAsync(string path, long number, ForgePriority priority, CancellationToken cancellationToken) =>
        await _client.FindAsync(GitLabApi.GetMergeRequest, Call(GitLabApi.GetMergeRequest, priority, path, Text(number)), cancellationToken) is not { } merge ? null
            : new PullRequestState(merge.Iid, merge.State == "opened", merge.DiscussionLocked == true, merge.Sha, merge.SourceBranch, merge.TargetBranch, merge.SourceProjectId != merge.TargetProjectId);

    public async Task<ForgeThing?> FindCommentAsync(string path, ForgeSubject subject, string marker, ForgePriority priority, CancellationToken cancellationToken)
    {
        var own = await IdentityAsync(priority, cancellationToken);
        var operation = GitLabApi.For(GitLabApi.ListNotes, subject);
        await foreach (var page in _client.PagesAsync(operation, Call(operation, priority, path, Text(subject.Number)) with { Query = OldestFirst }, cancellationToken))
        {
            if (page.FirstOrDefault(note => !note.System && note.Author?.Id == own.Id && note.Body?.Contains(marker, StringComparison.Ordinal) == true) is { } found) return Thing(path, subject, found);
        }
        return null;
    }

    public async Task<ForgeThing> CreateCommentAsync(string path, ForgeSubject subject, string body, ForgePriority priority, CancellationToken cancellationToken)
    {
        var operation = GitLabApi.For(GitLabApi.CreateNote, subject);
        try
        {
            return Thing(path, subject, await _client.CallAsync(operation, Call(operation, priority, path, Text(subject.Number)) with { Body = new GitLabNewNote(body) }, cancellationToken));
        }
        // GitLab says only that it is forbidden
        catch (StepFailedException problem) when (problem.Failure.Code == ForgeProblems.Forbidden && subject.IsPullRequest)
        {
            if (await FindPullRequestAsync(path, subject.Number, priority, cancellationToken) is { IsLocked: true })
                throw StepFailedException.Permanent(ForgeProblems.Locked, "GitLab refuses it because the conversation is locked", "Unlock the conversation.");
            throw;
        }
    }

    public async Task<ForgeThing?> UpdateCommentAsync(string path, ForgeSubject subject, string id, string body, ForgePriority priority, CancellationToken cancellationToken)
    {
        var operation = GitLabApi.For(GitLabApi.UpdateNote, subject);
        return await _client.FindAsync(operation, Call(operation, priority, path, Text(subject.Number), id) with { Body = new GitLabNewNote(body) }, cancellationToken) is { } note ? Thing(path, subject, note) : null;
    }

    public async Task ReactAsync(string path, ForgeSubject subject, string commentId, string reaction, ForgePriority priority, CancellationToken cancellationToken)
    {
        var operation = GitLabApi.For(GitLabApi.AwardEmoji, subject);
        var name = reaction switch { "+1" => "thumbsup", "-1" => "thumbsdown", _ => reaction };
        try
        {
            await _client.SendAsync(Call(operation, priority, path, Text(subject.Number), commentId) with { Body = new GitLabNewEmoji(name) }, cancellationToken);
        }
        // GitLab answers 404 to the second one of the same name
        catch (StepFailedException problem) when (problem.Failure.Message.Contains("already been taken", StringComparison.Ordinal))
        {
        }
    }

    public async Task<ForgeThing> SetStatusAsync(string path, CommitState state, ForgePriority priority, CancellationToken cancellationToken)
    {
        var word = state.Outcome switch { "failure" or "error" => "failed", var other => other };
        try
        {
            var status = await _client.CallAsync(GitLabApi.CreateStatus, Call(GitLabApi.CreateStatus, priority, path, state.Sha) with { Body = new GitLabNewStatus(word, state.Context, state.Description, state.Url) }, cancellationToken);
            return new ForgeThing(Text(status.Id), state.Url);
        }
        // GitLab's pipelines know no step from a state to itself: it says so already
        catch (StepFailedException problem) when (problem.Failure.Message.Contains("Cannot transition status", StringComparison.Ordinal))
        {
            await foreach (var page in Statuses(path, state.Sha, priority, cancellationToken))
            {
                if (page.FirstOrDefault(status => status.Name == state.Context && status.Status == word) is { } there) return new ForgeThing(Text(there.Id), state.Url);
            }
            throw;
        }
    }

    public async Task<ForgeThing?> FindIssueAsync(string path, string marker, ForgePriority priority, CancellationToken cancellationToken)
    {
        var own = await IdentityAsync(priority, cancellationToken);
        var call = Call(GitLabApi.ListIssues, priority, path) with { Query = $"author_id={Text(own.Id)}&scope=all&{OldestFirst}" };
        await foreach (var page in _client.PagesAsync(GitLabApi.ListIssues, call, cancellationToken))
        {
            if (page.FirstOrDefault(issue => issue.Author?.Id == own.Id && issue.Description?.Contains(marker, StringComparison.Ordinal) == true) is { } found) return Thing(found);
        }
        return null;
    }

    public async Task<ForgeThing> CreateIssueAsync(string path, string title, string body, ForgePriority priority, CancellationToken cancellationToken) =>
        Thing(await _client.CallAsync(GitLabApi.CreateIssue, Call(GitLabApi.CreateIssue, priority, path) with { Body = new GitLabNewIssue(title, body) }, cancellationToken));

    public async Task<ForgeThing?> UpdateIssueAsync(string path, string id, string title, string body, ForgePriority priority, CancellationToken cancellationToken)
    {
        var issue = await ChangeAsync(null);
        if (issue is { State: "closed" }) issue = await ChangeAsync("reopen");
        return issue is null ? null : Thing(issue);

        Task<GitLabIssue?> ChangeAsync(string? state) =>
            _client.FindAsync(GitLabApi.UpdateIssue, Call(GitLabApi.UpdateIssue, priority, path, id) with { Body = new GitLabIssueChange(title, body, state) }, cancellationToken);
    }

    public async Task<ForgePermission> GetPermissionAsync(string path, ForgeUser user, ForgePriority priority, CancellationToken cancellationToken)
    {
        if ((user.Id ?? await FindUserAsync(user.Login, priority, cancellationToken)) is not { } id) return ForgePermission.None;
        var member = await _client.FindAsync(GitLabApi.GetMember, Call(GitLabApi.GetMember, priority, path, Text(id)), cancellationToken);
        return member is null or { State: not (null or "active") } ? ForgePermission.None : member.AccessLevel switch
        {
            >= 50 => ForgePermission.Admin,
            >= 40 => ForgePermission.Maintain,
            >= 30 => ForgePermission.Write,
            >= 20 => ForgePermission.Triage,
            >= 10 => ForgePermission.Read,
            _ => ForgePermission.None,
        };
    }

    public async Task<CiStatus?> FindCiStatusAsync(string path, string sha, ForgePriority priority, CancellationToken cancellationToken)
    {
        var checks = new List<CiCheck>();
        try
        {
            await foreach (var page in Statuses(path, sha, priority, cancellationToken))
            {
                checks.AddRange(page.Where(status => !CiJudgement.IsOwn(status.Name))
                    .Select(status => new CiCheck(status.Name, status is { AllowFailure: true, Status: "failed" } ? CiJudgement.Of("neutral") : CiJudgement.Of(status.Status))));
            }
        }
        catch (StepFailedException problem) when (problem.Failure.Code == ForgeProblems.NotFound)
        {
            return null;
        }
        return CiJudgement.Of(checks);
    }

    public async IAsyncEnumerable<ForgeListing> ListRepositoriesAsync(string? scope, ForgePriority priority, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string common = "archived=false&order_by=id&sort=asc&" + PageSize;
        var call = scope is null
            ? new ForgeCall(GitLabApi.ListProjects, priority) { Query = "membership=true&" + common }
            : new ForgeCall(GitLabApi.ListGroupProjects, priority, scope) { Query = "include_subgroups=true&with_shared=false&" + common };
        // no group: a person, then
        if (scope is not null && await _client.FindAsync(GitLabApi.ListGroupProjects, call, cancellationToken) is null)
            call = new ForgeCall(GitLabApi.ListUserProjects, priority, scope) { Query = common };
        await foreach (var page in _client.PagesAsync(GitLabApi.ListProjects, call, cancellationToken))
        {
            foreach (var project in page.Where(project => project.Archived != true))
                yield return new ForgeListing(project.WebUrl, project.PathWithNamespace, $"{Web.Authority}/{Text(project.Id)}", project.DefaultBranch);
        }
    }

    /// <summary>Asks who the house is, and what it may do.</summary>
    public async Task<string> ExamineAsync(CancellationToken cancellationToken)
    {
        var user = await _client.CallAsync(GitLabApi.GetUser, new ForgeCall(GitLabApi.GetUser, ForgePriority.Interactive), cancellationToken);
        var token = await _client.FindAsync(GitLabApi.GetToken, new ForgeCall(GitLabApi.GetToken, ForgePriority.Interactive), cancellationToken);
        return $"the token of {user.Username}; scopes: {(token is null ? "unknown" : string.Join(", ", token.Scopes))}{(token?.ExpiresAt is { } day ? $"; it expires on {day}" : "")}";
    }

    private IAsyncEnumerable<IReadOnlyList<GitLabStatus>> Statuses(string path, string sha, ForgePriority priority, CancellationToken cancellationToken) =>
        _client.PagesAsync(GitLabApi.ListStatuses, Call(GitLabApi.ListStatuses, priority, path, sha) with { Query = PageSize }, cancellationToken);

    private async Task<long?> FindUserAsync(string login, ForgePriority priority, CancellationToken cancellationToken) =>
        (await _client.CallAsync(GitLabApi.FindUsers, new ForgeCall(GitLabApi.FindUsers, priority) { Query = "username=" + Uri.EscapeDataString(login) }, cancellationToken))
            .FirstOrDefault(user => string.Equals(user.Username, login, StringComparison.OrdinalIgnoreCase))?.Id;

    private async Task<GitLabUser> IdentityAsync(ForgePriority priority, CancellationToken cancellationToken)
    {
        if (_identity is { } known) return known;
        await _identityGate.WaitAsync(cancellationToken);
        try
        {
            return _identity ??= await _client.CallAsync(GitLabApi.GetUser, new ForgeCall(GitLabApi.GetUser, priority), cancellationToken);
        }
        finally
        {
            _identityGate.Release();
        }
    }

    private static ForgeCall Call(ForgeOperation operation, ForgePriority priority, params string[] arguments) => new(operation, priority, arguments) { Repository = arguments[0] };

    private ForgeThing Thing(string path, ForgeSubject subject, GitLabNote note) =>
        new(Text(note.Id), $"{Web.AbsoluteUri}{path}/-/{(subject.IsPullRequest ? "merge_requests" : "issues")}/{Text(subject.Number)}#note_{Text(note.Id)}", note.Body);

    private static ForgeThing Thing(GitLabIssue issue) => new(Text(issue.Iid), issue.WebUrl, issue.Description);
    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    private static void Show(HttpRequestHeaders headers, string secret) => headers.Add("PRIVATE-TOKEN", secret);
}
