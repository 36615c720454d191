using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Charterhouse.Platform.Tests;

/// <summary>F28: what cannot be worked on is delivered five times, then lies among the dead letters; nothing else is held up; it goes back when the cause is gone.</summary>
[Collection(nameof(FailpointTests))]
public sealed partial class DeadLetterTests : IDisposable
{
    private const string Queue = "test.mailbox";
    private const int Times = 50;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Failpoints.Arm(null);

    [Fact]
    public async Task Poison_DeadLetteredAfterFiveDeliveries_OthersAreWorkedOn_RequeueWorks()
    {
        using var house = await House.StartAsync();
        var sick = new SickConsumer();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(sick));
        var poison = await house.SendAsync(host, Times, "poison");
        await house.SendAsync(host, Times * 4, "good");

        await Eventually.Holds("all poison is dead and the rest is worked on", async () => await house.CountAsync() == Times && sick.Done.Count == Times * 4, cancellationToken: Token);

        var letters = await house.ListAsync();
        letters.Select(letter => Guid.Parse(letter.MessageId)).ShouldBe(poison, ignoreOrder: true);
        letters.ShouldAllBe(letter => letter.Type == nameof(MarkAdded) && letter.Queue == Queue && letter.Reason == "delivery_limit" && letter.Size > 100 && letter.RunId == null);
        var now = TimeProvider.System.GetUtcNow();
        letters.ShouldAllBe(letter => letter.DiedAt > now - TimeSpan.FromMinutes(5) && letter.DiedAt < now + TimeSpan.FromMinutes(5));
        poison.ShouldAllBe(id => sick.Tries[id] == EndpointRegistry.DeliveryLimit);

        sick.Cured = true;
        (await house.RequeueAsync()).ShouldAllBe(problem => problem == null);

        await Eventually.Holds("what was poison is worked on", () => sick.Done.Count == Times * 5, cancellationToken: Token);
        sick.Done.ShouldBeUnique(); // under the ids that it was sent with
        sick.Done.ShouldBeSubsetOf(sick.Tries.Keys);
        poison.ShouldBeSubsetOf(sick.Done);
        (await house.ListAsync()).ShouldBeEmpty();
        await house.ShouldHaveNoOtherQueuesAsync();
    }

    [Fact]
    public async Task Requeue_OfWhatDiesAgainAtOnce_EndsAndLosesNothing()
    {
        using var house = await House.StartAsync();
        var sick = new SickConsumer();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(sick));
        var poison = await house.SendAsync(host, Times, "poison");
        await Eventually.Holds("all are dead", async () => await house.CountAsync() == Times, cancellationToken: Token);

        for (var round = 2; round <= 4; round++)
        {
            (await house.RequeueAsync()).Count.ShouldBe(Times);
            await Eventually.Holds("all are dead again", async () => await house.CountAsync() == Times && sick.Tries.Values.Sum() == round * Times * EndpointRegistry.DeliveryLimit, cancellationToken: Token);
        }

        (await house.ListAsync()).Select(letter => Guid.Parse(letter.MessageId)).ShouldBe(poison, ignoreOrder: true);
    }

    public static TheoryData<string, string, string?> BadEnvelopes => new()
    {
        { "nothing", "", "application/vnd.masstransit+json" },
        { "no JSON", "\u0001 not { json", "application/vnd.masstransit+json" },
        { "cut off", """{"messageId":"0b0e5f0e-0000-0000-0000-000000000001","messageType":["urn:message:Charterhouse""", "application/vnd.masstransit+json" },
        { "JSON that is no envelope", """[1,2,3]""", "application/vnd.masstransit+json" },
        { "null", "null", "application/vnd.masstransit+json" },
        { "an envelope without a type", """{"message":{}}""", "application/vnd.masstransit+json" },
        { "an unknown type", """{"messageType":["urn:message:Charterhouse.Contracts.Runs:Unheard"],"message":{"runId":"0197e4a0-0000-7000-8000-000000000001"}}""", "application/vnd.masstransit+json" },
        { "a type that does not fit", """{"messageType":["urn:message:Charterhouse.Platform.Tests:MarkAdded"],"message":[1]}""", "application/vnd.masstransit+json" },
        { "a thousand levels", $"{new string('[', 1000)}{new string(']', 1000)}", "application/vnd.masstransit+json" },
        { "another content type", "<xml/>", "text/xml" },
        { "no content type", "hello", null },
    };

    [Theory]
    [MemberData(nameof(BadEnvelopes))]
    public async Task BadEnvelope_IsDeadLettered_OthersAreWorkedOn(string what, string body, string? contentType)
    {
        using var house = await House.StartAsync();
        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(mailbox));
        for (var i = 0; i < Times; i++) await house.PublishAsync(Encoding.UTF8.GetBytes(body), contentType);
        await house.SendAsync(host, Times, "good");

        await Eventually.Holds($"{what} is dead, and the rest is worked on", async () => await house.CountAsync() == Times && mailbox.Received.Count == Times, cancellationToken: Token);

        var letters = await house.ListAsync();
        letters.Count.ShouldBe(Times);
        letters.ShouldAllBe(letter => letter.Queue == Queue && letter.Size == body.Length && letter.MessageId.Length > 10);
        if (what == "an unknown type") letters.ShouldAllBe(letter => letter.Type == "Unheard" && letter.RunId == "run_agl6jiaaabyabaaaaaaaaaaaae");
        await house.ShouldHaveNoOtherQueuesAsync();
    }

    [Fact]
    public async Task CrashingConsumer_WhatItHeldIsDeadLettered_NothingElse()
    {
        using var house = await House.StartAsync();
        var mailbox = new Mailbox<MarkAdded>();
        await using (var host = await house.HostAsync(endpoint => endpoint.Instance(mailbox)))
        {
        }
        var poison = Enumerable.Range(0, Times).Select(_ => Guid.NewGuid()).ToList();
        foreach (var id in poison) await house.PublishAsync(House.Envelope(id, "poison"), "application/vnd.masstransit+json");
        for (var i = 0; i < Times; i++) await house.PublishAsync(House.Envelope(Guid.NewGuid(), "good"), "application/vnd.masstransit+json");

        // a process that takes one message and dies: all that the broker sees of it is that the connection is gone
        foreach (var id in poison)
            for (var death = 1; death <= EndpointRegistry.DeliveryLimit; death++) (await house.TakeAndDieAsync(id)).ShouldBeTrue($"delivery {death}");

        await Eventually.Holds("the poison is dead, the rest waits", async () => await house.CountAsync() == Times && await house.CountAsync(Queue) == Times, cancellationToken: Token);
        (await house.ListAsync()).ShouldAllBe(letter => letter.Reason == "delivery_limit" && letter.Queue == Queue);

        await using var healthy = await house.HostAsync(endpoint => endpoint.Instance(mailbox));
        await house.RequeueAsync();

        await Eventually.Holds("all have arrived", () => mailbox.Received.Count == 2 * Times, cancellationToken: Token);
        mailbox.Received.Count(entry => entry.Message.Mark == "poison").ShouldBe(Times);
    }

    [Fact]
    public async Task Requeue_DiesBetweenSendingAndLettingGo_LosesNothing()
    {
        using var house = await House.StartAsync();
        var sick = new SickConsumer();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(sick));
        var poison = await house.SendAsync(host, Times, "poison");
        await Eventually.Holds("all are dead", async () => await house.CountAsync() == Times, cancellationToken: Token);
        sick.Cured = true;

        for (var i = 0; i < Times; i++)
        {
            Failpoints.Arm($"{Failpoints.DeadLetterAfterRequeue}:throw");
            await Should.ThrowAsync<FailpointException>(house.RequeueAsync());
            (await house.ListAsync()).Count.ShouldBe(Times - i);
            Failpoints.Arm(null);
            (await house.RequeueAsync(most: 1)).ShouldBe([null]);
        }

        (await house.ListAsync()).ShouldBeEmpty();
        await Eventually.Holds("each has arrived, twice under one id", () => sick.Done.Count == 2 * Times, cancellationToken: Token);
        sick.Done.Distinct().ShouldBe(poison, ignoreOrder: true);
    }

    [Fact]
    public async Task Read_AgainAndAgainAndAtOnce_SeesAllAndTakesNothing()
    {
        using var house = await House.StartAsync();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(new SickConsumer()));
        var poison = await house.SendAsync(host, Times, "poison");
        await Eventually.Holds("all are dead", async () => await house.CountAsync() == Times, cancellationToken: Token);

        for (var round = 0; round < Times; round++)
            (await house.ListAsync()).Select(letter => Guid.Parse(letter.MessageId)).ShouldBe(poison, ignoreOrder: true);
        foreach (var letters in await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => house.ListAsync()))) letters.Count.ShouldBe(Times);
    }

    [Fact]
    public async Task Requeue_QueueIsGoneOrUnknown_StaysADeadLetter()
    {
        using var house = await House.StartAsync();
        await using (await house.HostAsync(endpoint => endpoint.Instance(new SickConsumer())))
        {
            await house.PublishAsync("x"u8.ToArray(), null);
            await Eventually.Holds("it is dead", async () => await house.CountAsync() == 1, cancellationToken: Token);
        }
        await house.PublishAsync("put there by hand"u8.ToArray(), null, EndpointRegistry.DeadLetters);
        await house.DeleteAsync(Queue);

        (await house.RequeueAsync()).ShouldBe([$"there is no queue {Queue}", "the broker did not say which queue it came from"], ignoreOrder: true);

        (await house.ListAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Open_NoBroker_SaysSo()
    {
        var port = Ports.Free();

        var problem = await Should.ThrowAsync<BrokerException>(DeadLetterQueue.OpenAsync(BusSettings.ForRabbitMq($"amqp://u:secret@127.0.0.1:{port}/x"), TimeProvider.System, Token));

        problem.Message.ShouldStartWith($"the broker at amqp://127.0.0.1:{port}/x cannot be reached");
        problem.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Read_NoServiceHasEverRun_IsEmpty()
    {
        using var house = await House.StartAsync();

        (await house.ListAsync()).ShouldBeEmpty();
    }

    /// <summary>Fails on poison until it is cured; counts.</summary>
    private sealed class SickConsumer : IConsumer<MarkAdded>
    {
        public ConcurrentDictionary<Guid, int> Tries { get; } = new();
        public ConcurrentQueue<Guid> Done { get; } = new();
        public volatile bool Cured;

        public Task Consume(ConsumeContext<MarkAdded> context)
        {
            Tries.AddOrUpdate(context.MessageId!.Value, 1, (_, tries) => tries + 1);
            if (context.Message.Mark == "poison" && !Cured) throw new InvalidOperationException("poison");
            Done.Enqueue(context.MessageId!.Value);
            return Task.CompletedTask;
        }
    }
}
