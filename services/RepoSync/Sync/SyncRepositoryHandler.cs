using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Registry;

namespace Charterhouse.RepoSync.Sync;

/// <summary>The step kind <c>repository/sync</c>.</summary>
internal sealed class SyncRepositoryHandler(RepositorySynchronizer synchronizer, IRepositoryRegistry registry) : IStepHandler
{
    public string Kind => StepKinds.RepositorySync;

    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var trigger = await context.ReadAsync<RunTrigger>(Channels.Trigger, cancellationToken);
        var result = await synchronizer.RunAsync(trigger, context.RunId, context.Progress, cancellationToken);
        await registry.RecordAsync(result.Identity, result.Context, cancellationToken);
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Context] = CanonicalJson.ToElement(result.Context) };
    }
}
