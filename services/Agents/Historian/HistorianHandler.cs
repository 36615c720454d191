using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Historian;

/// <summary><c>agent/historian</c>.</summary>
internal sealed class HistorianHandler : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.Historian;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken) =>
        HistorianAgent.Describe(
            await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken),
            await context.ReadAsync<RepositoryFacts>(Channels.Facts, cancellationToken)).ToWrites();
}
