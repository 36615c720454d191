using Charterhouse.Agents.Modules;

namespace Charterhouse.Agents.Architect.Graphs;

/// <summary>Who stands on whom.</summary>
internal static class Layers
{
    /// <summary>Levels of modules with source: the first depend on none; a circle is on one level.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(ModuleGraph graph)
    {
        var (of, count) = Components.Strong(graph.Next);
        var level = new int[count];
        // A component leads only to smaller numbers.
        foreach (var node in Enumerable.Range(0, of.Length).OrderBy(node => of[node]))
            foreach (var to in graph.Next[node])
                if (of[to] != of[node]) level[of[node]] = Math.Max(level[of[node]], level[of[to]] + 1);
        return graph.Map.Modules.Where(module => module.Files > 0).GroupBy(module => level[of[module.Id]]).OrderBy(group => group.Key)
            .Select(group => (IReadOnlyList<int>)group.Select(module => module.Id).ToArray()).ToArray();
    }
}
