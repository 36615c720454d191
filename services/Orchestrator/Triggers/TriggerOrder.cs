using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>
/// Which of a window's events is about the newer state, as far as they tell. Each names the head, the head before, and commits between: what a head came from
/// is older. Where that says nothing (or both, after a forced push back), the forge's clock counts, then the arrival. Pure; what it does not know, the
/// repository's own history decides when the run syncs.
/// </summary>
internal sealed class TriggerOrder
{
    // from each head to those of the known heads that it came from, one step
    private readonly Dictionary<string, HashSet<string>> olderOf = new(StringComparer.Ordinal);

    /// <summary>What the events of a window tell, in any order.</summary>
    public TriggerOrder(IReadOnlyCollection<TriggerReceived> events)
    {
        foreach (var one in events)
        {
            if (one.HeadSha is { } head) olderOf.TryAdd(head, new HashSet<string>(StringComparer.Ordinal));
        }
        foreach (var one in events.Where(one => one.HeadSha is not null))
        {
            var older = olderOf[one.HeadSha!];
            // what is nobody's head leads nowhere
            foreach (var sha in one.Commits.Append(one.BeforeSha ?? ""))
            {
                if (sha != one.HeadSha && olderOf.ContainsKey(sha)) older.Add(sha);
            }
        }
    }

    /// <summary>True when the first is about an older state than the second.</summary>
    public bool IsOlder(TriggerReceived one, TriggerReceived other) => ByAncestry(one, other) is { } older ? older : Compare(one, other) < 0;

    /// <summary>The one about the newest state, whatever order they come in; one that names no head, such as an issue's, only where none does.</summary>
    /// <param name="candidates">At least one.</param>
    public TriggerReceived Newest(IReadOnlyList<TriggerReceived> candidates)
    {
        var below = candidates.Where(one => one.HeadSha is not null).Select(one => one.HeadSha!).Distinct(StringComparer.Ordinal).ToDictionary(head => head, Below, StringComparer.Ordinal);
        var newest = candidates.Where(one => one.HeadSha is { } head ? !below.Any(other => other.Value.Contains(head) && !below[head].Contains(other.Key)) : below.Count == 0).ToList();
        // of several lines that nothing connects; never empty, because what is above everything it is below does not count
        return newest.OrderBy(one => one.EventId, StringComparer.Ordinal).Aggregate((best, one) => Compare(best, one) < 0 ? one : best);
    }

    private bool? ByAncestry(TriggerReceived one, TriggerReceived other)
    {
        if (one.HeadSha is not { } head || other.HeadSha is not { } otherHead || head == otherHead) return null;
        var (older, newer) = (Below(otherHead).Contains(head), Below(head).Contains(otherHead));
        return older == newer ? null : older;
    }

    private HashSet<string> Below(string head)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([head]);
        while (next.TryPop(out var at))
        {
            if (!olderOf.TryGetValue(at, out var older)) continue;
            foreach (var sha in older)
            {
                if (reached.Add(sha)) next.Push(sha);
            }
        }
        return reached;
    }

    private static int Compare(TriggerReceived one, TriggerReceived other)
    {
        var byForge = one.HappenedAt is { } here && other.HappenedAt is { } there ? here.CompareTo(there) : 0;
        if (byForge != 0) return byForge;
        var byArrival = one.ReceivedAt.CompareTo(other.ReceivedAt);
        return byArrival != 0 ? byArrival : string.CompareOrdinal(one.EventId, other.EventId);
    }
}
