using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>Statuses and check runs of a commit, and who the house is among those that make them.</summary>
internal sealed partial class GitHubForge
{
    /// <summary>Check runs are an App's alone.</summary>
    public bool HasChecks => _app is not null;

    public async Task<CiStatus?> FindCiStatusAsync(string path, string sha, ForgePriority priority, CancellationToken cancellationToken)
    {
        var own = HasChecks ? await IdentityAsync(priority, cancellationToken) : null;
        var checks = new List<CiCheck>();
        try
        {
            await foreach (var page in _client.PagesAsync(GitHubApi.GetCombinedStatus, Call(GitHubApi.GetCombinedStatus, path, priority, sha) with { Query = PageSize }, cancellationToken))
                checks.AddRange(page.Statuses.Where(status => !CiJudgement.IsOwn(status.Context)).Select(status => new CiCheck(status.Context, CiJudgement.Of(status.State))));
            var call = Call(GitHubApi.ListCheckRuns, path, priority, sha) with { Query = "filter=latest&" + PageSize };
            await foreach (var page in _client.PagesAsync(GitHubApi.ListCheckRuns, call, cancellationToken))
                checks.AddRange(page.CheckRuns.Where(run => own is null || run.App?.Id != own.AppId).Select(run => new CiCheck(run.Name, run.Status == "completed" ? CiJudgement.Of(run.Conclusion) : CiJudgement.Pending)));
        }
        // 422: no commit of that name
        catch (StepFailedException problem) when (problem.Failure.Code is ForgeProblems.NotFound or ForgeProblems.Refused)
        {
            return null;
        }
        return CiJudgement.Of(checks);
    }

    /// <summary>The newest check run of that name that this App made of a commit.</summary>
    public async Task<GitHubOwnCheck?> FindCheckRunAsync(string path, string sha, string name, ForgePriority priority, CancellationToken cancellationToken)
    {
        var own = await IdentityAsync(priority, cancellationToken);
        var call = Call(GitHubApi.ListCheckRuns, path, priority, sha) with { Query = $"check_name={Uri.EscapeDataString(name)}&filter=all&{PageSize}" };
        await foreach (var page in _client.PagesAsync(GitHubApi.ListCheckRuns, call, cancellationToken))
        {
            if (page.CheckRuns.FirstOrDefault(run => own.AppId is not null && run.App?.Id == own.AppId && run.Name == name) is { } found)
                return new GitHubOwnCheck(Text(found.Id), found.HtmlUrl, found.ExternalId, found.Status == "completed", found.Output?.AnnotationsCount ?? 0);
        }
        return null;
    }

    /// <summary>Makes a check run. Never repeated by itself.</summary>
    public async Task<ForgeThing> CreateCheckRunAsync(string path, GitHubNewCheckRun run, ForgePriority priority, CancellationToken cancellationToken)
    {
        NeedsApp();
        return Thing(await _client.CallAsync(GitHubApi.CreateCheckRun, Call(GitHubApi.CreateCheckRun, path, priority) with { Body = run }, cancellationToken));
    }

    /// <summary>Changes a check run. Its annotations are added to those that it has, so a change that has any is never repeated by itself.</summary>
    public async Task<ForgeThing> UpdateCheckRunAsync(string path, string id, GitHubCheckRunChange change, ForgePriority priority, CancellationToken cancellationToken)
    {
        NeedsApp();
        var operation = GitHubApi.UpdateCheckRun with { Repeatable = change.Output?.Annotations is null or { Count: 0 } };
        return Thing(await _client.CallAsync(operation, Call(operation, path, priority, id) with { Body = change }, cancellationToken));
    }

    /// <summary>Hands findings to code scanning. Never repeated by itself.</summary>
    /// <param name="reference">The full name of the ref: <c>refs/heads/main</c>, <c>refs/pull/1/head</c>.</param>
    /// <param name="gzip">A SARIF file, compressed.</param>
    /// <returns>The upload's id.</returns>
    public async Task<ForgeThing> UploadSarifAsync(string path, string sha, string reference, ReadOnlyMemory<byte> gzip, ForgePriority priority, CancellationToken cancellationToken)
    {
        var receipt = await _client.CallAsync(GitHubApi.UploadSarif, Call(GitHubApi.UploadSarif, path, priority) with { Body = new GitHubSarif(sha, reference, Convert.ToBase64String(gzip.Span)) }, cancellationToken);
        return new ForgeThing(receipt.Id ?? "", null);
    }

    private void NeedsApp()
    {
        if (!HasChecks) throw ForgeFailures.Forbidden("GitHub lets only GitHub Apps make check runs, and a personal token is configured", "Make a GitHub App and set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE in place of GITHUB_TOKEN.");
    }

    private static ForgeThing Thing(GitHubCheckRun run) => new(Text(run.Id), run.HtmlUrl);
}

/// <summary>A check run of the house's own.</summary>
/// <param name="ExternalId">What the house called it; null for nothing.</param>
/// <param name="Annotations">How many it has.</param>
internal sealed record GitHubOwnCheck(string Id, string? Url, string? ExternalId, bool IsCompleted, int Annotations);
