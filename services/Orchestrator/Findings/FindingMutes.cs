using System.Globalization;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Findings;

/// <summary>
/// Dismissals by a command at a forge. They may come before their finding: one that only the report on a pull request has is kept as a dismissed one of version 0, and
/// is not listed when a charter has it. Doing it twice changes nothing.
/// </summary>
internal static class FindingMutes
{
    /// <summary>Dismisses a finding, known or not, unless it is dismissed.</summary>
    /// <param name="reported">As a report has it; null where none has.</param>
    public static async Task MuteAsync(OrchestratorDbContext db, string repositoryId, CommandReceived given, string id, Finding? reported, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.Findings.AsTracking().FirstOrDefaultAsync(one => one.RepositoryId == repositoryId && one.Id == id, cancellationToken);
        if (row is null) db.Findings.Add(row = NewRow(repositoryId, given, id, reported, now));
        else if (row.State == FindingStates.Dismissed) return;
        (row.State, row.FixedVersion, row.FixedRunId, row.FixedSha, row.FixedAt) = (FindingStates.Dismissed, null, null, null, null);
        (row.DismissedBy, row.DismissedReason, row.DismissedAt) = ($"{given.Login} ({given.Provider})", Reason(given), now);
        (row.ReopenedBy, row.ReopenedReason, row.ReopenedAt) = (null, null, null);
    }

    /// <summary>Ids of a repository's dismissed findings.</summary>
    public static async Task<HashSet<string>> DismissedAsync(OrchestratorDbContext db, string repositoryId, CancellationToken cancellationToken) =>
        [.. await db.Findings.Where(row => row.RepositoryId == repositoryId && row.State == FindingStates.Dismissed).Select(row => row.Id).ToListAsync(cancellationToken)];

    private static string Reason(CommandReceived given)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{given.Repository.Name}{(given.IsPullRequest && given.Provider == "gitlab" ? "!" : "#")}{given.Number}");
        var said = RepositoryText.Clean(given.Command.Reason ?? "").Trim();
        return said.Length == 0 ? $"muted in {place}" : $"{said} ({place})";
    }

    private static FindingRow NewRow(string repositoryId, CommandReceived given, string id, Finding? reported, DateTimeOffset now) => new()
    {
        RepositoryId = repositoryId,
        Id = id,
        Repository = given.Repository.Name,
        Agent = reported?.Agent ?? "",
        Rule = reported?.Rule ?? "",
        Severity = reported?.Severity ?? Severities.Info,
        Title = reported?.Title ?? "Muted before a charter had it",
        Path = reported?.Path,
        Line = reported?.Line,
        State = FindingStates.Open,
        FirstVersion = 0,
        FirstRunId = "",
        FirstSha = "",
        FirstAt = now,
        LastVersion = 0,
        LastRunId = "",
        LastSha = "",
        LastAt = now,
    };
}
