using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents.Examiner;

/// <summary><c>agent/examiner</c>.</summary>
internal sealed class ExaminerHandler(FactsReader reader) : AgentHandler(reader)
{
    /// <inheritdoc/>
    public override string Kind => StepKinds.Examiner;

    /// <inheritdoc/>
    protected override AgentResult Describe(RepoContext context, RepositoryFacts facts) => ExaminerAgent.Describe(context, facts);
}
