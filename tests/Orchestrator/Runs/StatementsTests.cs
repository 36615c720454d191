using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Orchestrator.Tests.Runs;

public sealed class SqliteStatementsTests() : StatementsTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlStatementsTests() : StatementsTests(DatabaseProvider.PostgreSql);

[CollectionDefinition("statements", DisableParallelization = true)]
public sealed class StatementsCollection;

/// <summary>Round trips per message: hundreds of short runs per second have to fit through one database.</summary>
[Collection("statements")]
public abstract class StatementsTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consume_FanOutOfFive_TakesFewStatements()
    {
        using var count = new StatementCount();
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        for (var i = 0; i < 2; i++) await host.RunAsync(Graphs.FanOut(5)); // the model is built, the workflow is known and known to be stored

        count.Clear();
        var (_, run) = await host.RunAsync(Graphs.FanOut(5));

        run.Run.Status.ShouldBe("published");
        var reads = count.PerMessage(sql => sql.StartsWith("SELECT", StringComparison.Ordinal));
        var lockOfPlaces = provider == DatabaseProvider.PostgreSql ? 1 : 0;
        // the saga, the request, the last charter, the free places
        reads["StartRun"].Max().ShouldBeLessThanOrEqualTo(4 + lockOfPlaces);
        var reports = reads.Where(entry => entry.Key is "StepCompleted" or "StepsReported").SelectMany(entry => entry.Value).Order().ToList();
        if (provider == DatabaseProvider.PostgreSql)
        {
            // saga and tasks are read for a whole group, the state at a barrier is at hand: siblings that ended before, and at the end whoever waits
            string.Join(' ', reports).ShouldBe(string.Join(' ', reports.Select(count => Math.Min(count, 2))));
            return;
        }
        // the saga and its task; at the end whoever waits
        reports.SkipLast(2).ShouldAllBe(count => count <= 2);
        reports.Max().ShouldBeLessThanOrEqualTo(7); // five that ended together: a task each
    }
}
