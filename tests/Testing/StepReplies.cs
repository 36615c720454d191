using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Testing;

/// <summary>The Orchestrator's side of steps in a host without one: sends them and keeps what comes back.</summary>
public sealed class StepReplies : ServiceModule
{
    /// <summary>What came back.</summary>
    public Mailbox<StepCompleted> Completed { get; } = new();

    /// <inheritdoc cref="Completed"/>
    public Mailbox<StepFailed> Failed { get; } = new();

    /// <inheritdoc/>
    public override string Name => "step-replies";

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services)
    {
    }

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints)
    {
        endpoints.Receive(Queues.Runs, 16, endpoint =>
        {
            endpoint.Instance(Completed);
            endpoint.Instance(Failed);
        });
        endpoints.Receive(Queues.StepSignals, 16, endpoint => endpoint.Handler<StepAccepted>(static _ => Task.CompletedTask));
    }

    /// <summary>The first attempt of a step of a run of its own.</summary>
    public static ExecuteStep Step(string task, string kind, params (string Channel, JsonElement Value)[] inputs) => new()
    {
        RunId = Guid.CreateVersion7(),
        TaskId = task,
        Attempt = 1,
        Epoch = 1,
        Step = kind,
        Kind = kind,
        Inputs = inputs.ToDictionary(input => input.Channel, input => input.Value, StringComparer.Ordinal),
        Parameters = CanonicalJson.ToElement(new Dictionary<string, string>(StringComparer.Ordinal)),
        TimeoutMs = 60_000,
    };

    /// <summary>Sends a step to its service through the outbox of a service on the host, and waits for its result.</summary>
    /// <exception cref="InvalidOperationException">The step failed.</exception>
    public async Task<StepCompleted> ExecuteAsync<TContext>(ServiceHost host, ExecuteStep step, CancellationToken cancellationToken) where TContext : ServiceDbContext
    {
        await SendAsync<TContext, ExecuteStep>(host, StepKinds.QueueOf(StepKinds.Find(step.Kind)!.Service), step, cancellationToken);
        return await Eventually.Gets($"the step {step.TaskId} ends", () =>
        {
            if (Failed.Received.FirstOrDefault(reply => reply.Message.TaskId == step.TaskId).Message is { } failed)
                throw new InvalidOperationException($"{step.TaskId} failed: {failed.Failure.Code}, {failed.Failure.Message} {failed.Failure.Detail}");
            return Task.FromResult(Completed.Received.FirstOrDefault(reply => reply.Message.TaskId == step.TaskId).Message)!;
        }, cancellationToken: cancellationToken);
    }

    /// <summary>Sends any message through the outbox of a service on the host.</summary>
    public static Task SendAsync<TContext, T>(ServiceHost host, string queue, T message, CancellationToken cancellationToken) where TContext : ServiceDbContext where T : class =>
        host.Services.GetRequiredService<Database<TContext>>().WriteAsync((db, _) =>
        {
            db.Send(queue, message);
            return Task.CompletedTask;
        }, cancellationToken);
}
