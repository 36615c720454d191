using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Orchestrator.Api;

/// <summary>What is known of findings, and what people decide about them: <c>/api/v1/findings</c>.</summary>
internal static class FindingEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private static readonly string[] States = [FindingStates.Open, FindingStates.Dismissed, FindingStates.Fixed];

    public static void Map(ApiRoutes routes, FindingService findings)
    {
        routes.Get("/api/v1/findings", async context => await ApiRoutes.WriteAsync(context, await findings.ListAsync(
            new FindingQuery(
                ApiRoutes.Query(context, "repository") is { } repository ? await RepositoryAsync(findings, repository, context.RequestAborted) : null,
                OneOf(context, "state", States), OneOf(context, "severity", Severities.All), ApiRoutes.Query(context, "rule")),
            ApiRoutes.Limit(context, DefaultLimit, MaxLimit), ApiRoutes.Query(context, "cursor"), context.RequestAborted)));
        routes.Post("/api/v1/findings/{finding}/dismiss", context => DecideAsync(context, findings, findings.DismissAsync));
        routes.Post("/api/v1/findings/{finding}/reopen", context => DecideAsync(context, findings, findings.ReopenAsync));
    }

    /// <summary>The id of the repository that is named by its id, its name or the URL that it was analysed as.</summary>
    /// <exception cref="RunRequestException">It has no charter.</exception>
    public static async Task<string> RepositoryAsync(FindingService findings, string text, CancellationToken cancellationToken)
    {
        var plain = text.TrimEnd('/');
        if (plain.EndsWith(".git", StringComparison.Ordinal)) plain = plain[..^4];
        return await findings.FindRepositoryAsync(text, [text, plain, plain + ".git"], cancellationToken)
            ?? throw new RunRequestException("repository_not_found", $"no repository '{text}' has a charter", "Make one with: charter analyze, or list the runs with: charter runs list");
    }

    private static async Task DecideAsync(HttpContext context, FindingService findings, Func<string, string?, string, string, CancellationToken, Task<FindingRecord>> decide)
    {
        var request = await ApiRoutes.ReadAsync<DecisionRequest>(context);
        var repository = string.IsNullOrEmpty(request.Repository) ? null : await RepositoryAsync(findings, request.Repository, context.RequestAborted);
        await ApiRoutes.WriteAsync(context, await decide(ApiRoutes.Route(context, "finding"), repository, request.Reason ?? "", request.Author ?? "", context.RequestAborted));
    }

    private static string? OneOf(HttpContext context, string name, IReadOnlyList<string> words) => ApiRoutes.Query(context, name) is not { } text ? null
        : words.Contains(text, StringComparer.Ordinal) ? text
        : throw new RunRequestException("invalid_request", $"{name} is '{text}'", $"Give one of {string.Join(", ", words)}, or leave it away for all.");
}
