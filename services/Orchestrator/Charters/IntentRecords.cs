using Charterhouse.Contracts.Charters;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>A declaration of a repository, over the versions of its charter.</summary>
internal sealed class IntentRecordRow
{
    public required string RepositoryId { get; init; }
    /// <summary>As in the charter: a hash of kind, path and words.</summary>
    public required string RecordId { get; init; }
    public required string Kind { get; init; }
    public required string Text { get; set; }
    public required string Path { get; init; }
    /// <summary>Where it stood in <see cref="LastVersion"/>, 1-based.</summary>
    public required int Line { get; set; }
    /// <summary>The first version that stated it.</summary>
    public required int FirstVersion { get; init; }
    /// <summary>The newest version that states it.</summary>
    public required int LastVersion { get; set; }
    /// <summary>The first version after <see cref="LastVersion"/>, which no longer states it; null while it is stated.</summary>
    public int? GoneVersion { get; set; }
}

/// <summary>Keeps what a repository declares, in the transaction that makes the charter's version.</summary>
internal static class IntentRecords
{
    /// <summary>
    /// Records what the charter states and what it no longer states. Harmless when repeated. A charter without the section (a workflow without
    /// the archivist) says nothing of it, and changes nothing.
    /// </summary>
    public static async Task KeepAsync(OrchestratorDbContext db, string repositoryId, CharterDocument document, CancellationToken cancellationToken)
    {
        if (document.Section<IntentSection>(SectionNames.Intent)?.Records is not { } records) return;
        var rows = await db.IntentRecords.Where(row => row.RepositoryId == repositoryId).ToDictionaryAsync(row => row.RecordId, StringComparer.Ordinal, cancellationToken);
        var stated = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records.Where(record => stated.Add(record.Id)))
        {
            if (!rows.TryGetValue(record.Id, out var row))
            {
                db.IntentRecords.Add(new IntentRecordRow
                {
                    RepositoryId = repositoryId,
                    RecordId = record.Id,
                    Kind = record.Kind,
                    Text = record.Text,
                    Path = record.Path,
                    Line = record.Line,
                    FirstVersion = document.Version,
                    LastVersion = document.Version,
                });
                continue;
            }
            (row.Text, row.Line, row.LastVersion, row.GoneVersion) = (record.Text, record.Line, document.Version, null);
        }
        foreach (var row in rows.Values.Where(row => row.GoneVersion is null && !stated.Contains(row.RecordId))) row.GoneVersion = document.Version;
    }
}
