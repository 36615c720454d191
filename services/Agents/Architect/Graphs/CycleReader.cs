using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Modules.Imports;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Architect.Graphs;

/// <summary>Circles of dependencies with the imports that make them.</summary>
internal static class CycleReader
{
    /// <summary>A circle of more members is shown by its first ones.</summary>
    public const int MemberLimit = 30;
    private const int BreakEdges = 200;

    /// <summary>Circles of modules; an import of types alone makes none.</summary>
    /// <param name="counts">What may be a part of one; every dependency unless said.</param>
    public static IReadOnlyList<DependencyCycle> OfModules(SourceTree tree, ModuleGraph graph, Func<Dependency, bool>? counts = null)
    {
        bool Counts(Dependency dependency) => dependency.Loading > 0 && (counts is null || counts(dependency));
        var next = graph.Neighbours(Counts);
        return Components.Circles(next).Select(members =>
        {
            var way = Components.ShortestCircle(next, members);
            var places = way.Select((module, i) =>
            {
                var dependency = graph.Between(module, way[(i + 1) % way.Count]);
                return new ImportPlace(tree.PathOf(dependency.File), dependency.Line, dependency.ToFile >= 0 ? tree.PathOf(dependency.ToFile) : graph.Map.Modules[dependency.To].Name, dependency.Loading);
            }).ToArray();
            return new DependencyCycle(members.Take(MemberLimit).Select(module => graph.Map.Modules[module].Name).ToArray(), places, Breaks(graph, next, members, Counts));
        }).ToArray();
    }

    /// <summary>
    /// Circles of files that go through more than one folder, each with a shortest way that begins with an import from one folder into another; what is
    /// only loaded when a function runs, or of which only types are used, makes none.
    /// </summary>
    public static IReadOnlyList<(int[] Members, DependencyCycle Cycle)> OfFiles(SourceTree tree, IReadOnlyList<int> files, ILookup<int, Link> links)
    {
        var number = files.Select((file, i) => (file, i)).ToDictionary(pair => pair.file, pair => pair.i);
        var next = files.Select(file => links[file].Where(link => link.Kind == LinkKind.Plain && number.ContainsKey(link.To)).Select(link => number[link.To]).Distinct().ToArray()).ToArray();
        return Components.Circles(next)
            .Select(members => (Members: members, Way: Components.ShortestCircle(next, members, (from, to) => FolderOf(from) != FolderOf(to))))
            .Where(circle => circle.Way.Count > 0)
            .Select(circle =>
            {
                var (members, way) = circle;
                var places = way.Select((member, i) =>
                {
                    var to = files[way[(i + 1) % way.Count]];
                    var link = links[files[member]].First(link => link.To == to && link.Kind == LinkKind.Plain);
                    return new ImportPlace(tree.PathOf(link.From), link.Line, tree.PathOf(to), 1);
                }).ToArray();
                return (members.Select(member => files[member]).ToArray(), new DependencyCycle(members.Take(MemberLimit).Select(member => tree.PathOf(files[member])).ToArray(), places, null));
            }).ToArray();

        string FolderOf(int node) => SourceTree.FolderOf(tree.PathOf(files[node]));
    }

    /// <summary>The weakest dependency without which nothing goes round; null when there is none, or too many to try.</summary>
    private static string? Breaks(ModuleGraph graph, int[][] next, int[] members, Func<Dependency, bool> counts)
    {
        var within = members.ToHashSet();
        var edges = members.SelectMany(from => next[from].Where(within.Contains).Select(to => graph.Between(from, to))).ToArray();
        if (edges.Length > BreakEdges) return null;
        foreach (var edge in edges.OrderBy(edge => edge.Loading).ThenBy(edge => edge.From).ThenBy(edge => edge.To))
        {
            var without = graph.Neighbours(other => other != edge && counts(other) && within.Contains(other.From) && within.Contains(other.To));
            if (Components.Circles(without).Count == 0) return $"{graph.Map.Modules[edge.From].Name} → {graph.Map.Modules[edge.To].Name}";
        }
        return null;
    }
}
