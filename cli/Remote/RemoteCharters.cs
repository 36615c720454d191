using System.Globalization;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Charters;

namespace Charterhouse.Cli.Remote;

/// <summary>The versions of a server's charters.</summary>
internal sealed class RemoteCharters(ApiClient api) : ICharterComparisons
{
    public Task<CharterComparison> OfRunsAsync(RunId from, RunId to, CancellationToken cancellationToken) =>
        api.GetAsync<CharterComparison>(ApiClient.Path("charters/diff", ("from_run", from.ToString()), ("to_run", to.ToString())), cancellationToken);

    public Task<CharterComparison> OfVersionsAsync(string repositoryId, int? from, int? to, CancellationToken cancellationToken) => api.GetAsync<CharterComparison>(
        ApiClient.Path("charters/diff", ("repository", repositoryId), ("from", from?.ToString(CultureInfo.InvariantCulture)), ("to", to?.ToString(CultureInfo.InvariantCulture))), cancellationToken);
}
