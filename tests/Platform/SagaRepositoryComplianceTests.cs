using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteSagaRepositoryTests() : SagaRepositoryComplianceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSagaRepositoryTests() : SagaRepositoryComplianceTests(DatabaseProvider.PostgreSql);

public sealed class PostgreSqlSagaGroupTests() : SagaRepositoryComplianceTests(DatabaseProvider.PostgreSql, grouped: typeof(AddMark));

/// <summary>What every database must hold to: a message is done whole or not at all, and messages to one saga do not lose each other's work.</summary>
public abstract class SagaRepositoryComplianceTests(DatabaseProvider provider, params Type[] grouped)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<PlatformHost> StartAsync(TestDatabase database, Mailbox<MarkAdded> mailbox) =>
        PlatformHost.StartAsync(database, module =>
        {
            module.Consumers = bus => bus.AddSagaStateMachine<TallyMachine, TallySaga>().CharterRepository<TallySaga, TestDbContext>(new SagaGroup<TestDbContext>(grouped));
            module.Endpoints = endpoints =>
            {
                endpoints.Receive(TallyMachine.Queue, 16, endpoint => endpoint.ConfigureSaga<TallySaga>(endpoints.Context));
                endpoints.Receive(TallyMachine.Replies, 16, endpoint => endpoint.Instance(mailbox));
            };
        }, Token);

    private static async Task SendAsync(PlatformHost host, params object[] messages)
    {
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(host.Services.GetRequiredService<BusSettings>().AddressOf(TallyMachine.Queue));
        await Task.WhenAll(messages.Select(message => endpoint.Send(message, message.GetType(), Token)));
    }

    private static Task<TallySaga?> LoadAsync(PlatformHost host, Guid id) =>
        host.Database.ReadAsync((db, token) => db.Set<TallySaga>().SingleOrDefaultAsync(saga => saga.CorrelationId == id, token), Token);

    private static Task<int> MarksAsync(PlatformHost host, Guid id) =>
        host.Database.ReadAsync((db, token) => db.Set<TallyMark>().CountAsync(mark => mark.TallyId == id, token), Token);

    [Fact]
    public async Task Consume_FiftyAtOnceForOneSaga_CountsEach()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var replies = new Mailbox<MarkAdded>();
        await using var host = await StartAsync(database, replies);
        var id = Guid.NewGuid();
        await SendAsync(host, new OpenTally(id, "fifty"));
        await Eventually.Gets("the saga is there", () => LoadAsync(host, id), cancellationToken: Token);

        await SendAsync(host, [.. Enumerable.Range(0, 50).Select(i => new AddMark(id, $"{i}"))]);

        await Eventually.Holds("fifty marks", async () => await MarksAsync(host, id) == 50, cancellationToken: Token);
        await Eventually.Holds("fifty replies", () => replies.Received.Select(entry => entry.Message.Mark).Distinct(StringComparer.Ordinal).Count() == 50, cancellationToken: Token);
        (await LoadAsync(host, id))!.Version.ShouldBeInRange(grouped.Length == 0 ? 50 : 1, grouped.Length == 0 ? 50 : 49); // those that share a transaction count once
    }

    [Fact]
    public async Task Consume_ManySagasAtOnceOneOfThemFails_DoesTheOthers()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var replies = new Mailbox<MarkAdded>();
        await using var host = await StartAsync(database, replies);
        var ids = Enumerable.Range(0, 12).Select(_ => Guid.NewGuid()).ToList();
        await SendAsync(host, [.. ids.Select(id => new OpenTally(id, "first"))]);
        foreach (var id in ids) await Eventually.Gets("the saga is there", () => LoadAsync(host, id), cancellationToken: Token);

        await SendAsync(host, [.. ids.SelectMany((id, i) => Enumerable.Range(0, 6).Select(n => new AddMark(id, $"{n}", Fail: i == 5 && n == 3)))]);

        foreach (var (id, i) in ids.Select((id, i) => (id, i)))
            await Eventually.Holds($"the marks of tally {i}", async () => await MarksAsync(host, id) == (i == 5 ? 5 : 6), cancellationToken: Token);
        await Eventually.Holds("an answer to each", () => replies.Received.Select(entry => (entry.Message.TallyId, entry.Message.Mark)).Distinct().Count() == 71, cancellationToken: Token);
    }

    [Fact]
    public async Task Consume_ManyOpenOneSagaAtOnce_OneWins()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await StartAsync(database, new Mailbox<MarkAdded>());
        var id = Guid.NewGuid();

        await SendAsync(host, [.. Enumerable.Range(0, 12).Select(i => new OpenTally(id, $"{i}"))]);
        await Eventually.Gets("the saga is there", () => LoadAsync(host, id), cancellationToken: Token);
        await SendAsync(host, new AddMark(id, "after"));

        await Eventually.Holds("the mark is counted", async () => await MarksAsync(host, id) == 1, cancellationToken: Token);
        (await LoadAsync(host, id))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Consume_ActivityThrows_KeepsNeitherRowNorMessage()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var replies = new Mailbox<MarkAdded>();
        await using var host = await StartAsync(database, replies);
        var id = Guid.NewGuid();
        await SendAsync(host, new OpenTally(id, "first"));
        await Eventually.Gets("the saga is there", () => LoadAsync(host, id), cancellationToken: Token);

        await SendAsync(host, new AddMark(id, "bad", Fail: true));
        await SendAsync(host, new AddMark(id, "good"));

        await Eventually.Holds("the good one is answered", () => replies.Received.Count == 1, cancellationToken: Token);
        replies.Received.Single().Message.Mark.ShouldBe("good");
        (await MarksAsync(host, id)).ShouldBe(1);
        (await LoadAsync(host, id))!.Version.ShouldBe(1);
    }
}
