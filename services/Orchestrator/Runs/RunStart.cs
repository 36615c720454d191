using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>How a run comes to be: its row, its first checkpoint, its place among the running ones.</summary>
internal sealed class RunStart(WorkflowCatalog workflows, DecisionExecutor executor, OrchestratorOptions options, TimeProvider time)
{
    /// <summary>Key of the PostgreSQL advisory lock under which places are counted.</summary>
    private const long PlacesLock = 0x43484152_00000001;

    /// <summary>Fills the saga and stores its start checkpoint. False: refused, with the reason on the request's row.</summary>
    public async Task<bool> PrepareAsync(OrchestratorDbContext db, RunSaga run, StartRun message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var runId = new RunId(message.RunId).ToString();
        var request = await db.RunRequests.AsTracking().FirstOrDefaultAsync(row => row.RunId == runId, cancellationToken);
        var reading = workflows.Read(message.WorkflowText, message.Workflow);
        if (reading.Graph is not { } graph)
            return Refuse(request, "the workflow is not valid: " + string.Join("; ", reading.Problems.Select(problem => problem.Message)));

        run.RunId = runId;
        run.ThreadId = message.From is { Fork: false } same ? same.ThreadId : ThreadIdOf(message.RunId);
        if (await db.Runs.AnyAsync(other => other.ThreadId == run.ThreadId && other.EndedAt == null, cancellationToken))
            return Refuse(request, $"thread {run.ThreadId} is live in another run; cancel that one or wait for its end");
        run.Workflow = graph.Name;
        run.WorkflowHash = graph.Hash;
        run.Project = message.Trigger.Target;
        run.CreatedAt = run.UpdatedAt = now;
        if (!await db.WorkflowTexts.AnyAsync(text => text.Hash == graph.Hash, cancellationToken))
            db.WorkflowTexts.Add(new WorkflowTextRow { Hash = graph.Hash, Name = message.Workflow, Body = message.WorkflowText, CreatedAt = now });

        var refusal = message.From is { } from
            ? await FromCheckpointAsync(db, run, graph, message, from, cancellationToken)
            : await FromInputAsync(db, run, graph, message, cancellationToken);
        if (refusal is not null)
        {
            run.Control = null;
            return Refuse(request, refusal);
        }
        executor.Record(db, run, "run.queued", new { workflow = run.Workflow, target = message.Trigger.Target });
        // The saga's row is the owner from here on.
        if (request is not null) db.RunRequests.Remove(request);
        return true;
    }

    /// <summary>True when the run may start now: fewer than <c>max_concurrent_runs</c> others are running.</summary>
    public async Task<bool> TryTakePlaceAsync(OrchestratorDbContext db, RunSaga run, CancellationToken cancellationToken)
    {
        // On SQLite writers queue anyway; on PostgreSQL two admissions must not count at the same time.
        if (db.Database.ProviderName is { } provider && provider.Contains("Npgsql", StringComparison.Ordinal))
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({PlacesLock})", cancellationToken);
        var running = await db.Runs.CountAsync(other => other.StartedAt != null && other.EndedAt == null && other.CorrelationId != run.CorrelationId, cancellationToken);
        return running < options.MaxConcurrentRuns;
    }

    /// <summary>The thread that a run makes: the same 26 characters under another prefix.</summary>
    public static string ThreadIdOf(Guid runId) => "thread_" + new RunId(runId).ToString()["run_".Length..];

    private async Task<string?> FromInputAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, StartRun message, CancellationToken cancellationToken)
    {
        var trigger = message.Trigger with { BaseSha = message.Trigger.BaseSha ?? await LastHeadAsync(db, message.Trigger.Target, cancellationToken) };
        run.Payload = RunProgress.Text(new RunPayload { Trigger = trigger, RecursionLimit = message.RecursionLimit });
        var control = WorkflowEngine.Create(graph, run.RunId, message.RecursionLimit);
        run.Control = ControlRecord.Write(control);
        run.CheckpointSeq = 0;
        await executor.SaveCheckpointAsync(db, run, graph, control, "input", null,
            [new ChannelChange(Channels.Trigger, ChangeKind.Set, CanonicalJson.ToElement(trigger))], new Dictionary<string, JsonElement>(StringComparer.Ordinal), cancellationToken);
        return null;
    }

    private async Task<string?> FromCheckpointAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, StartRun message, StartPoint from, CancellationToken cancellationToken)
    {
        var checkpoint = await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(row => row.ThreadId == from.ThreadId && row.Seq == from.Seq, cancellationToken);
        if (checkpoint is null) return $"there is no checkpoint {from.ThreadId}:{from.Seq}";
        var before = ControlRecord.Read(checkpoint.Control);
        // Every run of the thread may have finished a part of the same super-step; the newest result of a step counts.
        var pending = await db.RunTasks.AsNoTracking()
            .Where(task => task.CheckpointSeq == from.Seq && task.Status == RunTaskStatus.Completed && task.Writes != null)
            .Where(task => db.Runs.Any(other => other.RunId == task.RunId && other.ThreadId == from.ThreadId))
            .OrderByDescending(task => task.CreatedAt)
            .ToListAsync(cancellationToken);
        var control = WorkflowEngine.ContinueFrom(graph, before, run.RunId, pending.Select(task => task.Step).ToHashSet(StringComparer.Ordinal), message.RecursionLimit);
        var asStep = from.AsStep ?? (from.Update is { Count: > 0 } edited ? WorkflowEngine.WriterOf(graph, control, edited.Keys) : null);
        if (asStep is not null && graph.Steps.All(step => step.Name != asStep)) return $"workflow {graph.Name} has no step '{asStep}'";
        var steered = from.Update is { Count: > 0 };
        run.Payload = RunProgress.Text(new RunPayload
        {
            Trigger = message.Trigger,
            RecursionLimit = message.RecursionLimit,
            From = new StartPointNote(from.ThreadId, from.Seq, from.Fork, steered, asStep),
        });
        run.Control = ControlRecord.Write(control);
        run.CheckpointSeq = from.Fork ? 0 : from.Seq;

        var state = await CheckpointStore.LoadAsync(db, from.ThreadId, from.Seq, cancellationToken);
        IReadOnlyList<ChannelChange> changes = [];
        if (steered)
        {
            if (WorkflowEngine.Apply(graph, state, [new TaskWrites("", "", from.Update!)]) is not ApplyResult.Applied applied)
                return "the update does not fit the workflow's channels";
            changes = applied.Changes;
        }
        if (from.Fork)
            await executor.SaveCheckpointAsync(db, run, graph, control, "fork", (from.ThreadId, from.Seq), changes, state, cancellationToken);
        else if (steered)
            await executor.SaveCheckpointAsync(db, run, graph, control, "update", null, changes, state, cancellationToken);

        foreach (var kept in control.Tasks)
        {
            var original = pending.First(task => task.Step == kept.Step);
            db.RunTasks.Add(new RunTaskRow
            {
                TaskId = kept.TaskId,
                RunId = run.RunId,
                Epoch = control.Epoch,
                StepNumber = original.StepNumber,
                Step = original.Step,
                Kind = original.Kind,
                Status = RunTaskStatus.Completed,
                Attempt = kept.Attempt,
                CheckpointSeq = run.CheckpointSeq,
                Writes = original.Writes,
                CreatedAt = time.GetUtcNow(),
                StartedAt = original.StartedAt,
                EndedAt = original.EndedAt,
                DurationMs = original.DurationMs,
            });
        }
        run.Repository = await db.Runs
            .Where(other => other.RunId == checkpoint.RunId).Select(other => other.Repository).FirstOrDefaultAsync(cancellationToken);
        return null;
    }

    private static async Task<string?> LastHeadAsync(OrchestratorDbContext db, string target, CancellationToken cancellationToken) =>
        await db.Charters.Where(charter => charter.Target == target).OrderByDescending(charter => charter.CreatedAt)
            .Select(charter => charter.HeadSha).FirstOrDefaultAsync(cancellationToken);

    private static bool Refuse(RunRequestRow? request, string reason)
    {
        if (request is not null) request.Refused = reason;
        return false;
    }
}
