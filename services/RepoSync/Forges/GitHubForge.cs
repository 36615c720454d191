using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>GitHub, or an Enterprise server, as a GitHub App or with a personal token.</summary>
internal sealed partial class GitHubForge : IForge
{
    /// <summary>As the provider of webhooks is called.</summary>
    public const string KindName = "github";
    private const string Shown = "GitHub";
    private const string PageSize = "per_page=100";

    private readonly ForgeClient _client;
    /// <summary>As the App itself; null with a token.</summary>
    private readonly ForgeClient? _app;
    private readonly GitHubInstallationCredentials? _installations;
    private readonly CurrentSecret? _token;
    private readonly SemaphoreSlim _identityGate = new(1);
    private volatile Identity? _identity;

    public GitHubForge(ForgeSettings settings, ForgeLine line)
    {
        Web = settings.Web;
        if (settings.AppPrivateKey is not null)
        {
            _app = new ForgeClient(Shown, settings, line, new GitHubAppCredentials(settings, line.Time), Show);
            _installations = new GitHubInstallationCredentials(settings, _app, line.Time);
            _client = new ForgeClient(Shown, settings, line, _installations, Show);
        }
        else
        {
            _token = new CurrentSecret(settings.Token!);
            _client = new ForgeClient(Shown, settings, line, new TokenCredentials(settings, KindName), Show);
        }
    }

    public string Kind => KindName;
    public string Name => Shown;
    public Uri Web { get; }

    public async Task<PullRequestState?> FindPullRequestAsync(string path, long number, ForgePriority priority, CancellationToken cancellationToken) =>
        await _client.FindAsync(GitHubApi.GetPull, Call(GitHubApi.GetPull, path, priority, Text(number)), cancellationToken) is not { } pull ? null
            : new PullRequestState(pull.Number, pull.State == "open", pull.Locked, pull.Head.Sha, pull.Head.Ref, pull.Base.Ref, pull.Head.Repo?.Id != pull.Base.Repo?.Id);

    public async Task<ForgeThing?> FindCommentAsync(string path, ForgeSubject subject, string marker, ForgePriority priority, CancellationToken cancellationToken)
    {
        var own = await IdentityAsync(priority, cancellationToken);
        await foreach (var page in _client.PagesAsync(GitHubApi.ListComments, Call(GitHubApi.ListComments, path, priority, Text(subject.Number)) with { Query = PageSize }, cancellationToken))
        {
            // oldest first, as GitHub lists them
            if (page.FirstOrDefault(comment => own.Wrote(comment.User) && comment.Body?.Contains(marker, StringComparison.Ordinal) == true) is { } found) return Thing(found);
        }
        return null;
    }

    public async Task<ForgeThing> CreateCommentAsync(string path, ForgeSubject subject, string body, ForgePriority priority, CancellationToken cancellationToken) =>
        Thing(await _client.CallAsync(GitHubApi.CreateComment, Call(GitHubApi.CreateComment, path, priority, Text(subject.Number)) with { Body = new GitHubBody(body) }, cancellationToken));

    public async Task<ForgeThing?> UpdateCommentAsync(string path, ForgeSubject subject, string id, string body, ForgePriority priority, CancellationToken cancellationToken) =>
        await _client.FindAsync(GitHubApi.UpdateComment, Call(GitHubApi.UpdateComment, path, priority, id) with { Body = new GitHubBody(body) }, cancellationToken) is { } comment ? Thing(comment) : null;

    public Task ReactAsync(string path, ForgeSubject subject, string commentId, string reaction, ForgePriority priority, CancellationToken cancellationToken) =>
        _client.SendAsync(Call(GitHubApi.React, path, priority, commentId) with { Body = new GitHubReaction(reaction) }, cancellationToken);

    public async Task<ForgeThing> SetStatusAsync(string path, CommitState state, ForgePriority priority, CancellationToken cancellationToken)
    {
        var status = await _client.CallAsync(GitHubApi.CreateStatus, Call(GitHubApi.CreateStatus, path, priority, state.Sha) with { Body = new GitHubNewStatus(state.Outcome, state.Description, state.Context, state.Url) }, cancellationToken);
        return new ForgeThing(Text(status.Id), state.Url);
    }

    public async Task<ForgeThing?> FindIssueAsync(string path, string marker, ForgePriority priority, CancellationToken cancellationToken)
    {
        var own = await IdentityAsync(priority, cancellationToken);
        var call = Call(GitHubApi.ListIssues, path, priority) with { Query = $"state=all&creator={Uri.EscapeDataString(own.Login)}&sort=created&direction=asc&{PageSize}" };
        await foreach (var page in _client.PagesAsync(GitHubApi.ListIssues, call, cancellationToken))
        {
            if (page.FirstOrDefault(issue => issue.PullRequest is null && own.Wrote(issue.User) && issue.Body?.Contains(marker, StringComparison.Ordinal) == true) is { } found) return Thing(found);
        }
        return null;
    }

    public async Task<ForgeThing> CreateIssueAsync(string path, string title, string body, ForgePriority priority, CancellationToken cancellationToken) =>
        Thing(await _client.CallAsync(GitHubApi.CreateIssue, Call(GitHubApi.CreateIssue, path, priority) with { Body = new GitHubNewIssue(title, body) }, cancellationToken));

    public async Task<ForgeThing?> UpdateIssueAsync(string path, string id, string title, string body, ForgePriority priority, CancellationToken cancellationToken) =>
        await _client.FindAsync(GitHubApi.UpdateIssue, Call(GitHubApi.UpdateIssue, path, priority, id) with { Body = new GitHubIssueChange(title, body, "open") }, cancellationToken) is { } issue ? Thing(issue) : null;

    public async Task<ForgePermission> GetPermissionAsync(string path, ForgeUser user, ForgePriority priority, CancellationToken cancellationToken)
    {
        var found = await _client.FindAsync(GitHubApi.GetPermission, Call(GitHubApi.GetPermission, path, priority, user.Login), cancellationToken);
        // a role of an organisation's own has a name of its own; the permission says what it comes to
        return (found?.RoleName, found?.Permission) switch
        {
            (_, "admin") => ForgePermission.Admin,
            ("maintain", _) => ForgePermission.Maintain,
            (_, "write") => ForgePermission.Write,
            ("triage", _) => ForgePermission.Triage,
            (_, "read") => ForgePermission.Read,
            _ => ForgePermission.None,
        };
    }

    /// <summary>Every repository of a path, or of all installations.</summary>
    public async IAsyncEnumerable<ForgeListing> ListRepositoriesAsync(string? scope, ForgePriority priority, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = _app is null ? OfTokenAsync(scope, priority, cancellationToken) : OfInstallationsAsync(_app, scope, priority, cancellationToken);
        await foreach (var page in pages)
        {
            foreach (var repository in page.Where(repository => repository.Archived != true))
                yield return new ForgeListing(repository.HtmlUrl, repository.FullName, $"{Web.Authority}/{Text(repository.Id)}", repository.DefaultBranch);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<GitHubRepository>> OfInstallationsAsync(ForgeClient app, string? scope, ForgePriority priority, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = false;
        await foreach (var installations in app.PagesAsync(GitHubApi.ListInstallations, new ForgeCall(GitHubApi.ListInstallations, priority) { Query = PageSize }, cancellationToken))
        {
            foreach (var installation in installations.Where(one => scope is null || string.Equals(one.Account?.Login, scope, StringComparison.OrdinalIgnoreCase)))
            {
                found = true;
                var call = new ForgeCall(GitHubApi.ListInstallationRepositories, priority) { Installation = installation.Id, Query = PageSize };
                await foreach (var page in _client.PagesAsync(GitHubApi.ListInstallationRepositories, call, cancellationToken)) yield return page.Repositories;
            }
        }
        if (!found) throw StepFailedException.Permanent(ForgeProblems.NotFound, scope is null ? "the GitHub App is installed nowhere" : $"the GitHub App is not installed at {scope}", "Install it there (the App's settings, 'Install App').");
    }

    private async IAsyncEnumerable<IReadOnlyList<GitHubRepository>> OfTokenAsync(string? scope, ForgePriority priority, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var operation = scope is null ? GitHubApi.ListOwnRepositories : GitHubApi.ListOrganisationRepositories;
        var call = new ForgeCall(operation, priority, scope is null ? [] : [scope]) { Query = PageSize };
        if (scope is not null && await _client.FindAsync(operation, call, cancellationToken) is null)
        {
            // a person, then
            operation = GitHubApi.ListUserRepositories;
            call = call with { Operation = operation };
        }
        await foreach (var page in _client.PagesAsync(operation, call, cancellationToken)) yield return page;
    }

    /// <summary>What git is to show GitHub for a repository; null where the App is not installed on it.</summary>
    public async Task<GitCredential?> CredentialAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var secret = _installations is null ? _token!.Text : (await _installations.OfAsync(path, ForgePriority.Interactive, cancellationToken)).Secret;
            return GitCredential.For(Web, "x-access-token", secret, _installations is null ? "github.token" : "github.app_private_key");
        }
        catch (StepFailedException problem) when (problem.Failure.Code == ForgeProblems.NotFound)
        {
            return null;
        }
    }

    private static ForgeCall Call(ForgeOperation operation, string path, ForgePriority priority, params ReadOnlySpan<string> more) =>
        new(operation, priority, GitHubApi.Split(path, more)) { Repository = path };

    private static ForgeThing Thing(GitHubComment comment) => new(Text(comment.Id), comment.HtmlUrl, comment.Body);
    private static ForgeThing Thing(GitHubIssue issue) => new(Text(issue.Number), issue.HtmlUrl, issue.Body);
    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Show(HttpRequestHeaders headers, string secret)
    {
        headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        headers.Add("X-GitHub-Api-Version", "2022-11-28");
    }
}
