using Charterhouse.Orchestrator.Persistence;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Writes down what happens to a run, in order.</summary>
internal sealed class RunHistory(RunSignal signal, TimeProvider time)
{
    /// <summary>Adds an event to the surrounding transaction.</summary>
    public void Record<T>(OrchestratorDbContext db, RunSaga run, string type, T data)
    {
        var (runId, ended) = (run.RunId, run.EndedAt is not null);
        db.Append(new RunEventRow
        {
            RunId = runId,
            Seq = ++run.EventSeq,
            Type = type,
            Data = RunProgress.Text(data),
            CreatedAt = time.GetUtcNow(),
        });
        db.AfterCommit(() => signal.Tell(runId, ended));
    }
}
