using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Findings;

/// <summary>Pages of findings. One repository's are held at a time, however many there are in the house.</summary>
internal static class FindingList
{
    private const char CursorMark = ':';

    public static async Task<FindingPage> ReadAsync(OrchestratorDbContext db, FindingQuery query, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var last = cursor is null ? null : await LastAsync(db, cursor, cancellationToken);
        var asked = Asked(db, query);
        var names = await asked.GroupBy(row => row.RepositoryId).Select(group => new { Id = group.Key, Name = group.Max(row => row.Repository)! }).ToDictionaryAsync(one => one.Id, one => one.Name, StringComparer.Ordinal, cancellationToken);
        if (last is not null) names.TryAdd(last.RepositoryId, last.Repository); // its findings may all have been decided on since
        var page = new List<FindingRow>();
        foreach (var (id, _) in names.OrderBy(one => one.Value, StringComparer.Ordinal).ThenBy(one => one.Key, StringComparer.Ordinal).SkipWhile(one => last is not null && one.Key != last.RepositoryId))
        {
            var found = await asked.Where(row => row.RepositoryId == id).ToListAsync(cancellationToken);
            page.AddRange(last?.RepositoryId == id ? After(found, last) : Sorted(found));
            if (page.Count > limit) return new FindingPage([.. page.Take(limit).Select(View)], $"{page[limit - 1].RepositoryId}{CursorMark}{page[limit - 1].Id}");
        }
        return new FindingPage([.. page.Select(View)], null);
    }

    public static FindingRecord View(FindingRow row) => new(
        row.Id, row.RepositoryId, row.Repository, row.Agent, row.Rule, row.Severity, row.State, row.Hidden, row.Title, row.Path, row.Line,
        new FindingPoint(row.FirstVersion, row.FirstRunId, row.FirstSha, row.FirstAt),
        new FindingPoint(row.LastVersion, row.LastRunId, row.LastSha, row.LastAt),
        row.FixedVersion is { } version ? new FindingPoint(version, row.FixedRunId!, row.FixedSha!, row.FixedAt!.Value) : null,
        row.DismissedAt is { } dismissed ? new FindingDecision(row.DismissedBy!, row.DismissedReason!, dismissed) : null,
        row.ReopenedAt is { } reopened ? new FindingDecision(row.ReopenedBy!, row.ReopenedReason!, reopened) : null);

    private static IQueryable<FindingRow> Asked(OrchestratorDbContext db, FindingQuery query)
    {
        var rows = db.Findings.AsNoTracking();
        if (query.RepositoryId is { } repository) rows = rows.Where(row => row.RepositoryId == repository);
        if (query.State is { } state) rows = rows.Where(row => row.State == state && (state != FindingStates.Open || !row.Hidden));
        if (query.Severity is { } severity) rows = rows.Where(row => row.Severity == severity);
        if (query.Rule is { } rule) rows = rows.Where(row => row.Rule == rule);
        return rows;
    }

    private static IOrderedEnumerable<FindingRow> Sorted(IEnumerable<FindingRow> rows) => rows
        .OrderBy(row => Severities.All.Contains(row.Severity, StringComparer.Ordinal) ? Severities.All.ToList().IndexOf(row.Severity) : int.MaxValue)
        .ThenBy(row => row.Rule, StringComparer.Ordinal).ThenBy(row => row.Path, StringComparer.Ordinal).ThenBy(row => row.Line).ThenBy(row => row.Id, StringComparer.Ordinal);

    // The last finding of the page before marks the place, also when it is no longer among those that are asked for.
    private static IEnumerable<FindingRow> After(List<FindingRow> rows, FindingRow last) =>
        Sorted(rows.Where(row => row.Id != last.Id).Append(last)).SkipWhile(row => row.Id != last.Id).Skip(1);

    private static async Task<FindingRow> LastAsync(OrchestratorDbContext db, string cursor, CancellationToken cancellationToken) =>
        cursor.Split(CursorMark) is [var repository, var id] && await db.Findings.AsNoTracking().FirstOrDefaultAsync(row => row.RepositoryId == repository && row.Id == id, cancellationToken) is { } row
            ? row
            : throw new RunRequestException("invalid_request", $"cursor is '{cursor}'", "Give the next_cursor of the page before.");
}
