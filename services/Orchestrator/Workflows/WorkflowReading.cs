using System.Diagnostics.CodeAnalysis;
using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>A workflow that was read: the graph, or everything that is wrong with it.</summary>
/// <param name="Source">Where the text came from, for messages: a path or a name.</param>
/// <param name="Graph">Null when there are problems.</param>
/// <param name="Problems">Ordered by position; empty when the workflow is valid.</param>
public sealed record WorkflowReading(string Source, WorkflowGraph? Graph, IReadOnlyList<WorkflowProblem> Problems)
{
    /// <summary>The workflow can be run.</summary>
    [MemberNotNullWhen(true, nameof(Graph))]
    public bool IsValid => Graph is not null;
}
