using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>What an installation's configuration sets for workflows that say nothing themselves.</summary>
public sealed record WorkflowDefaults(WorkflowLimits Limits, RetryPolicy Retry)
{
    /// <summary>Total time of an attempt.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(10);
    /// <summary>Longest time of an attempt without a sign of life; null for any.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>The engine's own defaults.</summary>
    public static WorkflowDefaults BuiltIn { get; } = new(WorkflowLimits.Default, RetryPolicy.Default);
}
