using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Triggers;
using MassTransit;

namespace Charterhouse.Orchestrator.Commands;

/// <summary>Somebody gave a command: refused where it concerns nothing of the house, else RepoSync is asked whether that person may.</summary>
internal sealed class CommandReceivedConsumer(ForgeEvents events, ITriggerRules rules, TimeProvider time) : IConsumer<CommandReceived>
{
    public Task Consume(ConsumeContext<CommandReceived> context) =>
        events.AnswerAsync(context.Message.EventId, context.Message.ReceivedAt, (db, token) => AnswerAsync(db, context.Message, token), context.CancellationToken);

    private async Task<ForgeAnswer> AnswerAsync(OrchestratorDbContext db, CommandReceived command, CancellationToken cancellationToken)
    {
        var subject = await rules.FindAsync(db, command.Repository, cancellationToken);
        if (TriggerFilter.Refuse(CommandedEvent.Of(command, null), subject, time.GetUtcNow()) is { } refused) return new ForgeAnswer(refused.Disposition, refused.Reason);
        db.Send(Queues.RepoSyncCommands, new CheckCommand(command, subject!.Target, subject.KnownAs ?? subject.Target, subject.Rules is { Effects.Count: > 0, DryRun: false }));
        return new ForgeAnswer(Dispositions.Waiting, $"asks the forge whether {command.Login} may do that");
    }
}
