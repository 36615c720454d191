using System.Globalization;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Looks whether registered repositories still exist: those of which a run was told that they do not, and those that no run has looked at for a
/// long time. Starts runs that only sync; what comes of them is <see cref="MissingRepositories"/>'s.
/// </summary>
internal sealed class PruneSchedule(Database<OrchestratorDbContext> database, RepositoryRegistry registry, RunService runs, OrchestratorOptions options, TimeProvider time)
    : HouseSchedule("prune", "looks whether registered repositories still exist", options.PruneSchedule)
{
    /// <summary>A repository is looked at after this long without a run.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(7);

    /// <summary>Runs of one firing; the next one has the others.</summary>
    private const int Most = 100;

    /// <inheritdoc/>
    public override async Task<string> RunAsync(FiringDue due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (all, history, busy) = await database.SnapshotAsync(async (db, token) =>
        {
            var registered = (await registry.AllAsync(db, token)).FindAll(one => one.Paused is null);
            return (registered, await RepositoryHistory.OfAsync(db, registered.ConvertAll(one => one.RunLane), token), await RepositoryHistory.BusyLanesAsync(db, token));
        }, cancellationToken);
        var missing = all.FindAll(one => one.Row?.MissingSince is not null);
        var wanted = missing.Concat(all.Except(missing).Where(one => (history.RunOf(one.RunLane)?.CreatedAt ?? one.Row?.AddedAt ?? DateTimeOffset.MinValue) < now - LongAgo))
            .Where(one => !busy.Contains(one.RunLane)).Take(Most).ToList();
        var sync = new WorkflowSource(BuiltInWorkflows.RepositorySync, BuiltInWorkflows.TextOf(BuiltInWorkflows.RepositorySync)!);
        foreach (var one in wanted)
            await database.WriteAsync((db, token) => runs.StartAsync(db, new RunRequest { Target = one.Target, Workflow = sync, Source = "schedule", Actor = Name }, due.JitterOf(one.RunLane), token), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"looks for {wanted.Count} of {all.Count} repositories; {missing.Count} were not found the last time");
    }
}
