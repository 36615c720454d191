using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Turns the engine's decisions into rows, delays and messages of the saga's transaction.</summary>
internal sealed partial class DecisionExecutor(RunCheckpoints checkpoints, RunEnding ending, RunHistory history, TimeProvider time, ILogger<DecisionExecutor> logger)
{
    /// <summary>How long an unaccepted <c>ExecuteStep</c> or an unanswered <c>CancelStep</c> may take before it is sent again.</summary>
    public static readonly TimeSpan DriveAfter = TimeSpan.FromSeconds(10);

    /// <summary>Feeds the event to the engine, carries out what follows and returns the control record that results.</summary>
    /// <param name="state">The state at the run's checkpoint when the caller has it; read when it is needed otherwise.</param>
    public async Task<RunControl> ExecuteAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunEvent occurred, StoredState? state, CancellationToken cancellationToken)
    {
        var events = new Queue<RunEvent>([occurred]);
        var due = new List<(string Queue, ExecuteStep Step)>();
        while (events.TryDequeue(out var next))
        {
            var transition = WorkflowEngine.Accept(graph, control, next);
            control = transition.Control;
            if (next is RunEvent.Steered) await RunCheckpoints.FollowSteeringAsync(db, run, graph, control, cancellationToken);
            foreach (var decision in transition.Decisions)
            {
                switch (decision)
                {
                    case RunDecision.StartTask task:
                        state ??= await checkpoints.LoadAsync(db, run, cancellationToken);
                        await StartTaskAsync(db, run, graph, control, task, state.Channels, due, cancellationToken);
                        break;
                    case RunDecision.CancelTask task:
                        await CancelTaskAsync(db, run, task, cancellationToken);
                        break;
                    case RunDecision.ApplyBarrier barrier:
                        state ??= await checkpoints.LoadAsync(db, run, cancellationToken);
                        (state, var outcome) = await ApplyAsync(db, run, graph, control, barrier, state, cancellationToken);
                        events.Enqueue(outcome);
                        break;
                    case RunDecision.EndRun end:
                        state ??= await checkpoints.LoadAsync(db, run, cancellationToken);
                        await ending.EndAsync(db, run, graph, control, end, state, cancellationToken);
                        checkpoints.Forget(db, run);
                        break;
                    case RunDecision.Ignore ignored:
                        Ignored(logger, run.RunId, next.GetType().Name, ignored.Reason);
                        break;
                    default:
                        throw new InvalidOperationException($"unknown decision {decision.GetType().Name}");
                }
            }
        }
        Send(db, run, due);
        return control;
    }

    /// <summary>What begins together at the same service is one message.</summary>
    private static void Send(OrchestratorDbContext db, RunSaga run, List<(string Queue, ExecuteStep Step)> due)
    {
        foreach (var service in due.GroupBy(step => step.Queue, step => step.Step, StringComparer.Ordinal))
        {
            foreach (var steps in service.Chunk(ExecuteSteps.Most))
            {
                if (steps is [var only]) db.Send(service.Key, only);
                else db.Send(service.Key, new ExecuteSteps(run.CorrelationId, steps));
            }
        }
    }

    /// <summary>The message of a task, as its row and the state say; the same at every sending.</summary>
    public static ExecuteStep Command(RunTaskRow task, WorkflowGraph graph, Guid runId, IReadOnlyDictionary<string, JsonElement> state)
    {
        var step = graph.Steps.First(candidate => candidate.Name == task.Step);
        var reads = StepKinds.Find(task.Kind)?.Reads ?? [];
        return new ExecuteStep
        {
            RunId = runId,
            TaskId = task.TaskId,
            Attempt = task.Attempt,
            Epoch = task.Epoch,
            Step = task.Step,
            Kind = task.Kind,
            Inputs = state.Where(channel => reads.Contains("*", StringComparer.Ordinal) || reads.Contains(channel.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal),
            Parameters = step.Parameters,
            TimeoutMs = (long)step.Timeout.TotalMilliseconds,
            IdleTimeoutMs = (long)(step.IdleTimeout?.TotalMilliseconds ?? 0),
        };
    }

    private async Task StartTaskAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunDecision.StartTask decision, IReadOnlyDictionary<string, JsonElement> state, List<(string Queue, ExecuteStep Step)> due, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var step = graph.Steps.First(candidate => candidate.Name == decision.Step);
        RunTaskRow task;
        if (decision.Attempt == 1)
        {
            task = new RunTaskRow
            {
                TaskId = decision.TaskId,
                RunId = run.RunId,
                Epoch = control.Epoch,
                StepNumber = control.StepNumber < 0 ? 1 : control.StepNumber + 1,
                Step = decision.Step,
                Kind = step.Kind,
                Status = RunTaskStatus.Running,
                Attempt = 1,
                CheckpointSeq = run.CheckpointSeq,
                CreatedAt = now,
            };
            db.RunTasks.Add(task);
            history.Record(db, run, "step.started", new { step = decision.Step, attempt = 1 });
        }
        else
        {
            task = (await db.GetTasksAsync([decision.TaskId], cancellationToken))[0];
            task.Attempt = decision.Attempt;
            task.Status = RunTaskStatus.Running;
            task.EndedAt = null;
            db.AfterCommit(() => Metrics.StepRetries.Add(1, Metrics.Label("kind", step.Kind)));
            history.Record(db, run, "step.retrying", new { step = decision.Step, attempt = decision.Attempt, delay_ms = (long)decision.Delay.TotalMilliseconds });
        }
        task.NotBefore = decision.Delay > TimeSpan.Zero ? now + decision.Delay : null;
        task.DriveAt = now + decision.Delay + DriveAfter;
        var owner = StepKinds.Find(step.Kind) ?? throw new InvalidDataException($"the kind {step.Kind} is not known to this version");
        var (queue, command) = (StepKinds.QueueOf(owner.Service), Command(task, graph, run.CorrelationId, state));
        if (decision.Delay > TimeSpan.Zero) db.Send(queue, command, decision.Delay);
        else due.Add((queue, command));
    }

    private async Task CancelTaskAsync(OrchestratorDbContext db, RunSaga run, RunDecision.CancelTask decision, CancellationToken cancellationToken)
    {
        var task = (await db.GetTasksAsync([decision.TaskId], cancellationToken))[0];
        task.Status = RunTaskStatus.Cancelling;
        task.DriveAt = time.GetUtcNow() + DriveAfter;
        db.Send(StepKinds.QueueOf(StepKinds.Find(task.Kind)!.Service), new CancelStep(run.CorrelationId, task.TaskId, decision.Attempt));
    }

    private async Task<(StoredState, RunEvent)> ApplyAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, RunControl control, RunDecision.ApplyBarrier barrier, StoredState state, CancellationToken cancellationToken)
    {
        var tasks = await db.GetTasksAsync(barrier.TaskIds, cancellationToken);
        switch (WorkflowEngine.Apply(graph, state.Channels, await db.WritesAsync(graph, control, tasks, cancellationToken)))
        {
            case ApplyResult.Applied applied:
                foreach (var task in tasks) task.Writes = null;
                var after = control with { StepNumber = barrier.StepNumber, Arrived = [.. control.Arrived.Concat(tasks.Select(task => task.Step)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
                var saved = checkpoints.Save(db, run, graph, after, "loop", null, applied.Changes, state, applied.State);
                Describe(run, applied);
                return (saved, new RunEvent.BarrierApplied());
            case ApplyResult.Rejected rejected:
                return (state, new RunEvent.BarrierRejected(rejected.Code, rejected.Message, rejected.Step));
            default:
                throw new InvalidOperationException("unknown outcome of a barrier");
        }
    }

    private static void Describe(RunSaga run, ApplyResult.Applied applied)
    {
        if (applied.Changes.All(change => change.Channel is not (Channels.Context or Channels.Facts))) return;
        try
        {
            var context = CanonicalJson.FromElement<RepoContext>(applied.State[Channels.Context]);
            run.Repository = RunProgress.Text(new RunSubject(context.Repository.Name, context.Repository.Url, context.Repository.DefaultBranch, context.HeadSha, RunNotes.Of(applied.State)));
            run.HeadSha = context.HeadSha;
            run.Project = context.Repository.Name;
        }
        catch (JsonException)
        {
            // A person's edit need not have the shape of a RepoContext; the steps that read it will say so.
        }
    }

    [LoggerMessage(2101, LogLevel.Debug, "{RunId}: {Event} ignored, {Reason}")]
    private static partial void Ignored(ILogger logger, string runId, string @event, string reason);
}
