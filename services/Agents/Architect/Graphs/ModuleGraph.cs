using Charterhouse.Agents.Architect.Imports;
using Charterhouse.Agents.Architect.Modules;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Architect.Graphs;

/// <summary>A dependency between modules.</summary>
internal sealed class Dependency(int from, int to)
{
    public int From => from;
    public int To => to;
    /// <summary>Imports; 0 when only a project says so.</summary>
    public int Imports { get; set; }
    /// <summary>Of those the ones that load something, or the project's reference.</summary>
    public int Loading { get; set; }
    /// <summary>The first place: a file and a line.</summary>
    public int File { get; set; } = -1;
    public int Line { get; set; }
    /// <summary>The file that it leads to there; -1 for none.</summary>
    public int ToFile { get; set; } = -1;
}

/// <summary>
/// What modules depend on: by the references of their projects where those are complete (.NET), else by what their source imports. Tests and
/// what stands beside the source neither depend nor are depended upon.
/// </summary>
internal sealed class ModuleGraph
{
    private readonly Dictionary<(int From, int To), Dependency> _dependencies = [];

    public ModuleGraph(SourceTree tree, ModuleMap map, ImportGraph imports)
    {
        Map = map;
        var byReference = new HashSet<int>();
        var folders = map.Modules.Where(module => module.Project is not null).ToDictionary(module => module.Folder, module => module.Id, StringComparer.Ordinal);
        foreach (var project in map.Projects.Where(project => project.System == ".NET project"))
            if (folders.TryGetValue(project.Folder, out var from) && map.Modules[from] is { Files: > 0, Project.System: ".NET project" })
                foreach (var row in tree.Rows(project.File, ProjectRows.Kind).Where(row => row[0] == ProjectRows.Reference))
                {
                    byReference.Add(from);
                    var path = row[1].Contains("$(", StringComparison.Ordinal) ? null : SourceTree.Resolve(project.Folder, row[1]);
                    if (path is not null && folders.TryGetValue(SourceTree.FolderOf(path), out var to) && to != from && map.Modules[to].Files > 0) Add(from, to, project.File, row.Line, tree.Find(path), isImport: false, loads: true);
                }
        foreach (var link in imports.Links)
        {
            var from = map.Of(link.From);
            if (from == link.Module || link.Kind == LinkKind.Child || tree.Roles[link.From] != SourceRole.Source || link.To >= 0 && tree.Roles[link.To] != SourceRole.Source) continue;
            // A reference through a reference brings namespaces too, but no dependency of its own.
            if (map.Modules[from].Project?.System == ".NET project" && (byReference.Contains(from) || byReference.Count > 0) && !_dependencies.ContainsKey((from, link.Module))) continue;
            Add(from, link.Module, link.From, link.Line, link.To, isImport: true, link.Kind != LinkKind.TypeOnly);
        }
        Dependencies = _dependencies.Values.OrderBy(dependency => dependency.From).ThenBy(dependency => dependency.To).ToArray();
        Next = Neighbours(_ => true);
    }

    public ModuleMap Map { get; }

    /// <summary>By from, then to.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; }

    /// <summary>By module: the modules that it depends on.</summary>
    public IReadOnlyList<int[]> Next { get; }

    public Dependency Between(int from, int to) => _dependencies[(from, to)];

    /// <summary>By module: those that a chosen dependency leads to.</summary>
    public int[][] Neighbours(Func<Dependency, bool> chosen)
    {
        var next = Enumerable.Range(0, Map.Modules.Count).Select(_ => new List<int>()).ToArray();
        foreach (var dependency in Dependencies)
            if (chosen(dependency)) next[dependency.From].Add(dependency.To);
        return Array.ConvertAll(next, list => list.ToArray());
    }

    /// <summary>Levels of modules with source: the first depend on none; a circle is on one level.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Layers()
    {
        var (of, count) = Components.Strong(Next);
        var level = new int[count];
        // A component leads only to smaller numbers.
        foreach (var node in Enumerable.Range(0, of.Length).OrderBy(node => of[node]))
            foreach (var to in Next[node])
                if (of[to] != of[node]) level[of[node]] = Math.Max(level[of[node]], level[of[to]] + 1);
        return Map.Modules.Where(module => module.Files > 0).GroupBy(module => level[of[module.Id]]).OrderBy(group => group.Key)
            .Select(group => (IReadOnlyList<int>)group.Select(module => module.Id).ToArray()).ToArray();
    }

    private void Add(int from, int to, int file, int line, int toFile, bool isImport, bool loads)
    {
        if (!_dependencies.TryGetValue((from, to), out var dependency)) _dependencies[(from, to)] = dependency = new Dependency(from, to);
        if (isImport) dependency.Imports++;
        // The place shown is one that loads, if there is any.
        if (dependency.File < 0 || loads && dependency.Loading == 0) (dependency.File, dependency.Line, dependency.ToFile) = (file, line, toFile);
        if (loads) dependency.Loading++;
    }
}
