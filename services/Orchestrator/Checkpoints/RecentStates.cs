using System.Collections.Concurrent;

namespace Charterhouse.Orchestrator.Checkpoints;

/// <summary>
/// The states at the last checkpoints that this process has committed, so that the next super-step need not read them back. A checkpoint never
/// changes, so what stands here is right for as long as it is asked for by its number; whoever finds nothing reads the tables.
/// </summary>
internal sealed class RecentStates
{
    /// <summary>Threads at most; large values are references to blobs, so a state takes kilobytes.</summary>
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, (long Seq, StoredState State)> states = new(StringComparer.Ordinal);

    /// <summary>The state at a thread's checkpoint, or null.</summary>
    public StoredState? Find(string threadId, long seq) => states.TryGetValue(threadId, out var last) && last.Seq == seq ? last.State : null;

    /// <summary>A checkpoint is on the disk.</summary>
    public void Keep(string threadId, long seq, StoredState state)
    {
        if (states.Count >= Most && !states.ContainsKey(threadId)) states.TryRemove(states.First().Key, out _);
        states[threadId] = (seq, state);
    }

    /// <summary>The thread's run has ended.</summary>
    public void Forget(string threadId) => states.TryRemove(threadId, out _);
}
