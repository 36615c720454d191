namespace Charterhouse.Agents.Architect.Graphs;

/// <summary>What holds together in a directed graph.</summary>
internal static class Components
{
    private const int Starts = 200;

    /// <summary>
    /// Strongly connected components by Tarjan's algorithm, without recursion: a chain of 100,000 files is no reason to run out of stack. The
    /// component of every node; a component's number is greater than those that it leads to.
    /// </summary>
    /// <param name="next">For every node, where it leads to.</param>
    public static (int[] Of, int Count) Strong(IReadOnlyList<int[]> next)
    {
        var index = new int[next.Count];
        var low = new int[next.Count];
        var of = new int[next.Count];
        Array.Fill(of, -1);
        var stack = new Stack<int>();
        var work = new Stack<(int Node, int Edge)>();
        int counter = 0, count = 0;
        for (var start = 0; start < next.Count; start++)
        {
            if (index[start] != 0) continue;
            work.Push((start, 0));
            while (work.TryPop(out var frame))
            {
                var (node, edge) = frame;
                if (edge == 0)
                {
                    index[node] = low[node] = ++counter;
                    stack.Push(node);
                }
                else
                {
                    low[node] = Math.Min(low[node], low[next[node][edge - 1]]);
                }
                var descended = false;
                for (; edge < next[node].Length; edge++)
                {
                    var to = next[node][edge];
                    if (index[to] == 0)
                    {
                        work.Push((node, edge + 1));
                        work.Push((to, 0));
                        descended = true;
                        break;
                    }
                    if (of[to] < 0) low[node] = Math.Min(low[node], index[to]);
                }
                if (descended || low[node] != index[node]) continue;
                int member;
                do
                {
                    member = stack.Pop();
                    of[member] = count;
                    low[member] = int.MaxValue;
                }
                while (member != node);
                count++;
            }
        }
        return (of, count);
    }

    /// <summary>The members of every component with more than one, each ascending, in the order of their first.</summary>
    public static IReadOnlyList<int[]> Circles(IReadOnlyList<int[]> next)
    {
        var (of, count) = Strong(next);
        var sizes = new int[count];
        foreach (var component in of) sizes[component]++;
        return Enumerable.Range(0, of.Length).Where(node => sizes[of[node]] > 1).GroupBy(node => of[node]).Select(group => group.ToArray()).ToArray();
    }

    /// <summary>A shortest way from a node back to it within its component, the node first; empty for none.</summary>
    /// <param name="first">What the way may begin with; any edge unless said.</param>
    public static IReadOnlyList<int> ShortestCircle(IReadOnlyList<int[]> next, int[] members, Func<int, int, bool>? first = null)
    {
        var within = members.ToHashSet();
        IReadOnlyList<int> best = [];
        // One start is enough for some circle; a few more find a shorter one.
        var starts = first is null ? members : members.Where(member => next[member].Any(to => within.Contains(to) && first(member, to)));
        foreach (var start in starts.Take(Starts))
        {
            var before = new Dictionary<int, int>();
            var queue = new Queue<int>([start]);
            while (queue.TryDequeue(out var node) && !before.ContainsKey(start))
                foreach (var to in next[node])
                    if (within.Contains(to) && (node != start || first is null || first(node, to)) && before.TryAdd(to, node)) queue.Enqueue(to);
            if (!before.ContainsKey(start)) continue;
            var way = new List<int>();
            for (var at = before[start]; at != start; at = before[at]) way.Add(at);
            way.Add(start);
            way.Reverse();
            if (best.Count == 0 || way.Count < best.Count) best = way;
            if (best.Count == 2) break;
        }
        return best;
    }

    /// <summary>Edges that follow from others are left out; between nodes of one circle every edge stays.</summary>
    /// <param name="next">Of few nodes: the effort is their number times the edges.</param>
    public static IReadOnlyList<(int From, int To)> Reduce(IReadOnlyList<int[]> next)
    {
        var (of, count) = Strong(next);
        var components = Enumerable.Range(0, count).Select(_ => new HashSet<int>()).ToArray();
        for (var node = 0; node < next.Count; node++)
            foreach (var to in next[node])
                if (of[to] != of[node]) components[of[node]].Add(of[to]);
        var reach = new HashSet<int>[count];
        // A component leads only to smaller numbers.
        for (var i = 0; i < count; i++) reach[i] = [.. components[i].SelectMany(to => reach[to].Append(to))];
        var kept = new List<(int, int)>();
        for (var node = 0; node < next.Count; node++)
            foreach (var to in next[node])
                if (of[to] == of[node] || !components[of[node]].Any(other => other != of[to] && reach[other].Contains(of[to]))) kept.Add((node, to));
        return kept;
    }
}
