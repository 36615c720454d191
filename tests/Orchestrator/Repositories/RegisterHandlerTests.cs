using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Repositories;

public sealed class SqliteRegisterHandlerTests() : RegisterHandlerTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRegisterHandlerTests() : RegisterHandlerTests(DatabaseProvider.PostgreSql);

/// <summary><c>registry/register</c>: what a forge lists is registered once.</summary>
public abstract class RegisterHandlerTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_Twice_AddsOnceAndKnowsARepositoryByItsNumber()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync("https://forge.example/acme/r000.git", null, "grace", Token);
        var listed = Enumerable.Range(0, 120).Select(i => Forge.Repository($"acme/r{i:000}", 1000 + i)).ToList();

        (await RegisterAsync(host, [.. listed, new TriggerRepository("http://forge.example/acme/plain", "acme/plain", null, null)])).ShouldBe(new RegisteredRepositories(119, 1));
        (await RegisterAsync(host, [.. listed.Skip(1), Forge.Repository("acme/renamed", 1000)])).ShouldBe(new RegisteredRepositories(0, 120));

        var all = await host.Repositories.ListAsync(null, Token);
        all.Count.ShouldBe(120);
        var renamed = all.Single(one => one.ForgeId == "forge.example/1000");
        (renamed.Target, renamed.AddedBy).ShouldBe(("https://forge.example/acme/renamed", "grace"));
        (all.Single(one => one.Name == "acme/r007").AddedBy, all.Single(one => one.Name == "acme/r007").DefaultBranch).ShouldBe(("ada", "main"));
    }

    private static async Task<RegisteredRepositories> RegisterAsync(RunHost host, IReadOnlyList<TriggerRepository> listed)
    {
        var handler = new RegisterHandler(host.Database, host.Services.GetRequiredService<RepositoryRegistry>());
        var writes = await handler.ExecuteAsync(new StepContext
        {
            RunId = new RunId(Guid.CreateVersion7()),
            TaskId = "task",
            Attempt = 1,
            Step = "register",
            Inputs = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
            {
                [Channels.Trigger] = CanonicalJson.ToElement(new RunTrigger { Source = "cli", Target = "https://forge.example/acme", Actor = "ada" }),
                [Channels.Repositories] = CanonicalJson.ToElement(listed),
            },
            Parameters = default,
            Blobs = host.Services.GetRequiredService<IBlobStore>(),
            Progress = _ => { },
        }, Token);
        return CanonicalJson.FromElement<RegisteredRepositories>(writes[Channels.Registered]);
    }
}
