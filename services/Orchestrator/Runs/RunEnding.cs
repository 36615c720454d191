using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>What the end of a run leaves behind: its result, a partial report when it failed, and its place for the next one.</summary>
internal sealed class RunEnding(PartialReport partialReport, MissingRepositories missing, RunHistory history, TimeProvider time)
{
    private sealed record NextRun(Guid Id, string? Trace);

    private static readonly Compiled<Func<OrchestratorDbContext, Guid, DateTimeOffset, Task<NextRun?>>> Next = new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, Guid ended, DateTimeOffset now) =>
        db.Runs.Where(other => other.Status == "Queued" && other.StartedAt == null && other.EndedAt == null && other.CorrelationId != ended && !(other.ExpiresAt <= now))
            .OrderBy(other => other.Turn).ThenBy(other => other.CreatedAt).ThenBy(other => other.RunId).Select(other => new NextRun(other.CorrelationId, other.TraceContext)).FirstOrDefault()));

    /// <summary>Ends the run in the surrounding transaction; the saga's state follows from the control record.</summary>
    public async Task EndAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunDecision.EndRun end, StoredState state, CancellationToken cancellationToken)
    {
        var status = end.Phase switch
        {
            RunPhase.Completed => RunStatus.Published,
            RunPhase.Cancelled => RunStatus.Cancelled,
            RunPhase.Expired => RunStatus.Expired,
            _ => RunStatus.Failed,
        };
        run.EndedAt = time.GetUtcNow();
        run.DeadlineAt = null;
        run.ExpiresAt = null;
        RunError? error = null;
        if (end is { Phase: RunPhase.Expired, Failure: { } late })
        {
            // never begun: there is nothing to report on
            error = new RunError(late.Code, late.Message, null, "Ask again when there is less to do: charter resume " + run.RunId, null);
        }
        else if (end.Failure is { } failure)
        {
            var finished = await db.GetTasksAsync([.. control.Tasks.Where(task => task.Phase == TaskPhase.Completed).Select(task => task.TaskId)], cancellationToken);
            error = await ExplainAsync(db, control, failure, cancellationToken);
            var writes = await db.WritesAsync(graph, control, finished, cancellationToken);
            var preview = WorkflowEngine.Apply(graph, state.Channels, writes) is ApplyResult.Applied applied ? applied.State : state.Channels;
            await partialReport.StoreAsync(db, run, graph, preview, error, [.. control.Arrived, .. finished.Select(task => task.Step)], cancellationToken);
        }
        await missing.NoteAsync(db, run, graph, end.Failure, cancellationToken);
        run.Result = RunProgress.Text(new RunResult(error, PublishedVersion(state.Channels)));
        var (taken, outcome) = (run.EndedAt.Value - run.CreatedAt, Metrics.Label("outcome", status));
        db.AfterCommit(() => Metrics.RunDuration.Record(taken.TotalSeconds, outcome));
        history.Record(db, run, "run." + status, new { error = error is null ? null : new { error.Code, error.Message, error.Step } });
        db.Send(Queues.RepoSyncEvents, new RunEnded(run.CorrelationId, status));
        await AdmitNextAsync(db, run, cancellationToken);
    }

    /// <summary>The place that became free goes to the run whose turn it is.</summary>
    private static async Task AdmitNextAsync(OrchestratorDbContext db, RunSaga ended, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = await Next.For(db)(db, ended.CorrelationId, ended.EndedAt!.Value);
        if (waiting is { } next) db.Send(Queues.Runs, new AdmitRun(next.Id), trace: next.Trace);
    }

    private static async Task<RunError> ExplainAsync(OrchestratorDbContext db, RunControl control, RunFailure failure, CancellationToken cancellationToken)
    {
        var taskId = control.Tasks.FirstOrDefault(task => task.Phase == TaskPhase.Failed && task.Step == failure.Step)?.TaskId;
        var row = taskId is null ? null : (await db.GetTasksAsync([taskId], cancellationToken))[0];
        var told = row?.Failure is { } text ? JsonSerializer.Deserialize<FailureInfo>(text, CanonicalJson.Options) : null;
        return new RunError(failure.Code, failure.Message, failure.Step, told?.Remedy, told?.Detail);
    }

    private static int? PublishedVersion(IReadOnlyDictionary<string, JsonElement> state) =>
        state.TryGetValue(Channels.Charter, out var charter) && charter.ValueKind == JsonValueKind.Object
        && charter.TryGetProperty("version", out var version) && version.TryGetInt32(out var number) ? number : null;
}
