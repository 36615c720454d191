using Charterhouse.Agents.Modules;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Architect.Graphs;

/// <summary>Chooses what a picture of the modules shows, so that a person can read it.</summary>
internal static class DiagramDrawer
{
    private const int BoxLimit = 25;
    /// <summary>Modules with a box of their own when not all can have one.</summary>
    private const int Single = 18;
    private const int EdgeLimit = 40;
    /// <summary>With more, nobody follows them.</summary>
    private const double LinesPerBox = 1.25;
    private const int FewEdges = 20;

    /// <summary>The diagram; null with fewer than two modules.</summary>
    public static ModuleDiagram? Draw(ModuleGraph graph)
    {
        var modules = graph.Map.Modules.Where(module => module.Files > 0).ToArray();
        if (modules.Length < 2) return null;
        var degree = new int[graph.Map.Modules.Count];
        foreach (var dependency in graph.Dependencies)
        {
            degree[dependency.From]++;
            degree[dependency.To]++;
        }
        var boxOf = new int[graph.Map.Modules.Count];
        Array.Fill(boxOf, -1);
        var boxes = new List<DiagramBox>();
        var lines = Math.Max(1, modules.Max(module => module.Lines));
        var most = Math.Max(1, degree.Max());
        var single = modules.Length <= BoxLimit ? modules
            : modules.OrderByDescending(module => (double)module.Lines / lines + (double)degree[module.Id] / most).ThenBy(module => module.Id).Take(Single).OrderBy(module => module.Id).ToArray();
        foreach (var module in single)
        {
            boxOf[module.Id] = boxes.Count;
            boxes.Add(new DiagramBox(module.Name, 1));
        }
        var groups = modules.Where(module => boxOf[module.Id] < 0).GroupBy(module => module.Folder.Split('/', 2)[0], StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
        var own = groups.Length <= BoxLimit - Single ? groups.Length : BoxLimit - Single - 1;
        foreach (var group in groups.Take(own)) Fold(group.Count() == 1 ? group.First().Name : group.Key.Length == 0 ? "(top)" : group.Key + "/", [.. group]);
        if (groups.Length > own) Fold("elsewhere", [.. groups.Skip(own).SelectMany(group => group)]);

        var weights = new Dictionary<(int From, int To), int>();
        foreach (var dependency in graph.Dependencies)
            if (boxOf[dependency.From] != boxOf[dependency.To]) weights[(boxOf[dependency.From], boxOf[dependency.To])] = weights.GetValueOrDefault((boxOf[dependency.From], boxOf[dependency.To])) + Math.Max(1, dependency.Imports);
        var next = Enumerable.Range(0, boxes.Count).Select(box => weights.Keys.Where(key => key.From == box).Select(key => key.To).Order().ToArray()).ToArray();
        var kept = Components.Reduce(next);
        // Too many lines come from circles: there the way that most imports go is drawn, and what follows from it left out again.
        var clear = kept.Count <= Math.Max(FewEdges, boxes.Count * LinesPerBox) ? kept : Components.Reduce(Downwards(next, weights));
        var drawn = clear.OrderByDescending(edge => weights[edge]).ThenBy(edge => edge).Take(EdgeLimit).Order().Select(edge => new DiagramEdge(edge.From, edge.To)).ToArray();
        return new ModuleDiagram(boxes, drawn, kept.Count - drawn.Length);

        void Fold(string label, Module[] members)
        {
            foreach (var module in members) boxOf[module.Id] = boxes.Count;
            boxes.Add(new DiagramBox(label, members.Length));
        }
    }

    /// <summary>The edges without those that lead back: the heaviest first, each unless it would close a circle.</summary>
    private static int[][] Downwards(int[][] next, Dictionary<(int From, int To), int> weights)
    {
        var reach = new bool[next.Length, next.Length];
        var kept = Array.ConvertAll(next, _ => new List<int>());
        foreach (var (from, to) in weights.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key))
        {
            if (reach[to, from]) continue;
            kept[from].Add(to);
            for (var above = 0; above < next.Length; above++)
                if (above == from || reach[above, from])
                    for (var below = 0; below < next.Length; below++) reach[above, below] |= below == to || reach[to, below];
        }
        return Array.ConvertAll(kept, list => list.Order().ToArray());
    }
}
