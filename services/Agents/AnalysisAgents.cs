using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Examiner;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Librarian;
using Charterhouse.Agents.Sentinel;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents;

/// <summary>An analysis agent: a pure function under its step kind.</summary>
internal sealed record AnalysisAgent(string Kind, Func<RepoContext, RepositoryFacts, AgentResult> Describe);

/// <summary>The agents that make a charter.</summary>
internal static class AnalysisAgents
{
    /// <summary>Every one of them, in the order of their step kinds.</summary>
    public static IReadOnlyList<AnalysisAgent> All { get; } =
    [
        new(StepKinds.Archivist, ArchivistAgent.Describe),
        new(StepKinds.Architect, ArchitectAgent.Describe),
        new(StepKinds.Historian, HistorianAgent.Describe),
        new(StepKinds.Librarian, LibrarianAgent.Describe),
        new(StepKinds.Sentinel, SentinelAgent.Describe),
        new(StepKinds.Examiner, ExaminerAgent.Describe),
    ];
}
