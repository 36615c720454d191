using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Platform.Http;

namespace Charterhouse.Cli.Remote;

/// <summary>The registered repositories of a server.</summary>
internal sealed class RemoteRepositories(ApiClient api) : IRepositoryService
{
    public async Task<IReadOnlyList<RepositoryView>> ListAsync(string? target, CancellationToken cancellationToken) =>
        (await api.GetAsync<RepositoryList>(ApiClient.Path("repositories", ("target", target)), cancellationToken)).Repositories;

    public Task<RepositoryView> AddAsync(string target, RepositoryWishes? wishes, string? actor, CancellationToken cancellationToken) =>
        api.SendAsync<RepositoryView>(HttpMethod.Post, "repositories", new RepositoryRequest(target, actor, wishes?.Rules, wishes?.Schedule, wishes?.Reset ?? false), cancellationToken);

    public async Task<RepositoryView?> SetAsync(string target, RepositoryWishes wishes, CancellationToken cancellationToken)
    {
        try
        {
            return await api.SendAsync<RepositoryView>(HttpMethod.Post, "repositories/set", new RepositoryRequest(target, null, wishes.Rules, wishes.Schedule, wishes.Reset), cancellationToken);
        }
        catch (RequestException refused) when (refused.Code == "repository_not_found")
        {
            return null;
        }
    }

    public async Task<bool> RemoveAsync(string target, CancellationToken cancellationToken) =>
        (await api.SendAsync<RepositoryRemoval>(HttpMethod.Delete, ApiClient.Path("repositories", ("target", target)), null, cancellationToken)).Removed;
}
