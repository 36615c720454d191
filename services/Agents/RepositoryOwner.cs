using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents;

/// <summary>Whose the repository is, so that agents can tell one's own actions and images from those of others.</summary>
internal static class RepositoryOwner
{
    /// <summary>The owner in <c>owner/name</c>; null for a path without a remote.</summary>
    public static string? Of(RepoContext context) => context.Repository.Url is not null && context.Repository.Name.Split('/') is [var owner, _] ? owner : null;
}
