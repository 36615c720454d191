using System.Text.Json;
using System.Text.Json.Serialization;

namespace Charterhouse.Engine;

/// <summary>A validated workflow: steps, their order, the state's channels and the limits. Immutable.</summary>
public sealed record WorkflowGraph
{
    public required string Name { get; init; }
    /// <summary>Lower-case hex SHA-256 of the workflow text that this was read from.</summary>
    public required string Hash { get; init; }
    /// <summary>Ordered by name (ordinal).</summary>
    public required IReadOnlyList<ChannelDefinition> Channels { get; init; }
    /// <summary>In the order of the document.</summary>
    public required IReadOnlyList<StepDefinition> Steps { get; init; }
    public required WorkflowLimits Limits { get; init; }
}

/// <summary>How writes to a channel are combined.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Reducer>))]
public enum Reducer
{
    /// <summary>The last write wins; two writes in one super-step are an error.</summary>
    Last,
    /// <summary>Arrays are concatenated.</summary>
    Append,
    /// <summary>Objects are merged member by member, the later write winning.</summary>
    Merge,
}

/// <summary>A named part of the state.</summary>
public sealed record ChannelDefinition(string Name, Reducer Reducer);

/// <summary>A node of the graph.</summary>
public sealed record StepDefinition
{
    public required string Name { get; init; }
    /// <summary>The step kind (<c>uses:</c>).</summary>
    public required string Kind { get; init; }
    /// <summary>Steps that must have arrived first (a join).</summary>
    public required IReadOnlyList<string> Needs { get; init; }
    /// <summary>Channels that a result may name.</summary>
    public required IReadOnlyList<string> Writes { get; init; }
    public required RetryPolicy Retry { get; init; }
    /// <summary>Total time of one attempt.</summary>
    public required TimeSpan Timeout { get; init; }
    /// <summary>Longest time of an attempt without a sign of life; null for any.</summary>
    public TimeSpan? IdleTimeout { get; init; }
    /// <summary>The <c>with:</c> object.</summary>
    public required JsonElement Parameters { get; init; }
}

/// <summary>How often and how patiently a step is tried.</summary>
/// <param name="MaxAttempts">Attempts including the first.</param>
/// <param name="Initial">Upper bound of the first delay.</param>
/// <param name="Multiplier">Growth of the bound per attempt.</param>
/// <param name="Maximum">The bound never exceeds this.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan Initial, double Multiplier, TimeSpan Maximum)
{
    /// <summary>The longest <c>Retry-After</c> that is waited for; a longer one ends the step.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>3 attempts, 0.5 s, doubling, at most 128 s (LangGraph's figures).</summary>
    public static RetryPolicy Default { get; } = new(3, TimeSpan.FromMilliseconds(500), 2, TimeSpan.FromSeconds(128));
}

/// <summary>What a run may use.</summary>
/// <param name="Recursion">Super-steps per start or resume.</param>
/// <param name="Timeout">Total time of a run.</param>
public sealed record WorkflowLimits(int Recursion, TimeSpan Timeout)
{
    /// <summary>Tasks of the run at the same time; the others of the super-step follow as places become free.</summary>
    public int Parallel { get; init; } = 32;
    /// <summary>Tasks of one super-step; more fail the run.</summary>
    public int FanOut { get; init; } = 256;
    /// <summary>Tasks of the run in all; more fail it.</summary>
    public int Tasks { get; init; } = 2000;

    /// <summary>25 super-steps, one hour.</summary>
    public static WorkflowLimits Default { get; } = new(25, TimeSpan.FromHours(1));
}
