using Charterhouse.Testing.Forges;

namespace Charterhouse.Journeys.Tests;

/// <summary>Everything in one process.</summary>
public sealed class When_an_organisation_is_registered_in_one_process : When_an_organisation_is_registered
{
    private protected override Task<EventHouse> StartAsync(StubGitHub forge) => EventHouse.StartAsync(forge);

    private protected override async Task EndAsync(EventHouse house) => await house.DisposeAsync();
}

/// <summary>Each service in a process of its own; only RepoSync knows the forge.</summary>
[Collection(nameof(DistributedHouse))]
public sealed class When_an_organisation_is_registered_by_separate_services(DistributedHouse distributed) : When_an_organisation_is_registered
{
    private protected override async Task<EventHouse> StartAsync(StubGitHub forge)
    {
        var house = EventHouse.Of(await distributed.StartedAsync());
        await house.RestartRepoSyncAsync(forge);
        return house;
    }

    // other journeys share the services
    private protected override Task EndAsync(EventHouse house) => house.RestartRepoSyncAsync(null);
}

/// <summary>One command registers all repositories that an App was given of an organisation.</summary>
public abstract class When_an_organisation_is_registered
{
    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract Task<EventHouse> StartAsync(StubGitHub forge);

    private protected abstract Task EndAsync(EventHouse house);

    [Fact]
    public async Task Its_repositories_are_registered_and_doing_it_again_adds_only_what_is_new()
    {
        await using var forge = await StubGitHub.StartAsync(Cancelled);
        var house = await StartAsync(forge);
        try
        {
            using var repository = SampleRepository.Create();
            var web = new Uri(house.Publish(repository, "imported/one")).GetLeftPart(UriPartial.Authority);
            forge.Web = web;
            foreach (var path in new[] { "imported/one", "imported/two", "elsewhere/three" }) forge.Add(path);
            forge.Add("imported/old").Archived = true;

            await ImportAsync("imported");
            (await ListedAsync()).ShouldBe([$"{web}/imported/one", $"{web}/imported/two"]);

            forge.Add("imported/new");
            await ImportAsync("imported");
            (await ListedAsync()).ShouldBe([$"{web}/imported/new", $"{web}/imported/one", $"{web}/imported/two"]);

            var nobody = await house.CharterAsync("repos", "import", web + "/nobody");
            nobody.ExitCode.ShouldBe(1);
            (nobody.Output + nobody.Error).ShouldContain("not installed at nobody");
            forge.Ledger.ShouldAllBe(call => call.Path.EndsWith("/access_tokens", StringComparison.Ordinal), "nothing is written to the forge");

            async Task ImportAsync(string organisation)
            {
                var done = await house.CharterAsync("repos", "import", $"{web}/{organisation}");
                done.ExitCode.ShouldBe(0, done.Output + done.Error);
            }

            async Task<IReadOnlyList<string>> ListedAsync() => [.. (await house.CharterAsync("repos", "list")).Output
                .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith(web, StringComparison.Ordinal) && (word.Contains("/imported/", StringComparison.Ordinal) || word.Contains("/elsewhere/", StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        }
        finally
        {
            await EndAsync(house);
        }
    }
}
