using System.Globalization;
using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Findings;

namespace Charterhouse.Cli.Remote;

/// <summary>The findings of a server.</summary>
internal sealed class RemoteFindings(ApiClient api) : IFindingService
{
    public Task<FindingPage> ListAsync(FindingQuery query, int limit, string? cursor, CancellationToken cancellationToken) => api.GetAsync<FindingPage>(
        ApiClient.Path("findings", ("repository", query.RepositoryId), ("state", query.State), ("severity", query.Severity), ("rule", query.Rule), ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("cursor", cursor)),
        cancellationToken);

    public Task<string?> FindRepositoryAsync(string text, IReadOnlyList<string> forms, CancellationToken cancellationToken) => Task.FromResult<string?>(text);

    public Task<FindingRecord> DismissAsync(string id, string? repositoryId, string reason, string author, CancellationToken cancellationToken) =>
        DecideAsync(id, "dismiss", new DecisionRequest(reason, author, repositoryId), cancellationToken);

    public Task<FindingRecord> ReopenAsync(string id, string? repositoryId, string reason, string author, CancellationToken cancellationToken) =>
        DecideAsync(id, "reopen", new DecisionRequest(reason, author, repositoryId), cancellationToken);

    private Task<FindingRecord> DecideAsync(string id, string what, DecisionRequest decision, CancellationToken cancellationToken) =>
        api.SendAsync<FindingRecord>(HttpMethod.Post, $"findings/{Uri.EscapeDataString(id)}/{what}", decision, cancellationToken);
}
