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

    [Fact]
    public async Task Send_Delayed_ArrivesNotBefore()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await PlatformHost.StartAsync(database, module => Listen(module, mailbox), Token);
        var delay = TimeSpan.FromMilliseconds(300);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, new MarkAdded(Guid.NewGuid(), "later"), delay);
            return Task.CompletedTask;
        }, Token);

        await Eventually.Holds("the message arrives", () => mailbox.Received.Count == 1, cancellationToken: Token);
        // a clock tick of tolerance: PostgreSQL keeps microseconds, and its clock's offset is measured
        clock.Elapsed.ShouldBeGreaterThan(delay - TimeSpan.FromMilliseconds(20));
        await Eventually.Holds("its row is gone", async () => await WaitingAsync(host) == 0, cancellationToken: Token);
    }

    [Fact]
    public async Task Start_RowsOfADeadProcess_AreDelivered()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        var mailbox = new Mailbox<MarkAdded>();
        var id = Guid.CreateVersion7();
        await using (var dead = await PlatformHost.StartAsync(database, configure: null, Token))
        {
            // a row that no dispatcher of this process knows of, as after a crash between commit and delivery
            await dead.Database.WriteAsync((db, _) =>
            {
                var now = dead.Database.Clock.UtcNow;
                db.Add(new OutboxMessage
                {
                    Id = id,
                    Service = "test",
                    Destination = Queue,
                    MessageType = "urn:charterhouse:MarkAdded",
                    Body = $$"""{"tally_id":"{{Guid.NewGuid()}}","mark":"left behind"}""",
                    CreatedAt = now,
                    NotBefore = now + TimeSpan.FromMilliseconds(200),
                });
                return Task.CompletedTask;
            }, Token);
        }

        await using var host = await PlatformHost.StartAsync(database, module => Listen(module, mailbox), Token);

        await Eventually.Holds("the message arrives", () => mailbox.Received.Count >= 1, cancellationToken: Token);
        mailbox.Received.First().Id.ShouldBe(id);
        mailbox.Received.First().Message.Mark.ShouldBe("left behind");
    }

    [Fact]
    public async Task Sweep_UnknownMessage_StaysAndBacksOff()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        await host.Database.WriteAsync((db, _) =>
        {
            var now = host.Database.Clock.UtcNow - TimeSpan.FromMinutes(1);
            db.Add(new OutboxMessage { Id = Guid.CreateVersion7(), Service = "test", Destination = Queue, MessageType = "urn:charterhouse:Unheard", Body = "{}", CreatedAt = now, NotBefore = now });
            return Task.CompletedTask;
        }, Token);

        await Eventually.Holds("it has been tried", () => host.Database.ReadAsync((db, token) => db.Set<OutboxMessage>().AnyAsync(row => row.Attempts > 0, token), Token), cancellationToken: Token);
    }

    [Fact]
    public async Task Send_OutsideAWriteOrNoContract_Refused()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);

        await Should.ThrowAsync<InvalidOperationException>(host.Database.ReadAsync((db, _) =>
        {
            db.Send(Queue, new MarkAdded(Guid.Empty, ""));
            return Task.FromResult(0);
        }, Token));
        await Should.ThrowAsync<ArgumentException>(host.Database.WriteAsync((db, _) =>
        {
            db.Send(Queue, "text is no contract");
            return Task.CompletedTask;
        }, Token));
    }
}
