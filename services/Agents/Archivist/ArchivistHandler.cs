using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Archivist;

/// <summary><c>agent/archivist</c>.</summary>
internal sealed class ArchivistHandler(FactsReader reader) : AgentHandler(reader)
{
    /// <inheritdoc/>
    public override string Kind => StepKinds.Archivist;

    /// <inheritdoc/>
    protected override AgentResult Describe(RepoContext context, RepositoryFacts facts) => ArchivistAgent.Describe(context, facts);
}
