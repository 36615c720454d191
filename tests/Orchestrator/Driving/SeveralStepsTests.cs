using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Tests.Driving;

public sealed class SqliteSeveralStepsTests() : SeveralStepsTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSeveralStepsTests() : SeveralStepsTests(DatabaseProvider.PostgreSql);

/// <summary>Steps that begin or end together are one message; lost, late or doubled, it does no more harm than one of each.</summary>
public abstract class SeveralStepsTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExecuteSteps_Lost_AreSentAgainOneByOne()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        host.Watch.Lose<ExecuteSteps>();
        var id = await host.StartAsync(Graphs.Usual);
        await host.UntilLostAsync<ExecuteSteps>(); // the two that begin together

        await host.PassAsync(RunHost.Redrive);

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
        await host.UntilLostAsync<ExecuteSteps>();
        var tasks = (await host.TasksAsync(id)).Where(task => task.Step is "archivist" or "historian").ToList();

        await host.DeliverAsync(Queues.Runs, new StepsReported(id.Value, [host.Completed(id, tasks[0].TaskId, 7), host.Completed(id, "task_of_nobody", 1), .. tasks.Select(task => host.Completed(id, task.TaskId, 1))], []), times: 2);

        (await host.EndAsync(id)).Run.Status.ShouldBe(RunStatus.Published);
        (await host.EventsAsync(id)).Count(entry => entry.Type == "step.completed").ShouldBe(5);
        host.Watch.Faults.ShouldBeEmpty();
    }
}
