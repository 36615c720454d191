using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary><c>defaults:</c>, what steps have that do not say otherwise; and the two settings themselves, which a step may have too.</summary>
internal sealed record StepDefaults(TimeSpan Timeout, TimeSpan? Idle, RetryPolicy Retry)
{
    private const int MaxAttempts = 100;
    private const double MaxMultiplier = 100;

    private static readonly string[] Keys = ["timeout", "idle_timeout", "retry"];
    private static readonly string[] RetryKeys = ["max_attempts", "initial", "multiplier", "maximum", "longest_wait"];

    public static StepDefaults Read(YamlNode? node, WorkflowDefaults installation, Problems problems)
    {
        var usual = new StepDefaults(installation.StepTimeout, installation.IdleTimeout, installation.Retry);
        if (KeyChecks.Map(node, "defaults", "defaults: { timeout: 10m, retry: { max_attempts: 3 } }", problems) is not { } defaults) return usual;
        KeyChecks.Check(defaults, "'defaults'", Keys, problems);
        return usual.With(defaults, problems);
    }

    /// <summary>These, with what the mapping sets.</summary>
    public StepDefaults With(YamlMap map, Problems problems) =>
        new(KeyChecks.Duration(map, "timeout", problems) ?? Timeout, KeyChecks.Duration(map, "idle_timeout", problems) ?? Idle, ReadRetry(map.Find("retry"), problems));

    private RetryPolicy ReadRetry(YamlNode? node, Problems problems)
    {
        if (KeyChecks.Map(node, "retry", "retry: { max_attempts: 3 }", problems) is not { } retry) return Retry;
        KeyChecks.Check(retry, "'retry'", RetryKeys, problems);
        var policy = new RetryPolicy(
            KeyChecks.Integer(retry, "max_attempts", 1, MaxAttempts, problems) ?? Retry.MaxAttempts,
            KeyChecks.Duration(retry, "initial", problems) ?? Retry.Initial,
            KeyChecks.Number(retry, "multiplier", 1, MaxMultiplier, problems) ?? Retry.Multiplier,
            KeyChecks.Duration(retry, "maximum", problems) ?? Retry.Maximum)
        {
            LongestWait = KeyChecks.Duration(retry, "longest_wait", problems) ?? Retry.LongestWait,
        };
        if (policy.Initial > policy.Maximum)
            problems.Add(retry, $"'initial' ({Durations.Write(policy.Initial)}) is longer than 'maximum' ({Durations.Write(policy.Maximum)}).", "Lower 'initial' or raise 'maximum'.");
        return policy;
    }
}
