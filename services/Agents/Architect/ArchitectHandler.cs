using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Architect;

/// <summary><c>agent/architect</c>.</summary>
internal sealed class ArchitectHandler(FactsReader reader) : AgentHandler(reader)
{
    /// <inheritdoc/>
    public override string Kind => StepKinds.Architect;

    /// <inheritdoc/>
    protected override AgentResult Describe(RepoContext context, RepositoryFacts facts) => ArchitectAgent.Describe(context, facts);
}
