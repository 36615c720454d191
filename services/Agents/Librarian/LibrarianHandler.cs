using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Librarian;

/// <summary><c>agent/librarian</c>.</summary>
internal sealed class LibrarianHandler(FactsReader reader) : AgentHandler(reader)
{
    /// <inheritdoc/>
    public override string Kind => StepKinds.Librarian;

    /// <inheritdoc/>
    protected override AgentResult Describe(RepoContext context, RepositoryFacts facts) => LibrarianAgent.Describe(context, facts);
}
