using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>Has RepoSync look which deliveries never arrived: it alone may ask the forge.</summary>
internal sealed class DeliverySchedule(Database<OrchestratorDbContext> database, OrchestratorOptions options, TimeProvider time)
    : HouseSchedule("deliveries", "has deliveries that failed sent again by the forge", options.DeliveriesSchedule)
{
    /// <inheritdoc/>
    public override async Task<string> RunAsync(FiringDue due, CancellationToken cancellationToken)
    {
        await database.WriteAsync((db, _) =>
        {
            db.Send(Queues.RepoSyncCommands, new SweepDeliveries(time.GetUtcNow()));
            return Task.CompletedTask;
        }, cancellationToken);
        return "asked RepoSync to look; what it has sent again is in: charter effects list";
    }
}
