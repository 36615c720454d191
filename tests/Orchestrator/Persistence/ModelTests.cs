using Charterhouse.Agents;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync;
using Charterhouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Persistence;

public sealed class SqliteModelTests() : ModelTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlModelTests() : ModelTests(DatabaseProvider.PostgreSql);

/// <summary>The EF models of all services say what the schema is.</summary>
public abstract class ModelTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_OfEveryService_IsTheSchemas()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        (await ModelAndSchema.CompareAsync(host.Services.GetRequiredService<Database<OrchestratorDbContext>>(), Token)).ShouldBeEmpty();
        (await ModelAndSchema.CompareAsync(host.Services.GetRequiredService<Database<RepoSyncDbContext>>(), Token)).ShouldBeEmpty();
        (await ModelAndSchema.CompareAsync(host.Services.GetRequiredService<Database<AgentsDbContext>>(), Token)).ShouldBeEmpty();
    }
}
