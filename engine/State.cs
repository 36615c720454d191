using System.Text.Json;
using System.Text.Json.Serialization;

namespace Charterhouse.Engine;

/// <summary>The writes of one finished task.</summary>
/// <param name="Path">The task's path; writes are applied in ordinal order of it.</param>
/// <param name="Step">The step, for messages.</param>
/// <param name="Writes">Channel values; an object <c>{"$overwrite": value}</c> bypasses the reducer.</param>
public sealed record TaskWrites(string Path, string Step, IReadOnlyDictionary<string, JsonElement> Writes);

/// <summary>How a stored change acts on what was there.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ChangeKind>))]
public enum ChangeKind
{
    /// <summary>The value replaces what was there.</summary>
    Set,
    /// <summary>The value's items (an array) are appended.</summary>
    Append,
    /// <summary>The value's members (an object) are merged in.</summary>
    Merge,
}

/// <summary>What one super-step changed in one channel: stored as it is, so that storage grows with change and not with state.</summary>
public sealed record ChannelChange(string Channel, ChangeKind Kind, JsonElement Value);

/// <summary>Outcome of <see cref="WorkflowEngine.Apply"/>.</summary>
public abstract record ApplyResult
{
    private ApplyResult() { }

    /// <summary>The new state, and the changes that lead to it (ordered by channel, at most one per channel).</summary>
    public sealed record Applied(IReadOnlyDictionary<string, JsonElement> State, IReadOnlyList<ChannelChange> Changes) : ApplyResult;
    /// <summary>Nothing is applied.</summary>
    public sealed record Rejected(string Code, string Message, string? Step) : ApplyResult;
}
