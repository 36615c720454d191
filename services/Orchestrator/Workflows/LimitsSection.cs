using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary><c>limits:</c>, what a run may use.</summary>
internal static class LimitsSection
{
    public const int MaxRecursion = 10_000;
    public const int MaxTasks = 100_000;

    private static readonly string[] Keys = ["recursion", "timeout", "parallel", "fan_out", "tasks"];

    public static WorkflowLimits Read(YamlNode? node, WorkflowLimits fallback, Problems problems)
    {
        if (KeyChecks.Map(node, "limits", "limits: { recursion: 25, timeout: 1h }", problems) is not { } limits) return fallback;
        KeyChecks.Check(limits, "'limits'", Keys, problems);
        return new WorkflowLimits(
            KeyChecks.Integer(limits, "recursion", 1, MaxRecursion, problems) ?? fallback.Recursion,
            KeyChecks.Duration(limits, "timeout", problems) ?? fallback.Timeout)
        {
            Parallel = KeyChecks.Integer(limits, "parallel", 1, StepsSection.MaxSteps, problems) ?? fallback.Parallel,
            FanOut = KeyChecks.Integer(limits, "fan_out", 1, StepsSection.MaxSteps, problems) ?? fallback.FanOut,
            Tasks = KeyChecks.Integer(limits, "tasks", 1, MaxTasks, problems) ?? fallback.Tasks,
        };
    }
}
