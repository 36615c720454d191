using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Schedules;

public sealed class SqliteRepositorySchedulesTests() : RepositorySchedulesTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlRepositorySchedulesTests() : RepositorySchedulesTests(DatabaseProvider.PostgreSql);

/// <summary>Repositories that are analysed at times of their own.</summary>
public abstract class RepositorySchedulesTests(DatabaseProvider provider)
{
    private const string Shop = "https://forge.example/acme/shop";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_DueSinceTheLastLook_StartsOneRunHoweverManyTimesWereMissed()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, new RepositoryWishes { Schedule = "0 * * * *" }, null, Token);
        await host.Repositories.AddAsync("https://forge.example/acme/other", null, null, Token);

        (await LookAsync(host)).ShouldBe("0 of 1 repositories with times of their own were due: 0 runs started", "whoever sets a time waits for it");
        host.Time.Shift(TimeSpan.FromHours(5));
        (await LookAsync(host)).ShouldBe("1 of 1 repositories with times of their own were due: 1 runs started");
        (await LookAsync(host)).ShouldStartWith("0 of 1", Case.Sensitive, "that was it");

        var firing = (await host.FiringsAsync(Shop)).ShouldHaveSingleItem();
        firing.DueAt.Minute.ShouldBe(0);
        var request = await host.Database.ReadAsync((db, token) => db.RunRequests.SingleAsync(token), Token);
        firing.Detail.ShouldBe($"started {request.RunId}");
        (request.DriveAt - request.CreatedAt).ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30) + FiringDue.MostJitter);
    }

    [Fact]
    public async Task Look_TwoAtOnce_StartOneRun()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await host.Repositories.AddAsync(Shop, new RepositoryWishes { Schedule = "0 * * * *" }, null, Token);
        await LookAsync(host);
        host.Time.Shift(TimeSpan.FromHours(1));
        var schedule = host.Services.GetRequiredService<RepositorySchedules>();
        var due = new FiringDue(host.Time.GetUtcNow(), false, TimeSpan.FromMinutes(1));

        var looks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                await schedule.RunAsync(due, Token);
            }
            catch (DbUpdateException)
            {
                // the other one was first; this look failed, and the next one sees that there is nothing to do
            }
            return true;
        }, Token)));

        looks.Length.ShouldBe(4);
        (await host.FiringsAsync(Shop)).ShouldHaveSingleItem();
        (await host.Runs.ListAsync(null, 10, null, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_AtOnceAndPausedAndBusy_IsListedAndDoesOnlyWhatIsOfUse()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        var gate = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("sync", Script.After(gate.Task, Contracts.Steps.StepKinds.RepositorySync)));
        await host.Repositories.AddAsync(Shop, new RepositoryWishes { Schedule = "0 3 * * 1" }, null, Token);

        (await host.Schedules.RunAsync(Shop + ".git", Token)).Detail.ShouldNotBeNull().ShouldStartWith("started run_");
        host.Time.Shift(TimeSpan.FromSeconds(1));
        (await host.Schedules.RunAsync(Shop, Token)).Detail.ShouldNotBeNull().ShouldContain("has not ended yet");
        var listed = (await host.Schedules.ListAsync(Token)).Single(one => one.Name == Shop);
        (listed.When, listed.Last!.Cause).ShouldBe(("0 3 * * 1", "asked"));
        var next = listed.NextAt.ShouldNotBeNull();
        (next.DayOfWeek, next.Hour, next.Minute < 6).ShouldBe((DayOfWeek.Monday, 3, true));
        gate.SetResult();

        await host.Database.WriteAsync((db, token) => db.RegisteredRepositories.ExecuteUpdateAsync(row => row.SetProperty(x => x.Paused, "archived at the forge"), token), Token);
        (await Should.ThrowAsync<RequestException>(() => host.Schedules.RunAsync(Shop, Token))).Code.ShouldBe("repository_is_paused");
        (await host.Schedules.ListAsync(Token)).Single(one => one.Name == Shop).NextAt.ShouldBeNull();
        (await Should.ThrowAsync<RequestException>(() => host.Schedules.RunAsync("https://forge.example/acme/other", Token))).Code.ShouldBe("schedule_not_found");
    }

    private static async Task<string> LookAsync(RunHost host)
    {
        var firing = await host.Schedules.RunAsync("repositories", Token);
        firing.Outcome.ShouldBe("completed", firing.Detail);
        host.Time.Shift(TimeSpan.FromSeconds(1));
        return firing.Detail!;
    }
}
