using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Tests;

/// <summary>Failpoints are the process's: tests that arm them run alone.</summary>
[CollectionDefinition(nameof(FailpointTests), DisableParallelization = true)]
public sealed class FailpointsAlone;

[Collection(nameof(FailpointTests))]
public sealed class SqliteFailpointTests() : FailpointTests(DatabaseProvider.Sqlite);

[Collection(nameof(FailpointTests))]
public sealed class PostgreSqlFailpointTests() : FailpointTests(DatabaseProvider.PostgreSql);

/// <summary>A process that dies between two steps of a hand-over loses nothing.</summary>
public abstract class FailpointTests(DatabaseProvider provider) : IDisposable
{
    private const string Queue = "test.mailbox";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Failpoints.Arm(null);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task OutboxAfterCommit_NextHost_Delivers()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        void Listen(TestModule module) => module.Endpoints = endpoints => endpoints.Receive(Queue, 16, endpoint => endpoint.Instance(mailbox));
        await using (var dying = await PlatformHost.StartAsync(database, Listen, Token))
        {
            Failpoints.Arm($"{Failpoints.OutboxAfterCommit}:throw@2");
            await SendAsync(dying, "first");
            await Should.ThrowAsync<FailpointException>(SendAsync(dying, "second"));
            await Eventually.Holds("the first arrives", () => mailbox.Received.Count == 1, cancellationToken: Token);
        }

        await using var next = await PlatformHost.StartAsync(database, Listen, Token);
        await Eventually.Holds("the second arrives", () => mailbox.Received.Any(entry => entry.Message.Mark == "second"), cancellationToken: Token);

        static Task SendAsync(PlatformHost host, string mark) => host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, new MarkAdded(Guid.Empty, mark));
            return Task.CompletedTask;
        }, Token);
    }

    [Fact]
    public async Task OutboxAfterSend_RowIsLeft_SentAgainUnderTheSameId()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await PlatformHost.StartAsync(database,
            module => module.Endpoints = endpoints => endpoints.Receive(Queue, 16, endpoint => endpoint.Instance(mailbox)), Token);
        Failpoints.Arm($"{Failpoints.OutboxAfterSend}:throw");

        await host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, new MarkAdded(Guid.Empty, "twice"));
            return Task.CompletedTask;
        }, Token);

        await Eventually.Holds("it arrives twice", () => mailbox.Received.Count == 2, cancellationToken: Token);
        mailbox.Received.Select(entry => entry.Id).Distinct().ShouldHaveSingleItem();
        await Eventually.Holds("its row is gone", () => host.Database.ReadAsync(async (db, token) => !await db.Set<OutboxMessage>().AnyAsync(token), Token), cancellationToken: Token);
    }

    [Theory]
    [InlineData(Failpoints.WorkerAfterStore)]
    [InlineData(Failpoints.WorkerBeforeResult)]
    [InlineData(Failpoints.WorkerAfterResult)]
    public async Task Worker_DiesAnywhere_StepIsAnswered(string failpoint)
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var bench = new StepBench();
        await using var host = await bench.StartAsync(database, (_, _) => Task.FromResult(StepBench.Out("done")),
            options => options.Lease = TimeSpan.FromMilliseconds(300), Token);
        Failpoints.Arm($"{failpoint}:throw");

        await StepBench.SendAsync(host, StepBench.Step("t"), Token);

        await Eventually.Holds("the result", () => bench.Completed.Received.Count > 0, cancellationToken: Token);
    }

    [Fact]
    public async Task SagaAfterCommit_MessageComesAgain_CountsOnce()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, module =>
        {
            module.Consumers = bus => bus.AddSagaStateMachine<TallyMachine, TallySaga>().CharterRepository<TallySaga, TestDbContext>();
            module.Endpoints = endpoints => endpoints.Receive(TallyMachine.Queue, 16, endpoint => endpoint.ConfigureSaga<TallySaga>(endpoints.Context));
        }, Token);
        var id = Guid.NewGuid();
        Failpoints.Arm($"{Failpoints.SagaAfterCommit}:throw");

        foreach (var message in (object[])[new OpenTally(id, "a"), new OpenTally(id, "a")])
        {
            var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(host.Services.GetRequiredService<BusSettings>().AddressOf(TallyMachine.Queue));
            await endpoint.Send(message, message.GetType(), Token);
        }

        await Eventually.Holds("the saga is there", () => host.Database.ReadAsync((db, token) => db.Set<TallySaga>().AnyAsync(saga => saga.CorrelationId == id, token), Token), cancellationToken: Token);
    }
}
