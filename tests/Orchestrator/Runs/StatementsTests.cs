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
        await host.RunAsync(Graphs.FanOut(5)); // the model is built, the workflow is known

        count.Clear();
        var (_, run) = await host.RunAsync(Graphs.FanOut(5));

        run.Run.Status.ShouldBe("published");
        var messages = count.PerMessage();
        foreach (var (message, counts) in messages) TestContext.Current.TestOutputHelper!.WriteLine($"{message}: {string.Join(' ', counts)}");
        foreach (var (message, sql) in count.Statements) TestContext.Current.TestOutputHelper!.WriteLine($"{message}: {sql.ReplaceLineEndings(" ")[..Math.Min(sql.Length, 150)]}");
    }
}
