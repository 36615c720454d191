using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteOutboxTests() : OutboxComplianceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlOutboxTests() : OutboxComplianceTests(DatabaseProvider.PostgreSql);

/// <summary>What every database must hold to: a message leaves with its commit, not without, and at least once.</summary>
public abstract class OutboxComplianceTests(DatabaseProvider provider)
{
    private const string Queue = "test.mailbox";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void Listen(TestModule module, Mailbox<MarkAdded> mailbox) =>
        module.Endpoints = endpoints => endpoints.Receive(Queue, 16, endpoint => endpoint.Instance(mailbox));

    private static Task<int> WaitingAsync(PlatformHost host) =>
        host.Database.ReadAsync((db, token) => db.Set<OutboxMessage>().CountAsync(token), Token);

    [Fact]
    public async Task Send_Committed_ArrivesAndLeavesNoRow()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await PlatformHost.StartAsync(database, module => Listen(module, mailbox), Token);
        var message = new MarkAdded(Guid.NewGuid(), "ä \"quoted\"");

        await host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, message);
            return Task.CompletedTask;
        }, Token);

        await Eventually.Holds("the message arrives", () => mailbox.Received.Count == 1, cancellationToken: Token);
        mailbox.Received.Single().Message.ShouldBe(message);
        await Eventually.Holds("its row is gone", async () => await WaitingAsync(host) == 0, cancellationToken: Token);
    }

    [Fact]
    public async Task Send_RolledBack_NeverArrives()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await PlatformHost.StartAsync(database, module => Listen(module, mailbox), Token);

        await Should.ThrowAsync<InvalidOperationException>(host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, new MarkAdded(Guid.NewGuid(), "lost"));
            throw new InvalidOperationException("no");
        }, Token));
        await host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, new MarkAdded(Guid.NewGuid(), "kept"));
            return Task.CompletedTask;
        }, Token);

        await Eventually.Holds("the second arrives and no row is left", async () => mailbox.Received.Count == 1 && await WaitingAsync(host) == 0, cancellationToken: Token);
        mailbox.Received.Single().Message.Mark.ShouldBe("kept");
    }

    [Fact]
    public async Task Send_ManyAtOnce_EachArrives()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await PlatformHost.StartAsync(database, module => Listen(module, mailbox), Token);
        var sender = Guid.NewGuid();

        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (i, token) =>
            await host.Database.WriteAsync((db, _) =>
            {
                db.Send(Queue, new MarkAdded(sender, $"{i}"));
                return Task.CompletedTask;
            }, token));

        await Eventually.Holds("all have arrived and no row is left",
            async () => mailbox.Received.Select(entry => entry.Message.Mark).Distinct(StringComparer.Ordinal).Count() == 1000 && await WaitingAsync(host) == 0, cancellationToken: Token);
    }
}
