using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Puts together what people want to know of one run.</summary>
internal sealed class RunDetailsReader(Database<OrchestratorDbContext> database, WorkflowCatalog workflows, ArtifactFiles artifacts, TimeProvider time)
{
    public async Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        var id = run.ToString();
        var rows = await database.ReadAsync(async (db, token) =>
        {
            var saga = await db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.CorrelationId == run.Value, token);
            if (saga is null) return null;
            return new
            {
                Saga = saga,
                Graph = await workflows.GetAsync(db, saga.WorkflowHash, token),
                Tasks = await db.RunTasks.AsNoTracking().Where(task => task.RunId == id).OrderBy(task => task.CreatedAt).ToListAsync(token),
                State = (await CheckpointStore.LoadAsync(db, saga.ThreadId, saga.CheckpointSeq, token)).Channels,
                Ahead = saga.StartedAt is null ? await db.Runs.CountAsync(other => other.StartedAt == null && other.EndedAt == null && other.CreatedAt < saga.CreatedAt, token) : 0,
                Running = saga.StartedAt is null ? await db.Runs.CountAsync(other => other.StartedAt != null && other.EndedAt == null, token) : 0,
            };
        }, cancellationToken);
        if (rows is null) return await RequestedAsync(id, cancellationToken);
        var charter = await artifacts.ReadCharterAsync(id, cancellationToken);
        return new RunDetails
        {
            Run = Summary(rows.Saga),
            Notes = Notes(rows.State),
            Steps = Steps(rows.Graph, rows.Saga, rows.Tasks),
            Charter = charter?.Document,
            Markdown = charter?.Markdown,
            Findings = charter?.Findings ?? Findings(rows.State),
            Artifacts = await artifacts.EnsureAsync(id, cancellationToken),
            Changes = charter?.Changes,
            WaitsFor = rows.Saga.EndedAt is null ? Waits(rows.Saga, rows.Tasks, rows.Ahead, rows.Running) : [],
        };
    }

    /// <summary>A run that was asked for and that the saga has not taken yet, or has refused.</summary>
    private async Task<RunDetails?> RequestedAsync(string runId, CancellationToken cancellationToken)
    {
        var request = await database.ReadAsync((db, token) => db.RunRequests.AsNoTracking().FirstOrDefaultAsync(row => row.RunId == runId, token), cancellationToken);
        if (request is null) return null;
        var start = JsonSerializer.Deserialize<StartRun>(request.Body, CanonicalJson.Options)!;
        var graph = workflows.Read(start.WorkflowText, start.Workflow).Graph;
        return new RunDetails
        {
            Run = new RunSummary
            {
                RunId = runId,
                ThreadId = start.From is { Fork: false } from ? from.ThreadId : RunStart.ThreadIdOf(start.RunId),
                Workflow = graph?.Name ?? start.Workflow,
                Status = request.Refused is null ? RunStatus.Queued : RunStatus.Failed,
                Target = start.Trigger.Target,
                Repository = null,
                CreatedAt = request.CreatedAt,
                StartedAt = null,
                EndedAt = null,
                Error = request.Refused is { } reason ? new RunError("run_refused", reason, null, null, null) : null,
            },
            Notes = [],
            Steps = [.. (graph?.Steps ?? []).Select(step => new RunStep(step.Name, step.Kind, "pending", 0, null, null, null, null))],
            Charter = null,
            Markdown = null,
            Findings = [],
            Artifacts = [],
            Changes = null,
            WaitsFor = request.Refused is null ? ["to be accepted: at once when a host runs (charter resume " + runId + ")"] : [],
        };
    }

    public static RunSummary Summary(RunSaga saga) => new()
    {
        RunId = saga.RunId,
        ThreadId = saga.ThreadId,
        Workflow = saga.Workflow,
        Status = saga.Status.ToLowerInvariant(),
        Target = RunProgress.Payload(saga).Trigger.Target,
        Repository = saga.Repository is null ? null : JsonSerializer.Deserialize<RunRepository>(saga.Repository, CanonicalJson.Options),
        CreatedAt = saga.CreatedAt,
        StartedAt = saga.StartedAt,
        EndedAt = saga.EndedAt,
        Error = saga.Result is null ? null : JsonSerializer.Deserialize<RunResult>(saga.Result, CanonicalJson.Options)?.Error,
    };

    private static List<RunStep> Steps(WorkflowGraph graph, RunSaga saga, List<RunTaskRow> tasks)
    {
        var arrived = saga.Control is null ? [] : ControlRecord.Read(saga.Control).Arrived;
        var steps = new List<RunStep>();
        foreach (var step in graph.Steps)
        {
            // The newest task of a step is the one that counts; an older one was voided by steering.
            var task = tasks.LastOrDefault(candidate => candidate.Step == step.Name);
            var failure = task?.Failure is { } text && task.Status != RunTaskStatus.Completed ? JsonSerializer.Deserialize<FailureInfo>(text, CanonicalJson.Options) : null;
            var inherited = task is null && arrived.Contains(step.Name);
            steps.Add(new RunStep(step.Name, step.Kind,
                inherited ? RunTaskStatus.Completed : task?.Status is RunTaskStatus.Cancelling ? RunTaskStatus.Running : task?.Status ?? "pending",
                task?.Attempt ?? 0, task?.DurationMs, task?.StartedAt, null, failure));
        }
        return steps;
    }

    private List<string> Waits(RunSaga saga, List<RunTaskRow> tasks, int ahead, int running)
    {
        if (saga.StartedAt is null)
            return [$"a free place: {running} runs are running, {ahead} wait before this one"];
        var now = time.GetUtcNow();
        var waits = new List<string>();
        foreach (var task in tasks.Where(task => task.DriveAt is not null))
        {
            var what = task.Status == RunTaskStatus.Cancelling ? $"step {task.Step} to stop" : $"step {task.Step} (attempt {task.Attempt}) in {StepKinds.Find(task.Kind)?.Service}";
            var again = task.DriveAt > now ? $"sent again in {Math.Ceiling((task.DriveAt.Value - now).TotalSeconds):0} s unless it answers" : "sent again as soon as a host runs";
            waits.Add($"{what}: {again}");
        }
        return waits.Count > 0 ? waits : ["a running host: charter resume " + saga.RunId];
    }

    private static List<string> Notes(IReadOnlyDictionary<string, JsonElement> state)
    {
        var notes = new List<string>();
        foreach (var channel in new[] { Channels.Context, Channels.Facts })
        {
            if (state.TryGetValue(channel, out var value) && value.ValueKind == JsonValueKind.Object
                && value.TryGetProperty("notes", out var list) && list.ValueKind == JsonValueKind.Array)
                notes.AddRange(list.EnumerateArray().Where(note => note.ValueKind == JsonValueKind.String).Select(note => note.GetString()!));
        }
        return notes;
    }

    private static IReadOnlyList<Finding> Findings(IReadOnlyDictionary<string, JsonElement> state)
    {
        try
        {
            return state.TryGetValue(Channels.Findings, out var findings) ? CanonicalJson.FromElement<List<Finding>>(findings) : [];
        }
        catch (JsonException)
        {
            // Edited by hand into another shape: shown by `runs state`, not here.
            return [];
        }
    }
}
