using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Puts together what people want to know of one run.</summary>
internal sealed class RunDetailsReader(Database<OrchestratorDbContext> database, WorkflowCatalog workflows, ArtifactFiles artifacts, TimeProvider time)
{
    public async Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        var id = run.ToString();
        var (rows, request) = await database.SnapshotAsync<(RunRows?, RunRequestRow?)>(async (db, token) =>
            await db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.CorrelationId == run.Value, token) is { } saga
                ? (await RowsAsync(db, saga, token), null)
                : (null, await db.RunRequests.AsNoTracking().FirstOrDefaultAsync(row => row.RunId == id, token)), cancellationToken);
        if (rows is null) return request is null ? null : RequestedDetails(request);
        var charter = await artifacts.ReadCharterAsync(id, cancellationToken);
        return new RunDetails
        {
            Run = Summary(rows.Saga) with { Queue = rows.Place, Artifacts = await artifacts.EnsureAsync(id, cancellationToken) },
            Steps = Steps(rows.Graph, rows.Saga, rows.Tasks),
            Charter = charter?.Document,
            Markdown = charter?.Markdown,
            Findings = charter?.Findings ?? Findings(rows.State),
            Changes = charter?.Changes,
            Effects = Effects(rows.State),
            WaitsFor = rows.Saga.EndedAt is null ? RunWaits.Describe(rows.Saga, rows.Graph, rows.Tasks, rows.Place, time.GetUtcNow()) : [],
        };
    }

    private async Task<RunRows> RowsAsync(OrchestratorDbContext db, RunSaga saga, CancellationToken cancellationToken) => new(
        saga,
        await workflows.GetAsync(db, saga.WorkflowHash, cancellationToken),
        await db.RunTasks.AsNoTracking().Where(task => task.RunId == saga.RunId).OrderBy(task => task.CreatedAt).ToListAsync(cancellationToken),
        (await CheckpointStore.LoadAsync(db, saga.ThreadId, saga.CheckpointSeq, cancellationToken)).Channels,
        saga is { StartedAt: null, EndedAt: null } ? (await RunQueue.PlacesAsync(db, cancellationToken)).GetValueOrDefault(saga.RunId) : null);

    private sealed record RunRows(
        RunSaga Saga, WorkflowGraph Graph, List<RunTaskRow> Tasks, IReadOnlyDictionary<string, JsonElement> State, QueuePlace? Place);

    /// <summary>A run that was asked for and that the saga has not taken yet, or has refused.</summary>
    private RunDetails RequestedDetails(RunRequestRow request)
    {
        var start = JsonSerializer.Deserialize<StartRun>(request.Body, CanonicalJson.Options)!;
        var graph = workflows.Read(start.WorkflowText, start.Workflow).Graph;
        return new RunDetails
        {
            Run = Requested(request, start, graph),
            Steps = [.. (graph?.Steps ?? []).Select(step => new RunStep(step.Name, step.Kind, "pending", 0, null, null, null, null))],
            Charter = null,
            Markdown = null,
            Findings = [],
            Changes = null,
            WaitsFor = request.Refused is null ? ["to be accepted: at once when a host runs (charter resume " + request.RunId + ")"] : [],
        };
    }

    /// <summary>A request as the list shows it.</summary>
    public RunSummary Requested(RunRequestRow request)
    {
        var start = JsonSerializer.Deserialize<StartRun>(request.Body, CanonicalJson.Options)!;
        return Requested(request, start, workflows.Read(start.WorkflowText, start.Workflow).Graph);
    }

    private static RunSummary Requested(RunRequestRow request, StartRun start, WorkflowGraph? graph) => new()
    {
        RunId = request.RunId,
        ThreadId = start.From is { Fork: false } from ? from.ThreadId : RunStart.ThreadIdOf(start.RunId),
        Workflow = graph?.Name ?? start.Workflow,
        Status = request.Refused is null ? RunStatus.Queued : RunStatus.Failed,
        Target = start.Trigger.Target,
        Repository = null,
        CreatedAt = request.CreatedAt,
        StartedAt = null,
        EndedAt = null,
        Error = request.Refused is { } reason ? new RunError("run_refused", reason, null, null, null) : null,
    };

    public static RunSummary Summary(RunSaga saga)
    {
        var subject = saga.Repository is null ? null : JsonSerializer.Deserialize<RunSubject>(saga.Repository, CanonicalJson.Options);
        return new RunSummary
        {
            RunId = saga.RunId,
            ThreadId = saga.ThreadId,
            Workflow = saga.Workflow,
            Status = saga.Status.ToLowerInvariant(),
            Target = RunProgress.Payload(saga).Trigger.Target,
            Repository = subject is null ? null : new RunRepository(subject.Name, subject.Url, subject.DefaultBranch, subject.HeadSha),
            CreatedAt = saga.CreatedAt,
            StartedAt = saga.StartedAt,
            EndedAt = saga.EndedAt,
            Error = saga.Result is null ? null : JsonSerializer.Deserialize<RunResult>(saga.Result, CanonicalJson.Options)?.Error,
            Notes = subject?.Notes ?? [],
        };
    }

    private static List<RunStep> Steps(WorkflowGraph graph, RunSaga saga, List<RunTaskRow> tasks)
    {
        var control = saga.Control is null ? null : ControlRecord.Read(saga.Control);
        var steps = new List<RunStep>();
        foreach (var step in graph.Steps)
        {
            // The newest task of a step is the one that counts; an older one was voided by steering.
            var task = tasks.LastOrDefault(candidate => candidate.Step == step.Name);
            var failure = task?.Failure is { } text && task.Status != RunTaskStatus.Completed ? JsonSerializer.Deserialize<FailureInfo>(text, CanonicalJson.Options) : null;
            steps.Add(new RunStep(step.Name, step.Kind, StatusOf(step.Name, task, control),
                task?.Attempt ?? 0, task?.DurationMs, task?.StartedAt, null, failure));
        }
        return steps;
    }

    /// <summary>What the run makes of a step counts, then what became of its task: steering finishes a step by hand, or makes a finished one void.</summary>
    private static string StatusOf(string step, RunTaskRow? task, RunControl? control)
    {
        if (control is not null && control.Arrived.Contains(step, StringComparer.Ordinal)) return RunTaskStatus.Completed;
        return task?.Status switch
        {
            RunTaskStatus.Cancelling => RunTaskStatus.Running,
            RunTaskStatus.Completed when control is not null && control.Tasks.All(other => other.TaskId != task.TaskId) => "pending",
            null => "pending",
            var status => status,
        };
    }

    private static List<RunEffect>? Effects(IReadOnlyDictionary<string, JsonElement> state) =>
        state.TryGetValue(Channels.Effects, out var all) && all.ValueKind == JsonValueKind.Object
            ? [.. all.EnumerateObject().Select(one => (one.Name, Result: TolerantJson.Read<EffectResult>(one.Value))).Where(one => one.Result is not null)
                .Select(one => new RunEffect(one.Name, one.Result!.State, one.Result.Summary, one.Result.Url, one.Result.EffectId))] : null;

    // Edited by hand into another shape: shown by `runs state`, not here.
    private static IReadOnlyList<Finding> Findings(IReadOnlyDictionary<string, JsonElement> state) => state.TryGetValue(Channels.Findings, out var findings)
        ? [.. CharterDocument.ReadFindings(findings).Where(finding => finding.State != FindingStates.Hidden)] : [];
}
