using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteStateTableTests() : StateTableTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlStateTableTests() : StateTableTests(DatabaseProvider.PostgreSql);

/// <summary>F25: every event in every state is handled or ignored on purpose; nothing is unhandled, and what is ignored changes nothing.</summary>
public abstract class StateTableTests(DatabaseProvider provider)
{
    private static readonly string[] States = ["Queued", "Running", "Cancelling", "Published", "Failed", "Cancelled", "Expired"];

    private static readonly Dictionary<string, string[]> Handled = new(StringComparer.Ordinal)
    {
        ["Queued"] = [nameof(AdmitRun), nameof(CancelRun), nameof(QueueTimedOut)],
        ["Running"] = [nameof(StepCompleted), nameof(StepFailed), nameof(StepsReported), nameof(StepEnded), nameof(SteerRun), nameof(CancelRun), nameof(RunTimedOut)],
        ["Cancelling"] = [nameof(StepCompleted), nameof(StepFailed), nameof(StepsReported), nameof(StepEnded), nameof(RunTimedOut)],
        // a task that was being stopped when its run ended: only its row changes
        ["Published"] = [nameof(StepEnded)],
        ["Failed"] = [nameof(StepEnded)],
        ["Cancelled"] = [nameof(StepEnded)],
        ["Expired"] = [nameof(StepEnded)],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> AllStates => [.. States];

    /// <summary>A run in that state whose one task is under way, or is being stopped.</summary>
    private static async Task<(RunId Id, string TaskId, Guid Command)> PutAsync(RunHost host, WorkflowGraph graph, string state)
    {
        var id = new RunId(Guid.CreateVersion7());
        var created = WorkflowEngine.Create(graph, id.ToString());
        var begun = WorkflowEngine.Accept(graph, created, new RunEvent.Begin()).Control;
        var control = state switch
        {
            "Queued" => created,
            "Running" => begun,
            "Cancelling" => WorkflowEngine.Accept(graph, begun, new RunEvent.CancelRequested()).Control,
            "Published" => begun with { Phase = RunPhase.Completed },
            "Expired" => begun with { Phase = RunPhase.Expired },
            "Failed" => begun with { Phase = RunPhase.Failed },
            _ => begun with { Phase = RunPhase.Cancelled },
        };
        var now = host.Time.GetUtcNow();
        var over = RunStatus.IsTerminal(state.ToLowerInvariant());
        var taskId = begun.Tasks[0].TaskId;
        var command = Guid.NewGuid();
        await host.Database.WriteAsync((db, _) =>
        {
            db.Runs.Add(new RunSaga
            {
                CorrelationId = id.Value,
                Status = state,
                RunId = id.ToString(),
                ThreadId = RunStart.ThreadIdOf(id.Value),
                Workflow = graph.Name,
                WorkflowHash = graph.Hash,
                Control = ControlRecord.Write(control),
                Payload = RunProgress.Text(new RunPayload { Trigger = new RunTrigger { Source = "test", Target = "/x" } }),
                CreatedAt = now,
                UpdatedAt = now,
                StartedAt = state == "Queued" ? null : now,
                EndedAt = over ? now : null,
                ExpiresAt = state == "Queued" ? now - TimeSpan.FromSeconds(1) : null,
                DeadlineAt = state is "Running" or "Cancelling" ? now - TimeSpan.FromSeconds(1) : null,
            });
            db.RunCommands.Add(new RunCommandRow { CommandId = command, RunId = id.ToString(), Type = "cancel", Body = "{}", CreatedAt = now, DriveAt = now + TimeSpan.FromDays(1) });
            if (state != "Queued")
            {
                db.RunTasks.Add(new RunTaskRow
                {
                    TaskId = taskId,
                    RunId = id.ToString(),
                    Epoch = 1,
                    StepNumber = 1,
                    Step = "sync",
                    Kind = StepKinds.RepositorySync,
                    Status = state == "Running" ? RunTaskStatus.Running : RunTaskStatus.Cancelling,
                    Attempt = 1,
                    CheckpointSeq = 0,
                    CreatedAt = now,
                });
            }
            return Task.CompletedTask;
        }, Token);
        return (id, taskId, command);
    }

    private static IEnumerable<(string Name, Func<RunHost, Task> Raise)> Events(RunId id, string taskId, Guid command)
    {
        Func<RunHost, Task> Of<T>(T message) where T : class => host => host.DeliverAsync(Queues.Runs, message);
        yield return (nameof(StartRun), Of(new StartRun { RunId = id.Value, Workflow = "test", WorkflowText = Graphs.Single, Trigger = new RunTrigger { Source = "test", Target = "/x" }, RequestedAt = DateTimeOffset.UnixEpoch }));
        yield return (nameof(AdmitRun), Of(new AdmitRun(id.Value)));
        yield return (nameof(StepCompleted), Of(new StepCompleted { RunId = id.Value, TaskId = taskId, Attempt = 1, Writes = Script.Writes(("context", 1)), StartedAt = DateTimeOffset.UnixEpoch, DurationMs = 1 }));
        yield return (nameof(StepFailed), Of(new StepFailed { RunId = id.Value, TaskId = taskId, Attempt = 1, Failure = new FailureInfo { Code = "x", Message = "x", Retryable = false } }));
        yield return (nameof(StepsReported), Of(new StepsReported(id.Value,
            [new StepCompleted { RunId = id.Value, TaskId = taskId, Attempt = 1, Writes = Script.Writes(("context", 1)), StartedAt = DateTimeOffset.UnixEpoch, DurationMs = 1 }], [])));
        yield return (nameof(StepEnded), Of(new StepEnded(id.Value, taskId, 1)));
        yield return (nameof(SteerRun), Of(new SteerRun { RunId = id.Value, CommandId = command, Update = Script.Writes(("context", 2)) }));
        yield return (nameof(CancelRun), Of(new CancelRun(id.Value, command, "test", null)));
        yield return (nameof(QueueTimedOut), Of(new QueueTimedOut(id.Value)));
        yield return (nameof(RunTimedOut), Of(new RunTimedOut(id.Value)));
    }

    [Theory]
    [MemberData(nameof(AllStates))]
    public async Task Raise_EveryEvent_IsHandledOrIgnored(string state)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database, maxConcurrentRuns: 100);
        await host.RunAsync(Graphs.Single); // stores the workflow's text
        // the driver would raise events by itself
        await host.Driver.StopAsync(Token);
        host.Watch.Lose<ExecuteStep>(1000);
        var graph = host.Services.GetRequiredService<WorkflowCatalog>().Read(Graphs.Single, "test").Graph!;

        foreach (var name in Events(default, "", default).Select(entry => entry.Name))
        {
            var (id, taskId, command) = await PutAsync(host, graph, state);
            var before = await host.RowAsync(id);

            await Events(id, taskId, command).Single(entry => entry.Name == name).Raise(host);

            var after = await host.RowAsync(id);
            host.Watch.Faults.ShouldBeEmpty($"{name} in {state}");
            if (!Handled[state].Contains(name, StringComparer.Ordinal)) after!.Version.ShouldBe(before!.Version, $"{name} in {state} is ignored");
            if (RunStatus.IsTerminal(state.ToLowerInvariant())) after!.Status.ShouldBe(state);
            if (name == nameof(StepEnded) && state != "Queued" && state != "Running") (await host.TasksAsync(id))[0].Status.ShouldBe(RunTaskStatus.Cancelled);
        }
        (await database.DeadLettersAsync(Token)).ShouldAllBe(letter => letter.Type == nameof(ExecuteStep)); // those that were lost on purpose
    }
}
