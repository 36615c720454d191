using System.Globalization;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>
/// Starts a run for every registered repository whose charter is missing or older than configured. One that has a run which has not ended gets no
/// second one, so a firing that comes twice starts nothing twice.
/// </summary>
internal sealed class DormantAudit(RepositoryService repositories, RunService runs, OrchestratorOptions options, TimeProvider time)
    : HouseSchedule("audit", "analyses registered repositories whose charter is missing or old", options.AuditSchedule)
{
    /// <summary>What cannot be analysed is tried again after this long, not at every firing.</summary>
    private static readonly TimeSpan AgainAfterFailure = TimeSpan.FromHours(6);

    /// <summary>Runs of one firing; the next one has the others.</summary>
    private const int Most = 100;

    public override async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var all = await repositories.ListAsync(null, cancellationToken);
        var busy = await repositories.BusyLanesAsync(cancellationToken);
        var now = time.GetUtcNow();
        var due = all.Where(repository => IsDue(repository, now) && !busy.Contains(RunQueue.LaneOf(repository.Target)))
            // the longest without a charter first
            .OrderBy(repository => repository.Charter?.CreatedAt ?? DateTimeOffset.MinValue).Take(Most).ToList();
        foreach (var repository in due)
            await runs.StartAsync(new RunRequest { Target = repository.Target, Source = "schedule", Actor = Name }, cancellationToken);
        return due.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"none of {all.Count} repositories needs a new charter")
            : string.Create(CultureInfo.InvariantCulture, $"started runs for {due.Count} of {all.Count} repositories: {string.Join(", ", due.Take(5).Select(repository => repository.Target))}{(due.Count > 5 ? " …" : "")}");
    }

    private bool IsDue(RepositoryView repository, DateTimeOffset now)
    {
        if (repository.Charter is { } charter && now - charter.CreatedAt < options.AuditAfter) return false;
        var failed = repository.LastRun is { } run && run.Status != RunStatus.Published && (repository.Charter is null || run.CreatedAt > repository.Charter.CreatedAt);
        return !failed || now - repository.LastRun!.CreatedAt >= (AgainAfterFailure < options.AuditAfter ? AgainAfterFailure : options.AuditAfter);
    }
}
