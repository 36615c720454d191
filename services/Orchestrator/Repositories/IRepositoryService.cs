using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>The repositories whose charters the house keeps: in this process on its database, or of another process through its HTTP API.</summary>
public interface IRepositoryService
{
    /// <summary>All of them, by target.</summary>
    /// <param name="target">Only this one, in whatever spelling; null for all.</param>
    Task<IReadOnlyList<RepositoryView>> ListAsync(string? target, CancellationToken cancellationToken);

    /// <summary>Registers a repository; one that is there already, in whatever spelling, stays as it is.</summary>
    /// <param name="target">An https URL.</param>
    /// <param name="actor">Who asks for it, for people; null for nobody in particular.</param>
    /// <exception cref="RunRequestException">The target is no https URL.</exception>
    Task<RepositoryView> AddAsync(string target, string? actor, CancellationToken cancellationToken);

    /// <summary>Forgets a repository; its charters, runs and findings stay. False when it was not registered.</summary>
    /// <exception cref="RunRequestException">It stands in the configuration.</exception>
    Task<bool> RemoveAsync(string target, CancellationToken cancellationToken);
}

/// <summary>A registered repository and what is known of it.</summary>
/// <param name="Target">As it was given.</param>
/// <param name="Origin">One of <see cref="RepositoryOrigins"/>.</param>
/// <param name="AddedAt">Null for one of the configuration.</param>
/// <param name="AddedBy">Null for nobody in particular.</param>
/// <param name="Charter">The newest; null when it has none.</param>
/// <param name="LastRun">The newest of any kind; null when it has had none.</param>
public sealed record RepositoryView(string Target, string Origin, DateTimeOffset? AddedAt, string? AddedBy, RepositoryCharter? Charter, RepositoryRun? LastRun);

/// <summary>The newest charter of a repository.</summary>
public sealed record RepositoryCharter(int Version, string RunId, string HeadSha, DateTimeOffset CreatedAt);

/// <summary>The newest run of a repository.</summary>
/// <param name="Status">One of <c>RunStatus</c>.</param>
public sealed record RepositoryRun(string RunId, string Status, DateTimeOffset CreatedAt);

/// <summary>Where a registration comes from.</summary>
public static class RepositoryOrigins
{
    /// <summary>The setting <c>repositories</c> of the process that answers.</summary>
    public const string Configuration = "configuration";
    /// <summary>Somebody registered it.</summary>
    public const string Added = "added";
}
