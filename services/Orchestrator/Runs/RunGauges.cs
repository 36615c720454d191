using System.Diagnostics.Metrics;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>The live runs by status, and how long the oldest has waited for its place.</summary>
internal sealed class RunGauges : Gauges
{
    private static readonly string[] Live = ["Queued", "Running", "Cancelling"];

    private readonly Database<OrchestratorDbContext> database;
    private readonly TimeProvider time;
    private volatile Measurement<double>[] live = [];
    private volatile Measurement<double>[] age = [];

    public RunGauges(Database<OrchestratorDbContext> database, TimeProvider time)
    {
        (this.database, this.time) = (database, time);
        Add("charter.runs.live", "{run}", "Runs that have not ended", () => live);
        Add("charter.runs.queued.age", "s", "How long the oldest queued run has waited for its place", () => age);
    }

    public override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var (counts, oldest) = await database.SnapshotAsync(async (db, token) =>
        {
            // with the status, which the index goes by
            var runs = db.Runs.Where(run => Live.Contains(run.Status) && run.EndedAt == null);
            return (await runs.GroupBy(run => run.Status).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(token),
                await runs.Where(run => run.StartedAt == null).OrderBy(run => run.CreatedAt).Select(run => (DateTimeOffset?)run.CreatedAt).FirstOrDefaultAsync(token));
        }, cancellationToken);
        live = [.. Live.Select(status => new Measurement<double>(counts.FirstOrDefault(row => row.Key == status)?.Count ?? 0, Metrics.Label("status", status.ToLowerInvariant())))];
        age = [new(oldest is { } since ? (time.GetUtcNow() - since).TotalSeconds : 0)];
    }
}
