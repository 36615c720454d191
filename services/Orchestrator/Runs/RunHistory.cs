using Charterhouse.Orchestrator.Persistence;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Writes down what happens to a run, in order.</summary>
internal sealed class RunHistory(TimeProvider time)
{
    /// <summary>Adds an event to the surrounding transaction.</summary>
    public void Record<T>(OrchestratorDbContext db, RunSaga run, string type, T data) => db.RunEvents.Add(new RunEventRow
    {
        RunId = run.RunId,
        Seq = ++run.EventSeq,
        Type = type,
        Data = RunProgress.Text(data),
        CreatedAt = time.GetUtcNow(),
    });
}
