using System.Net;
using System.Text;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Events;
using Charterhouse.Ingest.Tests.Fixture;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Ingest.Tests;

public sealed class SqliteEventTests() : EventTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlEventTests() : EventTests(DatabaseProvider.PostgreSql);

/// <summary>What becomes of deliveries once they are on record.</summary>
public abstract class EventTests(DatabaseProvider provider)
{
    private static readonly string Head = Payloads.Sha('a');

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_FirstFinalOne_Counts()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var id = (await house.GitHubAsync(Payloads.Push(Head))).Text("event_id");

        await house.AnswerAsync(new TriggerDisposed(id, Dispositions.Waiting, "in a window", null));
        await Becomes(house, id, Dispositions.Waiting);
        (await house.RowsAsync()).Single().DriveAt.ShouldNotBeNull("nothing is settled yet");
        await house.AnswerAsync(new TriggerDisposed(id, Dispositions.Accepted, "it led to a run", "run_1"));
        await Becomes(house, id, Dispositions.Accepted);
        await house.AnswerAsync(new TriggerDisposed(id, Dispositions.Failed, "too late", null));
        var other = (await house.GitHubAsync(Payloads.Push(Head))).Text("event_id");
        await house.AnswerAsync(new TriggerDisposed(other, Dispositions.Duplicate, "seen", null)); // behind the late one in the queue
        await Becomes(house, other, Dispositions.Duplicate);

        var row = (await house.RowsAsync()).First();
        (row.Disposition, row.RunId, row.DriveAt).ShouldBe((Dispositions.Accepted, "run_1", null));
        row.DisposedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Event_WithoutAnswer_IsSentAgain()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var id = (await house.GitHubAsync(Payloads.Push(Head))).Text("event_id");
        await Eventually.Holds("it was sent", () => Task.FromResult(house.Listener.Triggers.Received.Count == 1), cancellationToken: Cancelled);

        // half a minute later
        await house.ChangeAsync((db, token) => db.WebhookEvents.ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)), token));

        await Eventually.Holds("it is sent again", () => Task.FromResult(house.Listener.Triggers.Received.Count == 2), cancellationToken: Cancelled);
        house.Listener.Triggers.Received.Select(sent => sent.Message.EventId).ShouldBe([id, id]);
        (await house.RowsAsync()).Single().DriveAt!.Value.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddSeconds(20));
    }

    [Fact]
    public async Task Event_OfAnEarlierProcess_IsSentByTheNext()
    {
        using var database = await TestDatabase.CreateAsync(provider, Cancelled);
        string id;
        await using (var first = await IngestHouse.StartAsync(provider, database: database))
        {
            id = (await first.GitHubAsync(Payloads.Push(Head))).Text("event_id");
            await Eventually.Holds("it was sent", () => Task.FromResult(first.Listener.Triggers.Received.Count == 1), cancellationToken: Cancelled);
            await first.ChangeAsync((db, token) => db.WebhookEvents.ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)), token));
        }
        await using var second = await IngestHouse.StartAsync(provider, database: database);

        await Eventually.Holds("the next one sends it", () => Task.FromResult(second.Listener.Triggers.Received.Any(sent => sent.Message.EventId == id)), cancellationToken: Cancelled);
    }

    [Fact]
    public async Task List_And_Show_ExplainEachDelivery()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var ping = (await house.GitHubAsync("{\"zen\":\"…\"}", "ping")).Text("event_id");
        var push = (await house.GitHubAsync(Payloads.Push(Head), delivery: "delivery-of-the-push")).Text("event_id");

        var all = await house.Events.ListAsync(new EventQuery(null, null, null), 10, null, Cancelled);
        var first = await house.Events.ListAsync(new EventQuery(null, null, null), 1, null, Cancelled);
        var second = await house.Events.ListAsync(new EventQuery(null, null, null), 1, first.NextCursor, Cancelled);

        all.Events.Select(one => one.EventId).ShouldBe([push, ping]);
        first.Events.Concat(second.Events).Select(one => one.EventId).ShouldBe([push, ping]);
        (await house.Events.ListAsync(new EventQuery(Dispositions.Ignored, null, null), 10, null, Cancelled)).Events.ShouldHaveSingleItem().Reason.ShouldContain("ping");
        (await house.Events.ListAsync(new EventQuery(null, "github", "acme/shop"), 10, null, Cancelled)).Events.ShouldHaveSingleItem().EventId.ShouldBe(push);
        (await house.Events.FindAsync("delivery-of-the-push", Cancelled)).Payload.ShouldBe(Payloads.Push(Head));
        (await house.GetAsync("/api/v1/events/" + push)).Json.GetProperty("event").GetProperty("head_sha").GetString().ShouldBe(Head);
        (await house.GetAsync("/api/v1/events/evt_unknown")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await house.GetAsync("/api/v1/events?disposition=lost")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Redeliver_IsAnotherDeliveryOfTheSame()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var id = (await house.GitHubAsync(Payloads.Push(Head))).Text("event_id");

        var again = await house.Events.RedeliverAsync(id, Cancelled);

        again.EventId.ShouldNotBe(id);
        (again.Disposition, again.HeadSha).ShouldBe((Dispositions.Received, Head));
        await Eventually.Holds("both were sent", () => Task.FromResult(house.Listener.Triggers.Received.Select(sent => sent.Message.EventId).ToHashSet().IsSupersetOf([id, again.EventId])), cancellationToken: Cancelled);
        var marked = (await house.GitHubAsync([0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Payloads.Push(Head))])).Text("event_id");
        (await house.Events.RedeliverAsync(marked, Cancelled)).HeadSha.ShouldBe(Head);
        await house.ChangeAsync((db, token) => db.WebhookEvents.ExecuteUpdateAsync(row => row.SetProperty(x => x.Body, (byte[]?)null), token));
        (await Should.ThrowAsync<RequestException>(() => house.Events.RedeliverAsync(id, Cancelled))).Code.ShouldBe("payload_is_gone");
    }

    private static Task Becomes(IngestHouse house, string id, string disposition) =>
        Eventually.Holds($"{id} is {disposition}", async () => (await house.RowsAsync()).Single(row => row.EventId == id).Disposition == disposition, cancellationToken: Cancelled);
}
