using Charterhouse.Platform.Hosting;
using Charterhouse.Testing;
using MassTransit;

namespace Charterhouse.Platform.Tests;

/// <content>Messages that leave together are one of the broker's; what is wrong with one of them is not the others'.</content>
public sealed partial class DeadLetterTests
{
    private const int Together = 40;

    /// <summary>Sends messages in one transaction, to a queue that is there.</summary>
    private static async Task SendTogetherAsync(PlatformHost host, params string[] marks) => await host.Database.WriteAsync((db, _) =>
    {
        foreach (var mark in marks) db.Send(Queue, new MarkAdded(Guid.NewGuid(), mark));
        return Task.CompletedTask;
    }, Token);

    private static async Task SendToNobodyAsync(House house, params string[] marks)
    {
        await using (var host = await house.HostAsync(endpoint => endpoint.Instance(new Mailbox<MarkAdded>())))
        {
            // declares the queue
        }
        await using var sender = await house.SenderAsync();
        await SendTogetherAsync(sender, marks);
        await Eventually.Holds("all have left", async () => await house.CountAsync(Queue) == 3, cancellationToken: Token);
    }

    [Fact]
    public async Task Joined_FortyOfOneTransaction_AreThreeOfTheBrokers_EachArrivesUnderItsOwnId()
    {
        using var house = await House.StartAsync();
        var marks = Enumerable.Range(0, Together).Select(i => $"{i}").ToArray();
        await SendToNobodyAsync(house, marks);

        var mailbox = new Mailbox<MarkAdded>();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(mailbox));

        await Eventually.Holds("all have arrived", () => mailbox.Received.Count == Together, cancellationToken: Token);
        mailbox.Received.Select(entry => entry.Message.Mark).ShouldBe(marks, ignoreOrder: true);
        mailbox.Received.Select(entry => entry.Id).ShouldBeUnique();
        await Eventually.Holds("nothing is left", async () => await house.CountAsync(Queue) == 0, cancellationToken: Token);
        (await house.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Joined_OneIsPoison_ItAloneIsDeadLettered()
    {
        using var house = await House.StartAsync();
        var sick = new SickConsumer();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(sick));

        await SendTogetherAsync(host, "good", "good", "poison", "good");

        await Eventually.Holds("the poison is dead, the rest is worked on", async () => await house.CountAsync() == 1 && sick.Done.Count == 3, cancellationToken: Token);
        var letter = (await house.ListAsync()).ShouldHaveSingleItem();
        letter.Type.ShouldBe(nameof(MarkAdded));
        sick.Tries[Guid.Parse(letter.MessageId)].ShouldBe(1 + EndpointRegistry.DeliveryLimit); // once among the others
        sick.Done.ShouldAllBe(id => sick.Tries[id] == 1);
        await house.ShouldHaveNoOtherQueuesAsync();
    }

    [Fact]
    public async Task Joined_ReceiverDies_EachComesAgainByItself()
    {
        using var house = await House.StartAsync();
        await SendToNobodyAsync(house, [.. Enumerable.Range(1, Together - 1).Select(i => $"{i}"), "poison"]);
        (await house.TakeAndDieAsync(Guid.Empty)).ShouldBeFalse(); // whatever lies in front

        var sick = new SickConsumer();
        await using var host = await house.HostAsync(endpoint => endpoint.Instance(sick));

        await Eventually.Holds("the poison is dead, the rest is worked on", async () => await house.CountAsync() == 1 && sick.Done.Count == Together - 1, cancellationToken: Token);
        sick.Done.ShouldBeUnique();
    }
}
