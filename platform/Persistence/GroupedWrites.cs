namespace Charterhouse.Platform.Persistence;

/// <summary>
/// Writes of the same sort that many ask for at the same time, done together: while some are on their way to the disk, those that come
/// meanwhile wait and then share one transaction. Alone, a write goes at once. Nobody is answered before the commit.
/// </summary>
/// <param name="work">Does the entries of a group, which have different keys and are in the keys' order; one result for each.</param>
internal sealed class GroupedWrites<TContext, TEntry, TResult>(
    Database<TContext> database, Func<TContext, IReadOnlyList<TEntry>, CancellationToken, Task<IReadOnlyList<TResult>>> work, Func<TEntry, string> keyOf) where TContext : ServiceDbContext
{
    private const int MaxGroup = 64;

    /// <summary>Groups on their way at the same time: while one waits for the disk, the next is put together.</summary>
    private const int MaxLanes = 2;

    private sealed record Waiting(TEntry Entry, string Key, TaskCompletionSource<TResult> Done);

    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> queue = new();
    private int lanes;

    /// <summary>The entry's result, once it is stored.</summary>
    /// <exception cref="StorageException">The storage is full, read-only, damaged or out of reach.</exception>
    public Task<TResult> WriteAsync(TEntry entry)
    {
        var waiting = new Waiting(entry, keyOf(entry), new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            queue.AddLast(waiting);
            if (lanes == MaxLanes) return waiting.Done.Task;
            lanes++;
        }
        // a lane serves many: it must not run in the trace or the scope of whoever came first
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(DrainAsync);
        return waiting.Done.Task;
    }

    private async Task DrainAsync()
    {
        while (Take() is { } group)
        {
            try
            {
                await StoreAsync(group);
            }
            catch (StorageException problem)
            {
                foreach (var waiting in group) waiting.Done.TrySetException(problem);
            }
            catch (Exception problem) when (group.Count == 1)
            {
                group[0].Done.TrySetException(problem);
            }
            catch (Exception)
            {
                // one of them cannot be stored: each by itself, so that only that one fails
                foreach (var waiting in group) await AloneAsync(waiting);
            }
        }
    }

    private async Task AloneAsync(Waiting waiting)
    {
        try
        {
            await StoreAsync([waiting]);
        }
        catch (Exception problem)
        {
            waiting.Done.TrySetException(problem);
        }
    }

    private async Task StoreAsync(List<Waiting> group)
    {
        var entries = group.ConvertAll(waiting => waiting.Entry);
        var results = await database.WriteAsync((db, token) => work(db, entries, token), CancellationToken.None);
        for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
    }

    /// <summary>What waits, in the order of the keys, because two groups that lock rows in another order would wait for each other; a key once. Null: nothing, and the lane ends.</summary>
    private List<Waiting>? Take()
    {
        var group = new SortedDictionary<string, Waiting>(StringComparer.Ordinal);
        lock (gate)
        {
            if (queue.Count == 0)
            {
                lanes--;
                return null;
            }
            for (var node = queue.First; node is not null && group.Count < MaxGroup;)
            {
                var next = node.Next;
                if (group.TryAdd(node.Value.Key, node.Value)) queue.Remove(node);
                node = next;
            }
        }
        return [.. group.Values];
    }
}
