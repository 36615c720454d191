using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>What an installation's configuration sets for workflows that say nothing themselves.</summary>
public sealed record WorkflowDefaults(WorkflowLimits Limits, RetryPolicy Retry)
{
    /// <summary>The engine's own defaults.</summary>
    public static WorkflowDefaults BuiltIn { get; } = new(WorkflowLimits.Default, RetryPolicy.Default);
}
