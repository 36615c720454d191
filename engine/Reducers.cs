using System.Text.Json;

namespace Charterhouse.Engine;

/// <summary>Combines the writes of a super-step with the state.</summary>
internal static class Reducers
{
    private const string Overwrite = "$overwrite";

    /// <summary>Exists in every workflow; the input checkpoint writes it.</summary>
    private const string Trigger = "trigger";

    private sealed record Pending(ChannelChange Change, string Writer, string? Overwriter);

    public static ApplyResult Apply(WorkflowGraph graph, IReadOnlyDictionary<string, JsonElement> state, IReadOnlyList<TaskWrites> writes)
    {
        var channels = graph.Channels.ToDictionary(channel => channel.Name, channel => channel.Reducer, StringComparer.Ordinal);
        channels[Trigger] = Reducer.Last;
        var declared = graph.Steps.ToDictionary(step => step.Name, step => step.Writes, StringComparer.Ordinal);
        var pending = new SortedDictionary<string, Pending>(StringComparer.Ordinal);

        foreach (var task in writes.OrderBy(task => task.Path, StringComparer.Ordinal))
        {
            foreach (var (channel, value) in task.Writes.OrderBy(write => write.Key, StringComparer.Ordinal))
            {
                if (!channels.TryGetValue(channel, out var reducer))
                    return Invalid(task, $"{Who(task.Step)} wrote channel '{channel}', which the workflow does not declare. Declare it under 'state'.");
                if (task.Step.Length > 0 && !(declared.TryGetValue(task.Step, out var allowed) && allowed.Contains(channel, StringComparer.Ordinal)))
                    return Invalid(task, $"{Who(task.Step)} wrote channel '{channel}', which its kind does not declare as written.");
                pending.TryGetValue(channel, out var earlier);
                if (Combine(channel, reducer, task, value, earlier, state, out var next) is { } rejected) return rejected;
                pending[channel] = next!;
            }
        }
        return Result(state, pending);
    }

    public static JsonElement Fold(JsonElement? current, ChannelChange change) => change.Kind switch
    {
        ChangeKind.Append => JsonCombining.Append(current, change.Value),
        ChangeKind.Merge => JsonCombining.Merge(current, change.Value),
        _ => change.Value,
    };

    private static ApplyResult.Rejected? Combine(
        string channel, Reducer reducer, TaskWrites task, JsonElement written, Pending? earlier,
        IReadOnlyDictionary<string, JsonElement> state, out Pending? next)
    {
        next = null;
        if (!TryUnwrap(written, out var value, out var overwrites))
            return Invalid(task, $"{Who(task.Step)} wrote '{channel}' with other members beside '{Overwrite}'.");
        if (earlier is not null && (reducer == Reducer.Last || (overwrites && earlier.Overwriter is not null)))
            return Concurrent(channel, reducer, overwrites ? earlier.Overwriter ?? earlier.Writer : earlier.Writer, task);

        // An overwrite skips the reducer, not the channel's type: the next plain write has to find something that it can be combined with.
        var wanted = reducer switch { Reducer.Append => JsonValueKind.Array, Reducer.Merge => JsonValueKind.Object, _ => value.ValueKind };
        if (value.ValueKind == JsonValueKind.Undefined || value.ValueKind != wanted)
            return Invalid(task, $"{Who(task.Step)} wrote {Kind(value.ValueKind)} to channel '{channel}', whose reducer '{Name(reducer)}' takes {Kind(wanted)}.");

        var kind = overwrites ? ChangeKind.Set : KindOf(reducer);
        if (kind != ChangeKind.Set && earlier is null && state.TryGetValue(channel, out var current) && current.ValueKind != wanted && current.ValueKind != JsonValueKind.Null)
            return Invalid(task, $"Channel '{channel}' holds {Kind(current.ValueKind)}, which its reducer '{Name(reducer)}' cannot add to. Overwrite it with {Kind(wanted)}.");

        var change = new ChannelChange(channel, kind, value);
        // On top of an overwrite everything becomes part of it; on top of a plain change it stays a change of that kind.
        if (!overwrites && earlier is not null)
            change = earlier.Change with { Value = Fold(earlier.Change.Value, change) };
        next = new Pending(change, task.Step, overwrites ? task.Step : earlier?.Overwriter);
        return null;
    }

    private static ApplyResult.Applied Result(IReadOnlyDictionary<string, JsonElement> state, SortedDictionary<string, Pending> pending)
    {
        var next = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (channel, value) in state) next[channel] = value;
        List<ChannelChange> changes = [];
        foreach (var (channel, entry) in pending)
        {
            var change = entry.Change with { Value = entry.Change.Value.Clone() };
            JsonElement? current = next.TryGetValue(channel, out var there) ? there : null;
            if (current is not null && JsonCombining.IsEmpty(change)) continue;
            // What Fold makes of the stored change is what the state holds: an Append or Merge of nothing before it goes through it too.
            next[channel] = Fold(current, change);
            changes.Add(change);
        }
        return new ApplyResult.Applied(next, changes);
    }

    /// <summary>False when <c>$overwrite</c> has company: then it is unclear what was meant.</summary>
    private static bool TryUnwrap(JsonElement written, out JsonElement value, out bool overwrites)
    {
        value = written;
        overwrites = written.ValueKind == JsonValueKind.Object && written.TryGetProperty(Overwrite, out value);
        if (!overwrites) value = written;
        return !overwrites || written.GetPropertyCount() == 1;
    }

    private static ApplyResult.Rejected Concurrent(string channel, Reducer reducer, string first, TaskWrites second)
    {
        var why = reducer == Reducer.Last
            ? "Its reducer is 'last', which takes one write: let one need the other, or give the channel a reducer."
            : "Only one may overwrite it: let one need the other.";
        return new("invalid_concurrent_update", $"{Who(first)} and {Who(second.Step, inner: true)} both wrote channel '{channel}' in one super-step. {why}", StepOf(second));
    }

    private static ApplyResult.Rejected Invalid(TaskWrites task, string message) => new("invalid_update", message, StepOf(task));

    private static string? StepOf(TaskWrites task) => task.Step.Length > 0 ? task.Step : null;

    private static string Who(string step, bool inner = false) => (step.Length > 0, inner) switch
    {
        (true, true) => $"step '{step}'",
        (true, false) => $"Step '{step}'",
        (false, true) => "the update",
        (false, false) => "The update",
    };

    private static ChangeKind KindOf(Reducer reducer) => reducer switch
    {
        Reducer.Append => ChangeKind.Append,
        Reducer.Merge => ChangeKind.Merge,
        _ => ChangeKind.Set,
    };

    private static string Name(Reducer reducer) => reducer switch { Reducer.Append => "append", Reducer.Merge => "merge", _ => "last" };

    private static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };
}
