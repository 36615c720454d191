using System.Diagnostics;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Messaging;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Tests.Driving;

/// <summary>While the database is away messages wait; none runs into the broker's delivery limit.</summary>
public sealed class OutageTests
{
    /// <summary>Much longer than five deliveries with the retries of lost races (2 s each) take.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DatabaseKilled_MessagesArrive_NoneIsDeadLetteredAllAreWorkedOn()
    {
        await using var server = await RunDatabase.ServerAsync(Token);
        using var database = await RunDatabase.OnAsync(server, Token);
        var gate = new TaskCompletionSource();
        await using var host = await RunHost.StartAsync(database, new Script().On("scan", Script.After(gate.Task, StepKinds.AnalysisScan)), maxConcurrentRuns: 10);
        var runs = new List<RunId>();
        for (var i = 0; i < 10; i++) runs.Add(await host.StartAsync(Graphs.Usual));
        foreach (var run in runs) await host.UntilRunningAsync("scan", run);
        var stranger = Guid.CreateVersion7();
        var before = host.Watch.CountOf<StepAccepted>();

        server.Kill();
        gate.SetResult();
        // for every queue of the house, what needs the database
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(host, Queues.Runs, new RunTimedOut(stranger));
            await SendAsync(host, Queues.StepSignals, new StepAccepted(stranger, $"{i}", 1));
            foreach (var service in (string[])[Services.Orchestrator, Services.RepoSync, Services.Agents]) await SendAsync(host, StepKinds.QueueOf(service), new CancelStep(stranger, $"{service}-{i}", 1));
        }
        var clock = Stopwatch.StartNew();
        await Eventually.Holds("the outage lasts", async () => (await database.DeadLettersAsync(Token)).Count > 0 || clock.Elapsed > Outage, Outage * 2, Token);
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
        host.Watch.CountOf<RunTimedOut>().ShouldBe(0);
        await server.StartAsync(Token);

        foreach (var run in runs) (await host.EndAsync(run)).Run.Status.ShouldBe(RunStatus.Published);
        await Eventually.Holds("everything that arrived is worked on",
            () => host.Watch.CountOf<RunTimedOut>() >= 20 && host.Watch.CountOf<StepAccepted>() >= before + 20 && host.Watch.CountOf<CancelStep>() >= 60, TimeSpan.FromSeconds(60), Token);
        (await database.DeadLettersAsync(Token)).ShouldBeEmpty();
    }

    private static async Task SendAsync<T>(RunHost host, string queue, T message) where T : class
    {
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(host.Services.GetRequiredService<BusSettings>().AddressOf(queue));
        await endpoint.Send(message, Token);
    }
}
