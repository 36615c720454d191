using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>The life of a window. It only says which event may do what in which state; what it does is <see cref="TriggerWindows"/>'.</summary>
internal sealed class TriggerStateMachine : MassTransitStateMachine<TriggerWindow>
{
    public State Idle { get; private set; } = null!;
    public State Open { get; private set; } = null!;

    public Event<TriggerReceived> Received { get; private set; } = null!;
    public Event<TriggerWindowDue> Due { get; private set; } = null!;

    public TriggerStateMachine()
    {
        InstanceState(window => window.Status);
        Event(() => Received, e => e.CorrelateById(m => m.Message.WindowId));
        Event(() => Due, e => { e.CorrelateById(m => m.Message.WindowId); e.OnMissingInstance(m => m.Discard()); });

        Initially(Receive());
        During(Idle, Receive(), Ignore(Due));
        During(Open, Receive(), Settle(When(Due).ThenAsync(c => Windows(c).CloseAsync(Db(c), c.Saga, c.CancellationToken))));
    }

    private EventActivityBinder<TriggerWindow, TriggerReceived> Receive() =>
        Settle(When(Received).ThenAsync(c => Windows(c).ReceiveAsync(Db(c), c.Saga, c.Message, c.CancellationToken)));

    /// <summary>A window with a time to close at is open.</summary>
    private EventActivityBinder<TriggerWindow, T> Settle<T>(EventActivityBinder<TriggerWindow, T> binder) where T : class =>
        binder.IfElse(c => c.Saga.DueAt is null, b => b.TransitionTo(Idle), b => b.TransitionTo(Open));

    private static TriggerWindows Windows(BehaviorContext<TriggerWindow> context) =>
        context.GetPayload<IServiceProvider>().GetRequiredService<TriggerWindows>();

    private static OrchestratorDbContext Db(BehaviorContext<TriggerWindow> context) => context.GetPayload<OrchestratorDbContext>();
}
