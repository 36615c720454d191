using System.Diagnostics;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Messaging;

/// <summary>
/// Passes on each of the messages that came joined as if it had come alone, and acknowledges when all are done. What fails of them, and all of them
/// when they come a second time, is sent to the queue by itself: from then on its deliveries are its own.
/// </summary>
/// <param name="concurrency">Messages worked on at the same time.</param>
internal sealed partial class JoinedMessagesFilter(string queue, int concurrency, MessageTypes types, BusSettings settings, ILogger log) : IFilter<ConsumeContext>
{
    private readonly Uri address = settings.AddressOf(queue);
    // the endpoint's own limit counts joined messages as one
    private readonly SemaphoreSlim places = new(concurrency, concurrency);

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) =>
        context.TryGetMessage<JoinedMessages>(out var joined) ? WorkAsync(joined, next) : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("joined");

    private async Task WorkAsync(ConsumeContext<JoinedMessages> context, IPipe<ConsumeContext> next)
    {
        var began = Stopwatch.GetTimestamp();
        var parts = context.Message.Parts;
        // What was not acknowledged may be what ends the process: it shall have no company again.
        var done = context.ReceiveContext.Redelivered ? new bool[parts.Count] : await Task.WhenAll(parts.Select(part => TryAsync(context, part, next)).ToList());
        await SendAsync(context, [.. parts.Where((_, i) => !done[i])]);
        await context.NotifyConsumed(Stopwatch.GetElapsedTime(began), nameof(JoinedMessagesFilter));
    }

    private async Task<bool> TryAsync(ConsumeContext context, JoinedMessage message, IPipe<ConsumeContext> next)
    {
        await places.WaitAsync(context.CancellationToken);
        try
        {
            var (type, body) = Read(message);
            var part = new Part(context, message, type, body);
            await next.Send(part);
            return part.Consumed;
        }
        catch (Exception problem) when (!context.CancellationToken.IsCancellationRequested)
        {
            LogFailed(log, problem, message.Id, message.Type, queue);
            return false;
        }
        finally
        {
            places.Release();
        }
    }

    private async Task SendAsync(ConsumeContext context, List<JoinedMessage> messages)
    {
        if (messages.Count == 0) return;
        var bodies = messages.ConvertAll(Read); // all, before any is sent: one that cannot be read shall not have the others sent again and again
        var endpoint = await context.GetSendEndpoint(address);
        await Task.WhenAll(messages.Zip(bodies, (message, read) =>
            endpoint.Send(read.Body, read.Type, new MessageEnvelope(message.Id, message.Run, message.Task, message.Trace), context.CancellationToken)).ToList());
    }

    private (Type Type, object Body) Read(JoinedMessage message)
    {
        var type = types.Find(message.Type) ?? throw new JsonException($"{message.Type} is no contract of this program");
        return (type, ((JsonElement)message.Body).Deserialize(type, CanonicalJson.Options) ?? throw new JsonException("the body is null"));
    }

    /// <summary>One of several that came joined, as consumers and sagas see it: with an id, headers and attempts of its own.</summary>
    private sealed class Part : ConsumeContextScope
    {
        private readonly JoinedMessage message;
        private readonly Type type;
        private readonly object body;
        private readonly DictionarySendHeaders headers = new();

        public Part(ConsumeContext joined, JoinedMessage message, Type type, object body) : base(joined)
        {
            (this.message, this.type, this.body) = (message, type, body);
            if (message.Run is { } run) headers.Set(MessageHeaders.Run, run);
            if (message.Task is { } task) headers.Set(MessageHeaders.Task, task);
            if (message.Trace is { } trace) headers.Set(MessageHeaders.Trace, trace);
        }

        /// <summary>Somebody took it, to the end.</summary>
        public bool Consumed { get; private set; }

        public override Guid? MessageId => message.Id;

        public override Headers Headers => headers;

        public override IEnumerable<string> SupportedMessageTypes => [MessageUrn.ForTypeString(type)];

        public override bool HasMessageType(Type messageType) => messageType.IsAssignableFrom(type);

        public override bool TryGetMessage<T>(out ConsumeContext<T> consumeContext)
        {
            consumeContext = body is T known ? new MessageConsumeContext<T>(this, known) : null!;
            return consumeContext is not null;
        }

        public override Task NotifyConsumed<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        {
            Consumed = true;
            return Task.CompletedTask;
        }

        // it is sent again; those that came with it have not failed
        public override Task NotifyFaulted<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) => Task.CompletedTask;
    }

    [LoggerMessage(1005, LogLevel.Warning, "message {MessageId} ({MessageType}) to {Queue} failed among others; it is sent again by itself")]
    private static partial void LogFailed(ILogger logger, Exception problem, Guid messageId, string messageType, string queue);
}
