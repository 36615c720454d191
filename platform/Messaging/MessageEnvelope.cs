using MassTransit;

namespace Charterhouse.Platform.Messaging;

/// <summary>Headers of a message that say what it is about.</summary>
internal static class MessageHeaders
{
    public const string Run = "charter-run";
    public const string Task = "charter-task";
    /// <summary>The W3C name.</summary>
    public const string Trace = "traceparent";
}

/// <summary>
/// What goes around a message. Its id is that of its row in the outbox, every time it is sent. What it is about stands in headers: for logs, traces, and
/// people before a dead letter.
/// </summary>
internal sealed class MessageEnvelope(Guid id, string? run, string? task, string? trace) : IPipe<SendContext>
{
    public Task Send(SendContext context)
    {
        context.MessageId = id;
        if (run is not null) context.Headers.Set(MessageHeaders.Run, run);
        if (task is not null) context.Headers.Set(MessageHeaders.Task, task);
        if (trace is not null) context.Headers.Set(MessageHeaders.Trace, trace);
        // To a queue that is not there yet (its service has never run) the broker would drop it silently: so it comes back, and the row waits.
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit)) rabbit.Mandatory = true;
        return Task.CompletedTask;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("envelope");
}
