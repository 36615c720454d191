using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Driving;

/// <summary>A worker has the task, or still has it: nothing needs to be sent again for a lease and a bit. Never touches the saga.</summary>
internal sealed class StepAcceptedConsumer(Database<OrchestratorDbContext> database, TimeProvider time) : IConsumer<StepAccepted>
{
    /// <summary>A worker's lease and a grace of 10 s.</summary>
    private static readonly TimeSpan Silence = new StepWorkerOptions().Lease + TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<StepAccepted> context)
    {
        var until = time.GetUtcNow() + Silence;
        return database.WriteAsync((db, token) => db.RunTasks
            .Where(task => task.TaskId == context.Message.TaskId && task.Attempt == context.Message.Attempt && task.Status == RunTaskStatus.Running)
            .ExecuteUpdateAsync(task => task.SetProperty(row => row.DriveAt, until), token), context.CancellationToken);
    }
}
