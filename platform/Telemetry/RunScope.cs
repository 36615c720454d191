using System.Collections;

namespace Charterhouse.Platform.Telemetry;

/// <summary>What log lines are about, as a logging scope: text for people, pairs for programs.</summary>
internal sealed class RunScope(string run, string? task) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => task is null ? 1 : 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("run_id", run),
        1 when task is not null => new("task_id", task),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => task is null ? $"run_id={run}" : $"run_id={run} task_id={task}";
}
