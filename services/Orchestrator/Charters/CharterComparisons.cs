using System.Globalization;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>Two charters of one repository, and what differs.</summary>
/// <param name="Changes">Plain sentences, the most important first; empty when nothing changed.</param>
/// <param name="NewFindings">Only in the second; empty when one of the two is partial.</param>
/// <param name="SettledFindings">Only in the first; empty when one of the two is partial.</param>
public sealed record CharterComparison(
    string Repository, ComparedCharter From, ComparedCharter To, IReadOnlyList<string> Changes, IReadOnlyList<Finding> NewFindings, IReadOnlyList<Finding> SettledFindings);

/// <summary>One side of a comparison.</summary>
/// <param name="Version">0 for the partial charter of a failed run.</param>
public sealed record ComparedCharter(int Version, string RunId, string? HeadSha, DateTimeOffset? HeadDate, bool Partial);

/// <summary>Compares versions of charters, of this process's database or through the HTTP API of another. Only reads.</summary>
public interface ICharterComparisons
{
    /// <summary>The charters of two runs.</summary>
    /// <exception cref="RunRequestException">A run has no charter, or they are of different repositories.</exception>
    Task<CharterComparison> OfRunsAsync(RunId from, RunId to, CancellationToken cancellationToken);

    /// <summary>Two versions of a repository's charter: without <paramref name="to"/> the last, without <paramref name="from"/> the one before the other.</summary>
    /// <param name="repositoryId">For a server also its name, or the URL that it was analysed as.</param>
    /// <exception cref="RunRequestException">There is no such version.</exception>
    Task<CharterComparison> OfVersionsAsync(string repositoryId, int? from, int? to, CancellationToken cancellationToken);
}

/// <summary>The versions of this process's database.</summary>
public sealed class CharterComparisons : ICharterComparisons
{
    private readonly Database<OrchestratorDbContext> _database;
    private readonly ArtifactFiles _artifacts;

    internal CharterComparisons(Database<OrchestratorDbContext> database, ArtifactFiles artifacts) => (_database, _artifacts) = (database, artifacts);

    /// <inheritdoc/>
    public async Task<CharterComparison> OfRunsAsync(RunId from, RunId to, CancellationToken cancellationToken)
    {
        var (before, after) = (await ReadAsync(from.ToString(), cancellationToken), await ReadAsync(to.ToString(), cancellationToken));
        if (before.Repository?.Id != after.Repository?.Id)
            throw new RunRequestException("invalid_comparison", $"{from} is of {before.Repository?.Name}, {to} of {after.Repository?.Name}", "Compare runs of one repository; charter runs list shows which is of which.");
        return Compare((before, from.ToString()), (after, to.ToString()));
    }

    /// <inheritdoc/>
    public async Task<CharterComparison> OfVersionsAsync(string repositoryId, int? from, int? to, CancellationToken cancellationToken)
    {
        var rows = await _database.ReadAsync((db, token) => db.Charters.AsNoTracking().Where(row => row.RepositoryId == repositoryId).OrderBy(row => row.Version).ToListAsync(token), cancellationToken);
        if (rows.Count == 0) throw new RunRequestException("charter_not_found", $"there is no charter of {repositoryId}", "Make one with: charter analyze");
        var after = VersionOf(rows, to ?? rows[^1].Version);
        if (from is null && after.Version == rows[0].Version)
            throw new RunRequestException("version_not_found", $"version {after.Version} is the first of this charter; there is none before it to compare with", "Another version is made by: charter analyze");
        var before = VersionOf(rows, from ?? rows[rows.IndexOf(after) - 1].Version);
        return Compare((await ReadAsync(before.RunId, cancellationToken), before.RunId), (await ReadAsync(after.RunId, cancellationToken), after.RunId));
    }

    private static CharterRow VersionOf(List<CharterRow> rows, int version) =>
        rows.Find(row => row.Version == version)
        ?? throw new RunRequestException("version_not_found", $"there is no version {version} of this charter", rows.Count == 1 ? $"It has only version {rows[0].Version}." : string.Create(CultureInfo.InvariantCulture, $"Give one of {rows[0].Version} to {rows[^1].Version}."));

    private async Task<CharterDocument> ReadAsync(string run, CancellationToken cancellationToken) =>
        (await _artifacts.ReadCharterAsync(run, cancellationToken) is { } reading ? CharterDocument.FromElement(reading.Document) : null)
        ?? throw new RunRequestException("charter_not_found", $"run {run} has made no charter", $"See what became of it: charter runs show {run}");

    private static CharterComparison Compare((CharterDocument Document, string Run) from, (CharterDocument Document, string Run) to)
    {
        var (before, after) = (from.Document, to.Document);
        var comparable = !before.Partial && !after.Partial;
        return new CharterComparison(
            after.Repository?.Name ?? "", Side(before, from.Run), Side(after, to.Run), CharterDiff.Compare(before, after),
            comparable ? Only(after, before) : [], comparable ? Only(before, after) : []);
    }

    private static ComparedCharter Side(CharterDocument document, string run) => new(document.Version, run, document.HeadSha, document.HeadDate, document.Partial);

    private static Finding[] Only(CharterDocument here, CharterDocument there) => here.Findings.ExceptBy(there.Findings.Select(finding => finding.Id), finding => finding.Id, StringComparer.Ordinal).ToArray();
}
