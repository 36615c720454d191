using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Repositories;

namespace Charterhouse.Cli.Remote;

/// <summary>The registered repositories of a server.</summary>
internal sealed class RemoteRepositories(ApiClient api) : IRepositoryService
{
    public async Task<IReadOnlyList<RepositoryView>> ListAsync(string? target, CancellationToken cancellationToken) =>
        (await api.GetAsync<RepositoryList>(ApiClient.Path("repositories", ("target", target)), cancellationToken)).Repositories;

    public Task<RepositoryView> AddAsync(string target, string? actor, CancellationToken cancellationToken) =>
        api.SendAsync<RepositoryView>(HttpMethod.Post, "repositories", new RepositoryRequest(target, actor), cancellationToken);

    public async Task<bool> RemoveAsync(string target, CancellationToken cancellationToken) =>
        (await api.SendAsync<RepositoryRemoval>(HttpMethod.Delete, ApiClient.Path("repositories", ("target", target)), null, cancellationToken)).Removed;
}
