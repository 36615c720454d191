using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Tests;

/// <summary>What a test's step does.</summary>
internal sealed record StepScript(Func<StepContext, CancellationToken, Task<IReadOnlyDictionary<string, JsonElement>>> Run);

internal sealed class ScriptedHandler(StepScript script) : IStepHandler
{
    public const string KindName = "test/work";
    public string Kind => KindName;

    public Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken) =>
        script.Run(context, cancellationToken);
}

/// <summary>The Orchestrator's side of steps: sends them and keeps what comes back. Outlives the hosts of its test.</summary>
internal sealed class StepBench
{
    public static readonly StepKind Kind = new(ScriptedHandler.KindName, "test", ["*"], ["out"], "A test's step.");

    public Mailbox<StepCompleted> Completed { get; } = new();
    public Mailbox<StepFailed> Failed { get; } = new();
    public Mailbox<StepEnded> Ended { get; } = new();
    public Mailbox<StepAccepted> Accepted { get; } = new();

    public static IReadOnlyDictionary<string, JsonElement> Out<T>(T value) =>
        new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["out"] = CanonicalJson.ToElement(value) };

    public static ExecuteStep Step(string task, long timeoutMs = 60_000) => new()
    {
        RunId = Guid.CreateVersion7(),
        TaskId = task,
        Attempt = 1,
        Epoch = 1,
        Step = "work",
        Kind = ScriptedHandler.KindName,
        Inputs = new Dictionary<string, JsonElement>(StringComparer.Ordinal),
        Parameters = CanonicalJson.ToElement(new Dictionary<string, string>(StringComparer.Ordinal)),
        TimeoutMs = timeoutMs,
    };

    /// <summary>A host whose worker looks often and, unless the test says otherwise, keeps its leases.</summary>
    public Task<PlatformHost> StartAsync(
        TestDatabase database, Func<StepContext, CancellationToken, Task<IReadOnlyDictionary<string, JsonElement>>> run,
        Action<StepWorkerOptions>? configure = null, CancellationToken cancellationToken = default) =>
        PlatformHost.StartAsync(database, module =>
        {
            module.Add = services =>
            {
                services.AddSingleton(new StepScript(run));
                services.AddStepHandler<ScriptedHandler>();
                services.AddStepWorker<TestDbContext>(options =>
                {
                    options.Kinds = [Kind];
                    options.Tick = TimeSpan.FromMilliseconds(50);
                    configure?.Invoke(options);
                });
            };
            module.Endpoints = endpoints =>
            {
                endpoints.ReceiveSteps<TestDbContext>();
                endpoints.Receive(Queues.Runs, 16, endpoint =>
                {
                    endpoint.Instance(Completed);
                    endpoint.Instance(Failed);
                    endpoint.Instance(Ended);
                });
                endpoints.Receive(Queues.StepSignals, 16, endpoint => endpoint.Instance(Accepted));
            };
        }, cancellationToken);

    public static async Task SendAsync(PlatformHost host, object message, CancellationToken cancellationToken)
    {
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(host.Services.GetRequiredService<BusSettings>().AddressOf(StepKinds.QueueOf("test")));
        await endpoint.Send(message, message.GetType(), cancellationToken);
    }

    public static Task<NodeExecution?> RowAsync(PlatformHost host, string task, CancellationToken cancellationToken) =>
        host.Database.ReadAsync((db, token) => db.Set<NodeExecution>().SingleOrDefaultAsync(row => row.TaskId == task, token), cancellationToken);
}
