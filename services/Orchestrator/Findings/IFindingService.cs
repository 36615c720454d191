using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Orchestrator.Findings;

/// <summary>
/// Findings across versions: what is known, and what people decided. In this process on its database, or of another process through its HTTP API,
/// to which a repository's name or URL is as good as its id.
/// </summary>
public interface IFindingService
{
    /// <summary>By repository, most severe first, then by rule and path.</summary>
    /// <param name="limit">At most this many.</param>
    /// <param name="cursor">Goes on after the page that had this <see cref="FindingPage.NextCursor"/>; null for the first.</param>
    /// <exception cref="RunRequestException">The cursor is none.</exception>
    Task<FindingPage> ListAsync(FindingQuery query, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>The id of the repository that has charters here under this id, name or target; null when none has. A server takes the name itself.</summary>
    /// <param name="forms">Other targets or ids that it may be known by, tried in order.</param>
    /// <exception cref="RunRequestException">There are several of that name.</exception>
    Task<string?> FindRepositoryAsync(string text, IReadOnlyList<string> forms, CancellationToken cancellationToken);

    /// <summary>Says that a finding needs no action: from the next version on it is counted and not listed, until it is reopened.</summary>
    /// <param name="id">The id, or an unambiguous beginning of at least <see cref="FindingService.ShortestId"/> characters.</param>
    /// <exception cref="RunRequestException">There is no such finding, there are several, or it is not open.</exception>
    Task<FindingRecord> DismissAsync(string id, string? repositoryId, string reason, string author, CancellationToken cancellationToken);

    /// <summary>Takes a dismissal back.</summary>
    /// <inheritdoc cref="DismissAsync"/>
    Task<FindingRecord> ReopenAsync(string id, string? repositoryId, string reason, string author, CancellationToken cancellationToken);
}
