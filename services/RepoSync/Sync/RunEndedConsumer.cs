using Charterhouse.Contracts.Runs;
using Charterhouse.RepoSync.Cache;
using MassTransit;

namespace Charterhouse.RepoSync.Sync;

/// <summary>Lets go of an ended run's commits. A lost message is made up for by the pins' age.</summary>
internal sealed class RunEndedConsumer(RunPins pins) : IConsumer<RunEnded>
{
    public Task Consume(ConsumeContext<RunEnded> context) => pins.ReleaseAsync(new RunId(context.Message.RunId), context.CancellationToken);
}
