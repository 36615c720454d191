using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Findings;

/// <summary>Where and when findings were seen.</summary>
internal sealed record Sighting(int Version, string RunId, string Sha, DateTimeOffset At);

/// <summary>A charter with what is remembered of its findings.</summary>
/// <param name="Document">Its findings say whether they are new or known; dismissed ones are only counted.</param>
/// <param name="Fixed">What this version no longer has.</param>
internal sealed record RememberedCharter(CharterDocument Document, IReadOnlyList<Finding> Fixed);

/// <summary>
/// Holds the findings of a charter against those of the versions before. Runs in the transaction that publishes the version, so each run
/// counts once.
/// </summary>
internal static class FindingMemory
{
    /// <summary>Tells new findings from known ones, and remembers all of them.</summary>
    /// <param name="document">Complete: what an agent that ran did not find any more is fixed.</param>
    /// <param name="before">The version before with its place in time, when there is one: a finding of it is known, even if no row says so.</param>
    public static async Task<RememberedCharter> SettleAsync(OrchestratorDbContext db, CharterDocument document, Sighting now, (CharterDocument Document, Sighting At)? before, CancellationToken cancellationToken)
    {
        var repository = document.Repository ?? throw new ArgumentException("a charter that is published has a repository", nameof(document));
        var rows = await db.Findings.AsTracking().Where(row => row.RepositoryId == repository.Id).ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellationToken);
        var known = before is { } last ? last.Document.Findings.Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal) : [];
        var listed = new List<Finding>();
        foreach (var finding in document.Findings)
        {
            if (!rows.TryGetValue(finding.Id, out var row))
            {
                var first = known.Contains(finding.Id) ? before!.Value.At : now;
                db.Findings.Add(NewRow(repository, finding, first, now, hidden: false));
                listed.Add(finding with { State = first == now ? FindingStates.New : FindingStates.Open });
                continue;
            }
            if (row.State != FindingStates.Dismissed) listed.Add(finding with { State = StateOf(row) });
            See(row, repository, finding, now, hidden: false);
            if (row.State == FindingStates.Fixed) Return(row);
        }
        foreach (var finding in document.HiddenFindings)
        {
            if (rows.TryGetValue(finding.Id, out var row))
            {
                See(row, repository, finding, now, hidden: true);
                if (row.State == FindingStates.Fixed) Return(row);
            }
            else db.Findings.Add(NewRow(repository, finding, now, now, hidden: true));
        }
        var seen = document.Findings.Concat(document.HiddenFindings).Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal);
        var gone = rows.Values.Where(row => row.State == FindingStates.Open && !seen.Contains(row.Id) && WasLookedFor(row, document)).ToList();
        foreach (var row in gone) (row.State, row.FixedVersion, row.FixedRunId, row.FixedSha, row.FixedAt) = (FindingStates.Fixed, now.Version, now.RunId, now.Sha, now.At);
        return new RememberedCharter(With(document, listed), CharterDocument.Sort(gone.Where(row => !row.Hidden).Select(ToFinding)));
    }

    /// <summary>The same for a charter that is no version: nothing is remembered.</summary>
    public static async Task<CharterDocument> RecallAsync(OrchestratorDbContext db, CharterDocument document, CancellationToken cancellationToken)
    {
        if (document.Repository is not { } repository) return document;
        var rows = await db.Findings.AsNoTracking().Where(row => row.RepositoryId == repository.Id).ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellationToken);
        return With(document, document.Findings
            .Select(finding => finding with { State = rows.TryGetValue(finding.Id, out var row) ? StateOf(row) : FindingStates.New })
            .Where(finding => finding.State != FindingStates.Dismissed).ToList());
    }

    // A rule that this program does not have any more may be why it is not found.
    private static bool WasLookedFor(FindingRow row, CharterDocument document) =>
        !document.Partial && document.Agents.Contains(row.Agent, StringComparer.Ordinal) && RuleCatalog.Find(row.Rule) is not null;

    private static CharterDocument With(CharterDocument document, List<Finding> listed) =>
        document with { Findings = listed, DismissedFindings = document.Findings.Count - listed.Count };

    private static string StateOf(FindingRow row) => row.State == FindingStates.Fixed ? FindingStates.Returned : row.State;

    private static void Return(FindingRow row) => (row.State, row.FixedVersion, row.FixedRunId, row.FixedSha, row.FixedAt) = (FindingStates.Open, null, null, null, null);

    private static void See(FindingRow row, RepositoryInfo repository, Finding finding, Sighting now, bool hidden)
    {
        (row.Repository, row.Agent, row.Rule, row.Severity, row.Title, row.Path, row.Line) = (repository.Name, finding.Agent, finding.Rule, finding.Severity, finding.Title, finding.Path, finding.Line);
        (row.LastVersion, row.LastRunId, row.LastSha, row.LastAt) = (now.Version, now.RunId, now.Sha, now.At);
        row.Hidden = hidden;
    }

    private static FindingRow NewRow(RepositoryInfo repository, Finding finding, Sighting first, Sighting now, bool hidden) => new()
    {
        RepositoryId = repository.Id,
        Id = finding.Id,
        Repository = repository.Name,
        Agent = finding.Agent,
        Rule = finding.Rule,
        Severity = finding.Severity,
        Title = finding.Title,
        Path = finding.Path,
        Line = finding.Line,
        State = FindingStates.Open,
        Hidden = hidden,
        FirstVersion = first.Version,
        FirstRunId = first.RunId,
        FirstSha = first.Sha,
        FirstAt = first.At,
        LastVersion = now.Version,
        LastRunId = now.RunId,
        LastSha = now.Sha,
        LastAt = now.At,
    };

    private static Finding ToFinding(FindingRow row) => new(row.Id, row.Agent, row.Rule, row.Severity, row.Title, row.Path, row.Line, "", "") { State = row.State };
}
