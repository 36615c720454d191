namespace Charterhouse.Platform.Persistence;

/// <summary>
/// Work that is done in groups without waiting for a group to fill: one group at a time is on its way, what comes meanwhile is the next, and what
/// comes alone goes at once. Two at a time would make smaller groups, and most of what a group costs does not depend on its size. What the pool's
/// threads have at hand already may enter first.
/// </summary>
/// <param name="take">Takes the next group out of the queue, which is not empty. Called by one at a time.</param>
/// <param name="work">Does a group. Must not throw: it tells the entries how they ended.</param>
internal sealed class WriteLane<TEntry>(Func<LinkedList<TEntry>, List<TEntry>> take, Func<List<TEntry>, Task> work)
{
    /// <summary>How often a group gives way. Chains of 20 steps, 16 at a time: 25 commits a run with 0, 19 with 3, 18 with 10.</summary>
    private const int GivesWay = 3;

    private readonly Lock gate = new();
    private readonly LinkedList<TEntry> queue = new();
    private bool runs;

    public void Add(TEntry entry)
    {
        lock (gate)
        {
            queue.AddLast(entry);
            if (runs) return;
            runs = true;
        }
        // the lane serves many: it must not run in the trace or the scope of whoever came first
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(DrainAsync);
    }

    private async Task DrainAsync()
    {
        while (true)
        {
            // Messages that were received already are work for this pool: a turn for them costs no time and makes a larger group.
            for (var turn = 0; turn < GivesWay && HasMore(); turn++) await Task.Yield();
            if (Next() is not { } group) return;
            await work(group);
        }
    }

    private bool HasMore()
    {
        lock (gate) return queue.Count > 0;
    }

    private List<TEntry>? Next()
    {
        lock (gate)
        {
            if (queue.Count > 0) return take(queue);
            runs = false;
            return null;
        }
    }
}
