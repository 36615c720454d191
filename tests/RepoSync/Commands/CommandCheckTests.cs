using System.Globalization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Targets;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.RepoSync.Tests.Commands;

public sealed class SqliteCommandCheckTests() : CommandCheckTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCommandCheckTests() : CommandCheckTests(DatabaseProvider.PostgreSql);

/// <summary>Who may give a command, as RepoSync finds out with the forge's token; asked and answered by messages only.</summary>
public abstract class CommandCheckTests(DatabaseProvider provider)
{
    private const string Path = "acme/orders";
    private static readonly string Head = new('a', 40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("admin", true)]
    [InlineData("maintain", true)]
    [InlineData("write", true)]
    [InlineData("triage", false)]
    [InlineData("read", false)]
    [InlineData(null, false)]
    public async Task Asked_ByRole_OnlyWriteIsEnough(string? role, bool allowed)
    {
        await using var house = await StartAsync();
        if (role is not null) house.Repository.Roles["alice"] = role;

        var answer = await house.AskAsync(house.Given(new ForgeCommand(CommandNames.Analyze)));

        (answer.IsAllowed, answer.Problem, answer.Permission).ShouldBe((allowed, null, role ?? "none"));
        if (!allowed)
        {
            answer.Subject.ShouldBeNull();
            house.Repository.Reactions.ShouldBeEmpty("nothing is done for who may not");
            return;
        }
        answer.Subject.ShouldBe(new CommandSubject("refs/pull/17/head", Head, "release", true));
        answer.RepositoryId.ShouldBe(RepositoryIdentity.OfUrl(RepositoryTarget.Parse("https://forge.example/acme/former").Value.ShouldBeOfType<RepositoryTarget.Https>()).Id);
        house.Repository.Reactions.ShouldBe([("501", "eyes")]);
    }

    [Fact]
    public async Task Asked_Again_IsSeenOnce()
    {
        await using var house = await StartAsync();
        house.Repository.Roles["alice"] = "write";
        var given = house.Given(new ForgeCommand(CommandNames.Analyze));

        (await house.AskAsync(given)).IsAllowed.ShouldBeTrue();
        (await house.AskAsync(given)).IsAllowed.ShouldBeTrue();

        house.Repository.Reactions.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Asked_NoSuchPullRequest_SaysSo()
    {
        await using var house = await StartAsync();
        house.Repository.Roles["alice"] = "write";

        var answer = await house.AskAsync(house.Given(new ForgeCommand(CommandNames.Analyze)) with { Number = 99 });

        (answer.Problem, answer.MayPass).ShouldBe(("GitHub has no pull request 99", false));
    }

    [Fact]
    public async Task Asked_HostWithoutCredentials_SaysSo()
    {
        await using var house = await StartAsync();

        var answer = await house.AskAsync(house.Given(new ForgeCommand(CommandNames.Analyze)), "https://elsewhere.example/acme/orders");

        (answer.Problem, answer.MayPass, answer.IsAllowed).ShouldBe(("no credentials for elsewhere.example", false, false));
        house.Forge.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Asked_OtherProvider_IsNotBelieved()
    {
        await using var house = await StartAsync();
        house.Repository.Roles["alice"] = "admin";

        var answer = await house.AskAsync(house.Given(new ForgeCommand(CommandNames.Analyze)) with { Provider = "gitlab" });

        answer.IsAllowed.ShouldBeFalse();
        answer.Problem!.ShouldContain("gitlab sent it");
    }

    [Fact]
    public async Task Asked_TokenIsRefused_IsAProblemThatStays()
    {
        await using var house = await StartAsync();
        house.Forge.On(_ => true, StubFault.Answer(401, "Bad credentials"), 20);

        var answer = await house.AskAsync(house.Given(new ForgeCommand(CommandNames.Analyze)));

        (answer.IsAllowed, answer.MayPass).ShouldBe((false, false));
        answer.Problem!.ShouldContain("refuses the credentials");
        answer.Problem!.ShouldNotContain(StubGitHub.Token);
    }

    [Fact]
    public async Task Asked_ReactionFails_IsAllowedAllTheSame()
    {
        await using var house = await StartAsync();
        house.Repository.Roles["alice"] = "write";
        house.Forge.On(call => call.Path.EndsWith("/reactions", StringComparison.Ordinal), StubFault.Answer(403, "Forbidden"), 20);

        var answer = await house.AskAsync(house.Given(new ForgeCommand(CommandNames.Analyze)));

        (answer.IsAllowed, answer.Problem).ShouldBe((true, null));
    }

    [Fact]
    public async Task Asked_BoxOfAnIssueThatSomebodyElseOpened_IsRefused()
    {
        await using var house = await StartAsync();
        house.Repository.Roles["alice"] = "write";
        var own = await house.Services.GetRequiredService<ForgeDirectory>().GitHub!.CreateIssueAsync(Path, "Charter", "text\n\n" + CommandGrammar.DashboardMarker, ForgePriority.Interactive, Token);
        var ticked = house.Given(new ForgeCommand(CommandNames.Analyze)) with { IsPullRequest = false, CommentId = null };

        var foreign = await house.AskAsync(ticked with { Number = 4711 });
        var ours = await house.AskAsync(ticked with { Number = long.Parse(own.Id, CultureInfo.InvariantCulture) });

        foreign.Problem!.ShouldContain("not the dashboard that the house opened");
        (ours.Problem, ours.IsAllowed, ours.Subject).ShouldBe((null, true, null));
    }

    private async Task<House> StartAsync()
    {
        var forge = await StubGitHub.StartAsync(Token);
        var repository = forge.Add(Path);
        repository.Pulls[17] = new StubPull { HeadSha = Head, BaseRef = "release", Fork = true };
        var comment = new System.Text.Json.Nodes.JsonObject { ["id"] = 501, ["body"] = "/charter analyze", ["user"] = new System.Text.Json.Nodes.JsonObject { ["login"] = "alice", ["id"] = 5 } };
        repository.CommentsOf(17).Add(comment);
        var (database, cache, orchestrator) = (await TestDatabase.CreateAsync(provider, Token), new TemporaryFolder(), new Asker());
        var options = new RepoSyncOptions { CacheRoot = cache.FullPath, GitHub = new ForgeSettings { Web = new Uri(forge.Url), Api = new Uri(forge.ApiUrl), Token = new SecretText(StubGitHub.Token, null) } };
        return new House(forge, repository, database, cache, orchestrator, await ServiceHost.StartAsync(database, [new RepoSyncModule(options), orchestrator], cancellationToken: Token));
    }

    private sealed class House(StubGitHub forge, StubRepository repository, TestDatabase database, TemporaryFolder cache, Asker orchestrator, ServiceHost host) : IAsyncDisposable
    {
        public StubGitHub Forge => forge;

        public StubRepository Repository => repository;

        public IServiceProvider Services => host.Services;

        /// <summary>By alice, in comment 501 of pull request 17.</summary>
        public CommandReceived Given(ForgeCommand command) => new()
        {
            EventId = "evt_1",
            Provider = "github",
            Repository = new TriggerRepository($"{forge.Url}/{Path}", Path, null, "main"),
            Number = 17,
            IsPullRequest = true,
            CommentId = "501",
            Login = "alice",
            UserId = 5,
            Command = command,
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };

        public async Task<CommandChecked> AskAsync(CommandReceived given, string? target = null)
        {
            var before = orchestrator.Answers.Received.Count;
            await StepReplies.SendAsync<RepoSyncDbContext, CheckCommand>(host, Queues.RepoSyncCommands, new CheckCommand(given, target ?? $"{forge.Url}/{Path}", "https://forge.example/acme/former", MayShow: true), Token);
            await Eventually.Holds("it is answered", () => orchestrator.Answers.Received.Count > before, cancellationToken: Token);
            return orchestrator.Answers.Received.Last().Message;
        }

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            await forge.DisposeAsync();
            database.Dispose();
            cache.Dispose();
        }
    }

    /// <summary>The Orchestrator's side.</summary>
    private sealed class Asker : ServiceModule
    {
        public Mailbox<CommandChecked> Answers { get; } = new();

        public override string Name => "asker";

        public override void AddServices(IServiceCollection services) { }

        public override void ConfigureEndpoints(EndpointRegistry endpoints) => endpoints.Receive(Queues.CommandAnswers, 4, endpoint => endpoint.Instance(Answers));
    }
}
