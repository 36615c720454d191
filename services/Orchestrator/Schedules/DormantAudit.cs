using System.Globalization;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Starts a run for every registered repository whose charter is missing or older than configured. One that has a run which has not ended gets no
/// second one, so a firing that comes twice starts nothing twice.
/// </summary>
internal sealed class DormantAudit(Database<OrchestratorDbContext> database, RepositoryRegistry registry, RunService runs, OrchestratorOptions options, TimeProvider time)
    : HouseSchedule("audit", "analyses registered repositories whose charter is missing or old", options.AuditSchedule)
{
    /// <summary>What cannot be analysed is tried again after this long, not at every firing.</summary>
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromHours(6);

    /// <summary>Runs of one firing; the next one has the others.</summary>
    private const int Most = 100;

    /// <inheritdoc/>
    public override async Task<string> RunAsync(FiringDue firing, CancellationToken cancellationToken)
    {
        var (all, history, busy) = await database.SnapshotAsync(async (db, token) =>
        {
            var registered = await registry.AllAsync(db, token);
            return (registered, await RepositoryHistory.OfAsync(db, registered.ConvertAll(one => one.RunLane), token), await RepositoryHistory.BusyLanesAsync(db, token));
        }, cancellationToken);
        var now = time.GetUtcNow();
        var due = all.Where(one => one.Paused is null && !busy.Contains(one.RunLane) && IsDue(history.CharterOf(one.RunLane), history.RunOf(one.RunLane), now))
            // the longest without a charter first
            .OrderBy(one => history.CharterOf(one.RunLane)?.CreatedAt ?? DateTimeOffset.MinValue).Take(Most).ToList();
        foreach (var one in due)
            await database.WriteAsync((db, token) => runs.StartAsync(db, new RunRequest { Target = one.Target, Workflow = EffectSteps.AnalysisOf(one.Rules), Source = "schedule", Actor = Name }, firing.JitterOf(one.RunLane), token), cancellationToken);
        return due.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"none of {all.Count} repositories needs a new charter")
            : string.Create(CultureInfo.InvariantCulture, $"started runs for {due.Count} of {all.Count} repositories: {string.Join(", ", due.Take(5).Select(repository => repository.Target))}{(due.Count > 5 ? " …" : "")}");
    }

    private bool IsDue(RepositoryCharter? charter, RepositoryRun? last, DateTimeOffset now)
    {
        if (charter is not null && now - charter.CreatedAt < options.AuditAfter) return false;
        var failed = last is not null && last.Status != RunStatus.Published && (charter is null || last.CreatedAt > charter.CreatedAt);
        return !failed || now - last!.CreatedAt >= (AgainAfterFailure < options.AuditAfter ? AgainAfterFailure : options.AuditAfter);
    }
}
