using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Work;

/// <content>What is stored of steps, and what the Orchestrator is told in the same transaction.</content>
internal sealed partial class StepWorker<TContext>
{
    private async Task StoreAsync(RunningStep step, StepOutcome? outcome)
    {
        var command = step.Command;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var kept = outcome is not null
                    ? await writes.WriteAsync(new StepWrite(null, new FinishedStep(command, step.Claim, outcome, Tracing.Current)))
                    : await database.WriteAsync(async (db, token) =>
                        (step.Reason == StopReason.Shutdown && await store.ReleaseAsync(db, step.Key, step.Claim, token))
                        || await EndCancelledAsync(db, command, step.Claim, Tracing.Current, token), CancellationToken.None);
                if (!kept)
                {
                    Metrics.LeasesLost.Add(1, Metrics.Label("service", Service), Metrics.Label("reason", "late"));
                    LogFencedOff(log, new RunId(command.RunId), step.Key.TaskId, step.Key.Attempt, step.Claim);
                }
                return;
            }
            catch (StorageException problem) when (attempt < 5)
            {
                LogNotStored(log, problem, new RunId(command.RunId), step.Key.TaskId, step.Key.Attempt);
                await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, CancellationToken.None);
            }
        }
    }

    /// <summary>Arrived and finished steps in one transaction: whether each was new, or still ours.</summary>
    private async Task<IReadOnlyList<bool>> StoreAsync(TContext db, IReadOnlyList<StepWrite> group, CancellationToken cancellationToken)
    {
        List<ArrivedStep> arrived = [.. group.Select(write => write.Arrived).OfType<ArrivedStep>()];
        List<FinishedStep> finished = [.. group.Select(write => write.Finished).OfType<FinishedStep>()];
        var done = arrived.Count > 0 ? await store.InsertAsync(db, arrived, cancellationToken) : [];
        foreach (var step in arrived.Where(step => !done.Contains(step.Key))) await AnswerAsync(db, step.Command, step.Trace, cancellationToken);
        if (finished.Count > 0) done.UnionWith(await store.FinishAsync(db, finished, cancellationToken));
        Report(db, finished.Where(step => done.Contains(step.Key)));
        foreach (var step in finished.Where(step => !done.Contains(step.Key)))
        {
            if (await EndCancelledAsync(db, step.Command, step.Claim, step.Trace, cancellationToken)) done.Add(step.Key);
        }
        return [.. group.Select(write => done.Contains(write.Key))];
    }

    /// <summary>Tells the Orchestrator; what ended together in one run is one message.</summary>
    private static void Report(TContext db, IEnumerable<FinishedStep> finished)
    {
        foreach (var run in finished.GroupBy(step => step.Command.RunId))
        {
            foreach (var steps in run.Chunk(StepsReported.Most))
            {
                if (steps is not [var only])
                    db.Send(Queues.Runs, new StepsReported(run.Key, [.. steps.Select(step => step.Outcome.Completed).OfType<StepCompleted>()], [.. steps.Select(step => step.Outcome.Failed).OfType<StepFailed>()]), trace: steps[0].Trace);
                else if (only.Outcome.Completed is { } completed)
                    db.Send(Queues.Runs, completed, trace: only.Trace);
                else
                    db.Send(Queues.Runs, only.Outcome.Failed!, trace: only.Trace);
            }
        }
    }

    private static async Task<bool> EndCancelledAsync(TContext db, ExecuteStep command, int claim, string? trace, CancellationToken cancellationToken)
    {
        if (!await StepStore.EndCancelledAsync(db, new StepKey(command.TaskId, command.Attempt), claim, cancellationToken)) return false;
        db.Send(Queues.Runs, new StepEnded(command.RunId, command.TaskId, command.Attempt), trace: trace);
        return true;
    }

    private static Task<NodeExecution?> FindAsync(TContext db, StepKey key, CancellationToken cancellationToken) =>
        db.Set<NodeExecution>().AsNoTracking().SingleOrDefaultAsync(row => row.TaskId == key.TaskId && row.Attempt == key.Attempt, cancellationToken);

    private bool IsBeingStopped(NodeExecution row) =>
        row.Status == "cancelled"
        && (row.LeaseUntil > database.Clock.UtcNow || (running.TryGetValue(new StepKey(row.TaskId, row.Attempt), out var step) && step.RenewedAt is not null));

    /// <summary>A step that is here already: its result again, its end, or the news that it is being worked on.</summary>
    private async Task AnswerAsync(TContext db, ExecuteStep command, string? trace, CancellationToken cancellationToken)
    {
        var row = (await FindAsync(db, new StepKey(command.TaskId, command.Attempt), cancellationToken))!;
        switch (row.Status)
        {
            case "completed":
                db.Send(Queues.Runs, StoredReply.Completed(command, row), trace: trace);
                break;
            case "failed":
                db.Send(Queues.Runs, StoredReply.Failed(command, row), trace: trace);
                break;
            case "cancelled" when !IsBeingStopped(row):
                db.Send(Queues.Runs, new StepEnded(command.RunId, command.TaskId, command.Attempt), trace: trace);
                break;
            case "pending" or "running":
                db.Send(Queues.StepSignals, new StepAccepted(command.RunId, command.TaskId, command.Attempt), trace: trace);
                break;
        }
    }
}
