using System.Diagnostics;
using Charterhouse.Platform.Telemetry;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Messaging;

/// <summary>Around everything that a queue does with a message: a logging scope, a span, and the count of what failed.</summary>
internal sealed class MessageFilter(string queue, ILogger log) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var run = context.Headers.Get<string>(MessageHeaders.Run);
        var task = context.Headers.Get<string>(MessageHeaders.Task);
        using var scope = run is null ? null : log.BeginScope(new RunScope(run, task));
        using var span = Tracing.Start("process " + TypeOf(context), ActivityKind.Consumer, context.Headers.Get<string>(MessageHeaders.Trace));
        if (span is not null)
        {
            span.SetTag("messaging.destination.name", queue);
            span.SetTag("messaging.message.id", context.MessageId);
            span.SetTag("charter.run_id", run);
            if (task is not null) span.SetTag("charter.task_id", task);
        }
        try
        {
            await next.Send(context);
        }
        catch (Exception problem)
        {
            span?.SetStatus(ActivityStatusCode.Error, problem.GetType().Name);
            Metrics.MessageFailures.Add(1, new KeyValuePair<string, object?>("queue", queue));
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("run");

    // urn:message:Charterhouse.Contracts.Runs:StartRun
    private static string TypeOf(ConsumeContext context) => context.SupportedMessageTypes.FirstOrDefault() is { } urn ? urn[(urn.LastIndexOf(':') + 1)..] : "message";
}
