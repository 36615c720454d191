using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Historian;

/// <summary><c>agent/historian</c>.</summary>
internal sealed class HistorianHandler(FactsReader reader) : AgentHandler(reader)
{
    /// <inheritdoc/>
    public override string Kind => StepKinds.Historian;

    /// <inheritdoc/>
    protected override AgentResult Describe(RepoContext context, RepositoryFacts facts) => HistorianAgent.Describe(context, facts);
}
