namespace Charterhouse.Platform.Persistence;

/// <summary>
/// Writes of the same sort that many ask for at the same time, done together: while some are on their way to the disk, those that come
/// meanwhile wait and then share one transaction. Nobody is answered before the commit.
/// </summary>
public sealed class GroupedWrites<TContext, TEntry, TResult> where TContext : ServiceDbContext
{
    private const int MaxGroup = 64;

    private sealed record Waiting(TEntry Entry, string Key, TaskCompletionSource<TResult> Done);

    private readonly Database<TContext> database;
    private readonly Func<TContext, IReadOnlyList<TEntry>, CancellationToken, Task<IReadOnlyList<TResult>>> work;
    private readonly Func<TEntry, string> keyOf;
    private readonly WriteLane<Waiting> lane;

    /// <summary>Writes that go through the database of one service.</summary>
    /// <param name="work">Does the entries of a group, which have different keys and are in the keys' order; one result for each.</param>
    public GroupedWrites(Database<TContext> database, Func<TContext, IReadOnlyList<TEntry>, CancellationToken, Task<IReadOnlyList<TResult>>> work, Func<TEntry, string> keyOf)
    {
        (this.database, this.work, this.keyOf) = (database, work, keyOf);
        lane = new WriteLane<Waiting>(Take, StoreOrSplitAsync);
    }

    /// <summary>The entry's result, once it is stored.</summary>
    /// <exception cref="StorageException">The storage is full, read-only, damaged or out of reach.</exception>
    public Task<TResult> WriteAsync(TEntry entry)
    {
        var waiting = new Waiting(entry, keyOf(entry), new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        lane.Add(waiting);
        return waiting.Done.Task;
    }

    private async Task StoreOrSplitAsync(List<Waiting> group)
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
            foreach (var waiting in group) await StoreOrSplitAsync([waiting]);
        }
    }

    private async Task StoreAsync(List<Waiting> group)
    {
        var entries = group.ConvertAll(waiting => waiting.Entry);
        var results = await database.WriteAsync((db, token) => work(db, entries, token), CancellationToken.None);
        for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
    }

    /// <summary>What waits, in the order of the keys, because two groups that lock rows in another order would wait for each other; a key once.</summary>
    private static List<Waiting> Take(LinkedList<Waiting> queue)
    {
        var group = new SortedDictionary<string, Waiting>(StringComparer.Ordinal);
        for (var node = queue.First; node is not null && group.Count < MaxGroup;)
        {
            var next = node.Next;
            if (group.TryAdd(node.Value.Key, node.Value)) queue.Remove(node);
            node = next;
        }
        return [.. group.Values];
    }
}
