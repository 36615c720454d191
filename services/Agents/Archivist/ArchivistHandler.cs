using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Archivist;

/// <summary><c>agent/archivist</c>.</summary>
internal sealed class ArchivistHandler : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.Archivist;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken) =>
        ArchivistAgent.Describe(
            await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken),
            await context.ReadAsync<RepositoryFacts>(Channels.Facts, cancellationToken)).ToWrites();
}
