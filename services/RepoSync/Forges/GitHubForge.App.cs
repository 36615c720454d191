using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>Who the house is at GitHub, and the deliveries of its App's webhook.</summary>
internal sealed partial class GitHubForge
{
    /// <summary>Deliveries of the App's webhook, the newest first, back to a time. GitHub keeps those of three days.</summary>
    public async Task<IReadOnlyList<GitHubDelivery>> ListDeliveriesAsync(DateTimeOffset since, ForgePriority priority, CancellationToken cancellationToken)
    {
        var app = Hook();
        var found = new List<GitHubDelivery>();
        await foreach (var page in app.PagesAsync(GitHubApi.ListDeliveries, new ForgeCall(GitHubApi.ListDeliveries, priority) { Query = PageSize }, cancellationToken))
        {
            found.AddRange(page.Where(delivery => delivery.DeliveredAt >= since));
            if (page.Any(delivery => delivery.DeliveredAt < since)) break;
        }
        return found;
    }

    /// <summary>Has a delivery sent again. Not repeated by itself.</summary>
    public Task RedeliverAsync(long id, ForgePriority priority, CancellationToken cancellationToken) =>
        Hook().SendAsync(new ForgeCall(GitHubApi.Redeliver, priority, Text(id)), cancellationToken);

    /// <summary>Asks who the house is, and what it may do.</summary>
    public async Task<string> ExamineAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            var app = await _app.CallAsync(GitHubApi.GetApp, new ForgeCall(GitHubApi.GetApp, ForgePriority.Interactive), cancellationToken);
            return $"the App {app.Slug}; it may: {string.Join(", ", app.Permissions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}"))}";
        }
        var answer = await _client.SendAsync(new ForgeCall(GitHubApi.GetUser, ForgePriority.Interactive), cancellationToken);
        var user = System.Text.Json.JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.GitHubUser);
        var scopes = answer.Header("x-oauth-scopes");
        return $"the token of {user?.Login}; scopes: {(scopes is null ? "those of a fine-grained token, which GitHub does not tell" : scopes.Length == 0 ? "none" : scopes)}";
    }

    private ForgeClient Hook() => _app
        ?? throw ForgeFailures.Forbidden("only a GitHub App has a list of its webhook's deliveries, and a personal token is configured", "Set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE in place of GITHUB_TOKEN.");

    /// <summary>Who the house is; asked once, and again while it could not be found out.</summary>
    private async Task<Identity> IdentityAsync(ForgePriority priority, CancellationToken cancellationToken)
    {
        if (_identity is { } known) return known;
        await _identityGate.WaitAsync(cancellationToken);
        try
        {
            return _identity ??= await AskIdentityAsync(priority, cancellationToken);
        }
        finally
        {
            _identityGate.Release();
        }
    }

    private async Task<Identity> AskIdentityAsync(ForgePriority priority, CancellationToken cancellationToken)
    {
        if (_app is null)
        {
            var user = await _client.CallAsync(GitHubApi.GetUser, new ForgeCall(GitHubApi.GetUser, priority), cancellationToken);
            return new Identity(user.Login, null);
        }
        var app = await _app.CallAsync(GitHubApi.GetApp, new ForgeCall(GitHubApi.GetApp, priority), cancellationToken);
        return new Identity((app.Slug ?? throw StepFailedException.Permanent(ForgeProblems.Refused, "GitHub does not say how the App is called", null)) + "[bot]", app.Id);
    }

    /// <summary>Who the house is.</summary>
    /// <param name="Login">As the author of what it writes.</param>
    /// <param name="AppId">The App's number; null for a person.</param>
    private sealed record Identity(string Login, long? AppId)
    {
        public bool Wrote(GitHubUser? author) => string.Equals(author?.Login, Login, StringComparison.OrdinalIgnoreCase);
    }
}
