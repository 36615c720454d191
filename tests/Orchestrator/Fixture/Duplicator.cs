using MassTransit;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>Puts every message that reaches a consumer onto its queue twice more: once under the same id, once under a new one.</summary>
internal sealed class Duplicator : IConsumeObserver
{
    private const string Copy = "test-copy";
    private int copies;

    /// <summary>Copies that reached a consumer.</summary>
    public int Copies => copies;

    public async Task PreConsume<T>(ConsumeContext<T> context) where T : class
    {
        if (context.Headers.TryGetHeader(Copy, out _))
        {
            Interlocked.Increment(ref copies);
            return;
        }
        var input = context.ReceiveContext.InputAddress;
        var endpoint = await context.GetSendEndpoint(new Uri((input.Scheme == "loopback" ? "queue:" : "exchange:") + input.Segments[^1]));
        foreach (var id in (Guid?[])[context.MessageId, null])
        {
            await endpoint.Send(context.Message, send =>
            {
                send.MessageId = id ?? NewId.NextGuid();
                send.Headers.Set(Copy, "1");
            }, context.CancellationToken);
        }
    }

    public Task PostConsume<T>(ConsumeContext<T> context) where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception) where T : class => Task.CompletedTask;
}
