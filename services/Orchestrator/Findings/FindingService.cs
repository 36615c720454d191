using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Findings;

/// <summary>The findings of this process's database. Decisions are rows only: no host has to run.</summary>
public sealed class FindingService : IFindingService
{
    /// <summary>Characters of an id's beginning that may name it.</summary>
    public const int ShortestId = 8;
    /// <summary>Characters of a reason and of an author.</summary>
    public const int LongestText = 1000;
    private const string Prefix = "fnd_";
    private readonly Database<OrchestratorDbContext> _database;
    private readonly TimeProvider _time;

    internal FindingService(Database<OrchestratorDbContext> database, TimeProvider time) => (_database, _time) = (database, time);

    /// <inheritdoc/>
    public Task<FindingPage> ListAsync(FindingQuery query, int limit, string? cursor, CancellationToken cancellationToken) =>
        _database.SnapshotAsync((db, token) => FindingList.ReadAsync(db, query, limit, cursor, token), cancellationToken);

    /// <inheritdoc/>
    public Task<string?> FindRepositoryAsync(string text, IReadOnlyList<string> forms, CancellationToken cancellationToken) =>
        _database.SnapshotAsync<string?>(async (db, token) =>
        {
            if (await db.Charters.AnyAsync(row => row.RepositoryId == text, token)) return text;
            var named = await db.Findings.Where(row => row.Repository == text).Select(row => row.RepositoryId).Distinct().Order().Take(2).ToListAsync(token);
            if (named.Count > 1) throw new RunRequestException("repository_ambiguous", $"several repositories are called {text}", "Give the repository's id (repo_…); charter findings list --json shows it.");
            if (named.Count == 1) return named[0];
            // one that has moved: its charters are under the address that it was known by, and what that address has now is not its
            foreach (var form in forms)
                if (await RepositoryRegistry.KnownAsAsync(db, form, token) is { } known)
                    return await db.Charters.Where(row => row.Target == known).OrderByDescending(row => row.CreatedAt).Select(row => row.RepositoryId).FirstOrDefaultAsync(token);
            foreach (var form in forms)
                if (await db.Charters.Where(row => row.RepositoryId == form || row.Target == form).OrderByDescending(row => row.CreatedAt).Select(row => row.RepositoryId).FirstOrDefaultAsync(token) is { } found) return found;
            return null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<FindingRecord> DismissAsync(string id, string? repositoryId, string reason, string author, CancellationToken cancellationToken) =>
        DecideAsync(id, repositoryId, reason, author, (row, decision) =>
        {
            if (row.State == FindingStates.Dismissed)
                throw new RunRequestException("finding_is_dismissed", $"{row.Id} was dismissed already by {row.DismissedBy}: {row.DismissedReason}", $"Take that back first, to give another reason: charter findings reopen {row.Id} --reason …");
            if (row.State == FindingStates.Fixed)
                throw new RunRequestException("finding_is_fixed", $"{row.Id} was fixed in version {row.FixedVersion}; there is nothing to dismiss", "It is open again by itself should it come back.");
            (row.State, row.DismissedBy, row.DismissedReason, row.DismissedAt) = (FindingStates.Dismissed, decision.By, decision.Reason, decision.At);
            (row.ReopenedBy, row.ReopenedReason, row.ReopenedAt) = (null, null, null);
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<FindingRecord> ReopenAsync(string id, string? repositoryId, string reason, string author, CancellationToken cancellationToken) =>
        DecideAsync(id, repositoryId, reason, author, (row, decision) =>
        {
            if (row.State == FindingStates.Open) throw new RunRequestException("finding_is_open", $"{row.Id} is open already", "Only a dismissal can be taken back; see them with: charter findings list --state dismissed");
            if (row.State == FindingStates.Fixed)
                throw new RunRequestException("finding_is_fixed", $"{row.Id} was fixed in version {row.FixedVersion}; only a dismissal can be taken back", "It is open again by itself should it come back.");
            (row.State, row.ReopenedBy, row.ReopenedReason, row.ReopenedAt) = (FindingStates.Open, decision.By, decision.Reason, decision.At);
        }, cancellationToken);

    private Task<FindingRecord> DecideAsync(string id, string? repositoryId, string reason, string author, Action<FindingRow, FindingDecision> decide, CancellationToken cancellationToken)
    {
        var decision = new FindingDecision(Text(author, "author"), Text(reason, "reason"), _time.GetUtcNow());
        return _database.WriteAsync(async (db, token) =>
        {
            var row = await FindAsync(db, id, repositoryId, token);
            decide(row, decision);
            return FindingList.View(row);
        }, cancellationToken);
    }

    private static async Task<FindingRow> FindAsync(OrchestratorDbContext db, string text, string? repositoryId, CancellationToken cancellationToken)
    {
        var wanted = text.Trim().ToLowerInvariant();
        if (wanted.Length < ShortestId) throw new RunRequestException("invalid_finding_id", $"'{text}' is too short to name a finding", $"Type at least {ShortestId} characters of its id; charter findings list shows it.");
        if (!wanted.StartsWith(Prefix, StringComparison.Ordinal)) wanted = Prefix + wanted;
        var rows = db.Findings.AsTracking().Where(row => row.Id == wanted || row.Id.StartsWith(wanted));
        if (repositoryId is not null) rows = rows.Where(row => row.RepositoryId == repositoryId);
        var found = await rows.OrderBy(row => row.Id).ThenBy(row => row.Repository).Take(3).ToListAsync(cancellationToken);
        if (found.Count == 0) throw new RunRequestException("finding_not_found", $"there is no finding {text}", "List them with: charter findings list --state all");
        if (found.Count == 1) return found[0];
        throw found.Select(row => row.Id).Distinct(StringComparer.Ordinal).Count() > 1
            ? new RunRequestException("finding_ambiguous", $"several findings begin with {text}", "Type more of the id; charter findings list shows them.")
            : new RunRequestException("finding_ambiguous", $"{found[0].Id} is a finding of several repositories: {string.Join(", ", found.Select(row => row.Repository))}", "Say which with --repo.");
    }

    private static string Text(string text, string what)
    {
        var clean = RepositoryText.Clean(text).Trim();
        if (clean.Length is 0 or > LongestText) throw new RunRequestException("invalid_" + what, $"the {what} is {(clean.Length == 0 ? "empty" : $"longer than {LongestText} characters")}", $"Say it in 1 to {LongestText} characters.");
        return clean;
    }
}
