using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Forges;
using MassTransit;

namespace Charterhouse.RepoSync.Commands;

/// <summary>Answers the Orchestrator, which has no forge's token. Keeps nothing: whoever does not hear the answer asks again.</summary>
internal sealed class CheckCommandConsumer(Database<RepoSyncDbContext> database, ForgeDirectory forges, RepoSyncOptions options) : IConsumer<CheckCommand>
{
    public async Task Consume(ConsumeContext<CheckCommand> context)
    {
        var place = forges.Find(context.Message.Target);
        var answer = await CommandCheck.AnswerAsync(context.Message, place?.Forge, place?.Path ?? "", isSilent: options.DryRun || !context.Message.MayShow, context.CancellationToken);
        await database.WriteAsync((db, _) =>
        {
            db.Send(Queues.CommandAnswers, answer);
            return Task.CompletedTask;
        }, context.CancellationToken);
    }
}
