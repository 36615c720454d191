using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Orchestrator.Tests.Driving;

public sealed class SqliteSeveralStepsTests() : SeveralStepsTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSeveralStepsTests() : SeveralStepsTests(DatabaseProvider.PostgreSql);

/// <summary>Steps that begin or end together are one message; lost, late or doubled, it does no more harm than one of each.</summary>
public abstract class SeveralStepsTests(DatabaseProvider provider)
{
    private static readonly TimeSpan Redrive = TimeSpan.FromSeconds(11);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task LostAsync<T>(RunHost host) => Eventually.Holds($"{typeof(T).Name} is lost", () => host.Watch.LostOf<T>() > 0, cancellationToken: Token);

    [Fact]
    public async Task ExecuteSteps_Lost_AreSentAgainOneByOne()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        host.Watch.Lose<ExecuteSteps>();
        var id = await host.StartAsync(Graphs.Usual);
        await LostAsync<ExecuteSteps>(host); // the two that begin together

        await host.PassAsync(Redrive);

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        (host.Script.CountOf("archivist"), host.Script.CountOf("historian")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task StepsReported_TwiceWithAnotherRunsStepAndALateOne_CountsEachOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        host.Watch.Lose<ExecuteSteps>(1000);
        var id = await host.StartAsync(Graphs.Usual);
        await LostAsync<ExecuteSteps>(host);
        var tasks = (await host.TasksAsync(id)).Where(task => task.Step is "archivist" or "historian").ToList();
        StepCompleted Result(string taskId, int attempt) => new()
        {
            RunId = id.Value,
            TaskId = taskId,
            Attempt = attempt,
            Writes = Script.Writes(),
            StartedAt = host.Time.GetUtcNow(),
            DurationMs = 1,
        };

        await host.DeliverAsync(Queues.Runs, new StepsReported(id.Value, [Result(tasks[0].TaskId, 7), Result("task_of_nobody", 1), .. tasks.Select(task => Result(task.TaskId, 1))], []), times: 2);

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        (await host.EventsAsync(id)).Count(entry => entry.Type == "step.completed").ShouldBe(5);
        host.Watch.Faults.ShouldBeEmpty();
    }
}
