using System.Text.Json;

namespace Charterhouse.Engine;

/// <summary>The workflow engine: pure functions. No clock, no randomness, no IO; the same input gives the same output, byte for byte.</summary>
public static class WorkflowEngine
{
    /// <summary>Control of a run that starts from its input.</summary>
    public static RunControl Create(WorkflowGraph graph, string runKey, int? recursionLimit = null) =>
        throw new NotSupportedException();

    /// <summary>
    /// Control of a new run that goes on from another run's checkpoint, with a fresh budget and fresh attempts. Tasks whose writes are
    /// pending at that checkpoint (<paramref name="finished"/>, by step) are taken over as completed and not run again.
    /// </summary>
    public static RunControl ContinueFrom(WorkflowGraph graph, RunControl checkpoint, string runKey, IReadOnlySet<string> finished, int? recursionLimit = null) =>
        throw new NotSupportedException();

    /// <summary>What follows from an event. Never throws for a late, repeated or unexpected event: that is an <see cref="RunDecision.Ignore"/>.</summary>
    public static Transition Accept(WorkflowGraph graph, RunControl control, RunEvent occurred) => throw new NotSupportedException();

    /// <summary>Applies a super-step's writes in path order.</summary>
    public static ApplyResult Apply(WorkflowGraph graph, IReadOnlyDictionary<string, JsonElement> state, IReadOnlyList<TaskWrites> writes) =>
        throw new NotSupportedException();

    /// <summary>One stored change on top of what was there (null: nothing).</summary>
    public static JsonElement Fold(JsonElement? current, ChannelChange change) => throw new NotSupportedException();

    /// <summary>The step in whose name an edit of these channels is made when none is named: the last arrived step that writes one of them; null when none does.</summary>
    public static string? WriterOf(WorkflowGraph graph, RunControl control, IEnumerable<string> channels) => throw new NotSupportedException();
}
