using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>The newest charters and runs of repositories, by the lane of their runs.</summary>
internal sealed class RepositoryHistory
{
    private readonly Dictionary<string, RepositoryRun> runs;
    private readonly Dictionary<string, RepositoryCharter> charters;

    private RepositoryHistory(Dictionary<string, RepositoryRun> runs, Dictionary<string, RepositoryCharter> charters) => (this.runs, this.charters) = (runs, charters);

    /// <summary>Of these.</summary>
    public static async Task<RepositoryHistory> OfAsync(OrchestratorDbContext db, IReadOnlyList<string> lanes, CancellationToken cancellationToken)
    {
        var newestRuns = await db.Runs.Where(run => lanes.Contains(run.Lane)).GroupBy(run => run.Lane)
            .Select(group => group.OrderByDescending(run => run.CreatedAt).Select(run => new { run.Lane, run.RunId, run.Status, run.CreatedAt }).First()).ToListAsync(cancellationToken);
        var newestCharters = await db.Charters.Join(db.Runs, charter => charter.RunId, run => run.RunId, (charter, run) => new { run.Lane, charter.Version, charter.RunId, charter.HeadSha, charter.CreatedAt })
            .Where(charter => lanes.Contains(charter.Lane)).GroupBy(charter => charter.Lane)
            .Select(group => group.OrderByDescending(charter => charter.CreatedAt).First()).ToListAsync(cancellationToken);
        return new RepositoryHistory(
            newestRuns.ToDictionary(run => run.Lane, run => new RepositoryRun(run.RunId, run.Status.ToLowerInvariant(), run.CreatedAt), StringComparer.Ordinal),
            newestCharters.ToDictionary(charter => charter.Lane, charter => new RepositoryCharter(charter.Version, charter.RunId, charter.HeadSha, charter.CreatedAt), StringComparer.Ordinal));
    }

    public RepositoryRun? RunOf(string lane) => runs.GetValueOrDefault(lane);

    public RepositoryCharter? CharterOf(string lane) => charters.GetValueOrDefault(lane);

    /// <summary>The lanes that have a run which has not ended, or one that was asked for.</summary>
    public static async Task<HashSet<string>> BusyLanesAsync(OrchestratorDbContext db, CancellationToken cancellationToken)
    {
        var live = await db.Runs.Where(run => run.EndedAt == null).Select(run => run.Lane).Distinct().ToListAsync(cancellationToken);
        return live.Concat((await RunRequests.OpenAsync(db, cancellationToken)).Select(request => RunQueue.LaneOf(request.Trigger))).ToHashSet(StringComparer.Ordinal);
    }
}
