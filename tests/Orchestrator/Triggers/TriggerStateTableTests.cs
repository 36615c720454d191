using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Triggers;

public sealed class SqliteTriggerStateTableTests() : TriggerStateTableTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlTriggerStateTableTests() : TriggerStateTableTests(DatabaseProvider.PostgreSql);

/// <summary>F25 for windows: every event in every state is handled or ignored on purpose.</summary>
public abstract class TriggerStateTableTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("none", "push", "Open")]
    [InlineData("none", "refused", "Idle")]
    [InlineData("none", "due", null)]
    [InlineData("Idle", "push", "Open")]
    [InlineData("Idle", "refused", "Idle")]
    [InlineData("Idle", "repeated", null)]
    [InlineData("Idle", "due", null)]
    [InlineData("Open", "push", "Open")]
    [InlineData("Open", "refused", "Open")]
    [InlineData("Open", "repeated", null)]
    [InlineData("Open", "due", "Idle")]
    [InlineData("Open", "early", null)]
    public async Task Raise_EveryEvent_IsHandledOrIgnored(string state, string what, string? after)
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await WindowHost.StartAsync(database);
        // the driver would raise events by itself
        await host.Driver.StopAsync(Token);
        var first = state == "Open" ? Forge.Push('0', 'a') : Forge.Push('0', 'a') with { Ref = "refs/tags/v1" };
        if (state != "none") await host.ReceiveAsync(first);
        var before = await WindowAsync(host);
        (before?.Status ?? "none").ShouldBe(state);
        if (what == "due") host.Time.Shift(WindowHost.Long);

        await (what switch
        {
            "push" => host.ReceiveAsync(Forge.Push('a', 'b')),
            "refused" => host.ReceiveAsync(Forge.Push('a', 'b') with { Ref = "refs/tags/v2" }),
            "repeated" => host.ReceiveAsync(first),
            _ => host.DeliverAsync(Queues.Triggers, new TriggerWindowDue(first.WindowId)),
        });

        var now = await WindowAsync(host);
        if (after is null) now?.Version.ShouldBe(before!.Version, "it is ignored");
        else now!.Status.ShouldBe(after);
        (now?.DueAt is not null).ShouldBe(now?.Status == "Open");
        host.Watch.Faults.ShouldBeEmpty();
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
    }

    private static Task<TriggerWindow?> WindowAsync(RunHost host) => host.Database.ReadAsync((db, token) => db.TriggerWindows.SingleOrDefaultAsync(token), Token);
}
