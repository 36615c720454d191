using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Settings;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents;

/// <summary>An agent as a step: a pure function of the context and the facts.</summary>
internal abstract class AgentHandler(FactsReader reader) : IStepHandler
{
    /// <inheritdoc/>
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        var facts = await reader.ReadAsync(context, Channels.Facts, cancellationToken);
        return Describe(repository, facts).Tuned(Kind, RepositorySettings.Read(facts)).ToWrites();
    }

    /// <summary>The sections and findings. Pure: the same input gives the same bytes.</summary>
    protected abstract AgentResult Describe(RepoContext context, RepositoryFacts facts);
}
