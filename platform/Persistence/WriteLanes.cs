namespace Charterhouse.Platform.Persistence;

/// <summary>
/// Work that is done in groups without waiting for a group to fill: at most two groups are on their way at the same time, so that the next is put
/// together while one waits for the disk; what comes meanwhile queues, and what comes alone goes at once.
/// </summary>
/// <param name="take">Takes the next group out of the queue, in the queue's order; empty for nothing that can go now. Called by one at a time.</param>
/// <param name="work">Does a group. Must not throw: it tells the entries how they ended.</param>
internal sealed class WriteLanes<TEntry>(Func<LinkedList<TEntry>, List<TEntry>> take, Func<List<TEntry>, Task> work, int most = 2)
{
    private readonly Lock gate = new();
    private readonly LinkedList<TEntry> queue = new();
    private int lanes;

    public void Add(TEntry entry)
    {
        lock (gate)
        {
            queue.AddLast(entry);
            if (lanes == most) return;
            lanes++;
        }
        // a lane serves many: it must not run in the trace or the scope of whoever came first
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(DrainAsync);
    }

    private async Task DrainAsync()
    {
        while (Next() is { } group) await work(group);
    }

    private List<TEntry>? Next()
    {
        lock (gate)
        {
            if (queue.Count > 0 && take(queue) is { Count: > 0 } group) return group;
            lanes--;
            return null;
        }
    }
}
