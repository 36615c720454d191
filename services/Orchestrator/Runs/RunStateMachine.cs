using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// The life of a run. It only says which event may do what in which state; what follows from an event is the engine's to say and
/// <see cref="RunProgress"/>'s to carry out.
/// </summary>
internal sealed class RunStateMachine : MassTransitStateMachine<RunSaga>
{
    public State Queued { get; private set; } = null!;
    public State Running { get; private set; } = null!;
    public State Cancelling { get; private set; } = null!;
    public State Published { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;
    public State Expired { get; private set; } = null!;

    public Event<StartRun> Start { get; private set; } = null!;
    public Event<AdmitRun> Admit { get; private set; } = null!;
    public Event<StepCompleted> StepDone { get; private set; } = null!;
    public Event<StepFailed> StepBroke { get; private set; } = null!;
    public Event<StepsReported> StepsDone { get; private set; } = null!;
    public Event<StepEnded> StepStopped { get; private set; } = null!;
    public Event<SteerRun> Steer { get; private set; } = null!;
    public Event<CancelRun> Cancel { get; private set; } = null!;
    public Event<RunTimedOut> TimeIsUp { get; private set; } = null!;
    public Event<QueueTimedOut> WaitIsUp { get; private set; } = null!;

    public RunStateMachine()
    {
        InstanceState(run => run.Status);
        Event(() => Start, e => e.CorrelateById(m => m.Message.RunId));
        Event(() => Admit, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => StepDone, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => StepBroke, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => StepsDone, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => StepStopped, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => Steer, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => Cancel, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => TimeIsUp, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });
        Event(() => WaitIsUp, e => { e.CorrelateById(m => m.Message.RunId); e.OnMissingInstance(m => m.Discard()); });

        WhenNew();
        WhenQueued();
        WhenStarted();
        WhenRunning();
        WhenCancelling();
        WhenTerminal();
        SetCompletedWhenFinalized();
    }

    private void WhenNew() => Initially(
        When(Start)
            .ThenAsync(c => Progress(c).AcceptAsync(Db(c), c.Saga, c.Message, c.CancellationToken))
            .IfElse(c => c.Saga.Control is null, refused => refused.Finalize(), accepted => accepted.TransitionTo(Queued))
            .If(c => c.Saga.StartedAt is not null, admitted => Settle(admitted.TransitionTo(Running))));

    private void WhenQueued() => During(Queued,
        Settle(When(Admit)
            .ThenAsync(c => Progress(c).AdmitAsync(Db(c), c.Saga, c.CancellationToken))
            .If(c => c.Saga.StartedAt is not null, admitted => admitted.TransitionTo(Running))),
        Settle(When(Cancel)
            .ThenAsync(c => Progress(c).CancelAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        Settle(When(WaitIsUp)
            .ThenAsync(c => Progress(c).WaitIsUpAsync(Db(c), c.Saga, c.CancellationToken))),
        // Steering waits until the run has its place: the command's row sends it again.
        Ignore(Steer), Ignore(Start), Ignore(StepDone), Ignore(StepBroke), Ignore(StepsDone), Ignore(StepStopped), Ignore(TimeIsUp));

    private void WhenStarted() => During(Running, Cancelling,
        Settle(When(StepDone)
            .ThenAsync(c => Progress(c).CompleteStepAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        Settle(When(StepBroke)
            .ThenAsync(c => Progress(c).FailStepAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        Settle(When(StepsDone)
            .ThenAsync(c => Progress(c).TakeReportsAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        Settle(When(TimeIsUp)
            .ThenAsync(c => Progress(c).TimeIsUpAsync(Db(c), c.Saga, c.CancellationToken))),
        Ignore(Start), Ignore(Admit), Ignore(WaitIsUp));

    private void WhenRunning() => During(Running,
        Settle(When(Steer)
            .ThenAsync(c => Progress(c).SteerAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        Settle(When(Cancel)
            .ThenAsync(c => Progress(c).CancelAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        When(StepStopped)
            .ThenAsync(c => Progress(c).EndTaskAsync(Db(c), c.Saga, c.Message, c.CancellationToken)));

    private void WhenCancelling() => During(Cancelling,
        Settle(When(StepStopped)
            .ThenAsync(c => Progress(c).EndTaskAsync(Db(c), c.Saga, c.Message, c.CancellationToken))),
        Ignore(Cancel), Ignore(Steer));

    private void WhenTerminal()
    {
        foreach (var state in new[] { Published, Failed, Cancelled, Expired })
        {
            During(state,
                // A task that was being stopped when the run ended: its row must still be let go.
                When(StepStopped)
                    .ThenAsync(c => Progress(c).EndTaskAsync(Db(c), c.Saga, c.Message, c.CancellationToken)),
                Ignore(Start), Ignore(Admit), Ignore(StepDone), Ignore(StepBroke), Ignore(StepsDone), Ignore(Steer), Ignore(Cancel), Ignore(TimeIsUp), Ignore(WaitIsUp));
        }
    }

    /// <summary>Follows the engine's phase into the state of the same meaning.</summary>
    private EventActivityBinder<RunSaga, T> Settle<T>(EventActivityBinder<RunSaga, T> binder) where T : class => binder
        .If(c => c.Saga.Phase == RunPhase.Cancelling, b => b.TransitionTo(Cancelling))
        .If(c => c.Saga.Phase == RunPhase.Completed, b => b.TransitionTo(Published))
        .If(c => c.Saga.Phase == RunPhase.Failed, b => b.TransitionTo(Failed))
        .If(c => c.Saga.Phase == RunPhase.Cancelled, b => b.TransitionTo(Cancelled))
        .If(c => c.Saga.Phase == RunPhase.Expired, b => b.TransitionTo(Expired));

    private static RunProgress Progress(BehaviorContext<RunSaga> context) =>
        context.GetPayload<IServiceProvider>().GetRequiredService<RunProgress>();

    private static OrchestratorDbContext Db(BehaviorContext<RunSaga> context) => context.GetPayload<OrchestratorDbContext>();
}
