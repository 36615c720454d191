using Charterhouse.Platform.Configuration;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>How the steps hang together: every need exists, and every step can start some time.</summary>
internal static class NeedsCheck
{
    private const int ShownSteps = 20;

    public static void Check(IReadOnlyList<StepDraft> steps, Problems problems)
    {
        var names = steps.Select(step => step.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            foreach (var need in step.Needs)
            {
                if (problems.Full) return;
                if (need.Value == step.Name.Value)
                    problems.Add(need, $"Step {Show.Quoted(need.Value)} needs itself.", "Remove it from its own 'needs'.");
                else if (!names.Contains(need.Value))
                    problems.Add(need, $"There is no step {Show.Quoted(need.Value)}.", Suggestion.Or(need.Value, names.Where(name => name != step.Name.Value), "Name one of the steps of this workflow."));
            }
        }
        CheckCycles(steps, problems);
    }

    /// <summary>
    /// One problem per cycle, or per knot of cycles. Steps behind a cycle can never start either, but are only mentioned: they are well
    /// once the cycle is gone. Without a cycle every step can be reached.
    /// </summary>
    private static void CheckCycles(IReadOnlyList<StepDraft> steps, Problems problems)
    {
        var names = steps.Select(step => step.Name.Value).ToHashSet(StringComparer.Ordinal);
        var needs = steps.ToDictionary(
            step => step.Name.Value,
            step => step.Needs.Select(need => need.Value).Where(need => need != step.Name.Value && names.Contains(need)).ToList(),
            StringComparer.Ordinal);
        var reach = Reach(steps, needs);
        var reported = new HashSet<int>();
        for (var i = 0; i < steps.Count; i++)
        {
            if (problems.Full || !reach[i][i] || reported.Contains(i) || Cycle(steps[i].Name.Value, needs) is not { } cycle) continue;
            var waiting = Enumerable.Range(0, steps.Count).Where(j => reach[j][i]).ToList();
            reported.UnionWith(waiting.Where(j => reach[i][j]));
            var behind = waiting.Where(j => !reach[i][j]).Select(j => steps[j].Name.Value).ToList();
            var need = steps[i].Needs.First(candidate => candidate.Value == cycle[^2]);
            problems.Add(
                need,
                $"These steps wait for each other: {Names(cycle, " → ")}." + (behind.Count > 0 ? $" Behind them, and never started either: {Names(behind, ", ")}." : ""),
                $"Break the cycle, for example by removing {Show.Quoted(need.Value)} from the needs of {Show.Quoted(steps[i].Name.Value)}.");
        }
    }

    /// <summary>The shortest way from a step back to itself, in the order in which the steps would run; null when there is none.</summary>
    private static List<string>? Cycle(string start, Dictionary<string, List<string>> needs)
    {
        var next = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var current))
        {
            foreach (var need in needs[current])
            {
                if (!next.TryAdd(need, current)) continue;
                if (need != start)
                {
                    open.Enqueue(need);
                    continue;
                }
                List<string> way = [start];
                do way.Add(next[way[^1]]); while (way[^1] != start);
                return way;
            }
        }
        return null;
    }

    /// <summary>Which step needs which, directly or not. Worked out once for all: a search per step would let a small text cost minutes.</summary>
    private static bool[][] Reach(IReadOnlyList<StepDraft> steps, Dictionary<string, List<string>> needs)
    {
        var index = steps.Select((step, i) => (step.Name.Value, i)).ToDictionary(entry => entry.Value, entry => entry.i, StringComparer.Ordinal);
        var reach = steps.Select(_ => new bool[steps.Count]).ToArray();
        foreach (var (name, needed) in needs)
        {
            foreach (var need in needed) reach[index[name]][index[need]] = true;
        }
        for (var via = 0; via < steps.Count; via++)
        {
            foreach (var row in reach.Where(row => row[via]))
            {
                for (var to = 0; to < row.Length; to++) row[to] |= reach[via][to];
            }
        }
        return reach;
    }

    private static string Names(IReadOnlyList<string> names, string separator) =>
        string.Join(separator, names.Take(ShownSteps).Select(Show.Text)) + (names.Count > ShownSteps ? $" … ({names.Count} in all)" : "");
}
