using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Charterhouse.RepoSync.Tests;

public sealed class RepoSyncModuleTests
{
    [Fact]
    public void AddRepoSync_WithADatabase_ResolvesHandlerAndConsumers()
    {
        var services = new ServiceCollection().AddRepoSync(new RepoSyncOptions { CacheRoot = Path.GetTempPath() });
        services.AddSingleton<Database<RepoSyncDbContext>>();
        using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        using var scope = provider.CreateScope();
        scope.ServiceProvider.GetServices<IStepHandler>().ShouldHaveSingleItem().Kind.ShouldBe(StepKinds.RepositorySync);
        foreach (var consumer in RepoSyncModule.EventConsumers) scope.ServiceProvider.GetRequiredService(consumer).ShouldNotBeNull();
    }

    [Fact]
    public void AddRepoSync_WrongOptions_NamesThemAll()
    {
        var problem = Should.Throw<OptionsValidationException>(() => new ServiceCollection().AddRepoSync(new RepoSyncOptions
        {
            CacheRoot = "relative", FetchTimeout = TimeSpan.Zero, DirtyCheckTimeout = TimeSpan.Zero, PinAge = TimeSpan.Zero,
        }));
        problem.Failures.Count().ShouldBe(4);
    }
}
