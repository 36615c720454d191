using Charterhouse.Agents.Modules.Imports;

namespace Charterhouse.Agents.Modules;

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
/// What modules depend on: by what their source imports and by what their projects declare; in .NET by the references alone, which are complete. Tests and
/// what stands beside the source neither depend nor are depended upon.
/// </summary>
internal sealed class ModuleGraph
{
    private const string DotNet = ".NET project";
    private readonly Dictionary<(int From, int To), Dependency> _dependencies = [];

    public ModuleGraph(SourceTree tree, ModuleMap map, ImportGraph imports)
    {
        Map = map;
        var byReference = new HashSet<int>();
        var declared = DeclaredDependencies.Read(tree, map).Where(one => !one.IsTest && map.Modules[one.From].Files > 0).ToArray();
        foreach (var one in declared.Where(one => IsDotNet(one.From)))
        {
            byReference.Add(one.From);
            Declare(one);
        }
        foreach (var link in imports.Links)
        {
            var from = map.Of(link.From);
            if (from == link.Module || link.Kind is LinkKind.Child or LinkKind.Undeclared || tree.Roles[link.From] != SourceRole.Source || link.To >= 0 && tree.Roles[link.To] != SourceRole.Source) continue;
            // A reference through a reference brings namespaces too, but no dependency of its own.
            if (IsDotNet(from) && byReference.Count > 0 && !_dependencies.ContainsKey((from, link.Module))) continue;
            Add(from, link.Module, link.From, link.Line, link.To, isImport: true, link.Kind != LinkKind.TypeOnly);
        }
        // Behind the imports, which show it better.
        foreach (var one in declared.Where(one => !IsDotNet(one.From))) Declare(one);
        Dependencies = _dependencies.Values.OrderBy(dependency => dependency.From).ThenBy(dependency => dependency.To).ToArray();
        Next = Neighbours(_ => true);

        bool IsDotNet(int module) => map.Modules[module].Project?.System == DotNet;

        void Declare(DeclaredDependency one)
        {
            if (map.Modules[one.To].Files > 0 && !(_dependencies.TryGetValue((one.From, one.To), out var known) && known.Imports > 0)) Add(one.From, one.To, one.File, one.Line, map.Modules[one.To].Project?.File ?? -1, isImport: false, loads: true);
        }
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

    private void Add(int from, int to, int file, int line, int toFile, bool isImport, bool loads)
    {
        if (!_dependencies.TryGetValue((from, to), out var dependency)) _dependencies[(from, to)] = dependency = new Dependency(from, to);
        if (isImport) dependency.Imports++;
        // The place shown is one that loads, if there is any.
        if (dependency.File < 0 || loads && dependency.Loading == 0) (dependency.File, dependency.Line, dependency.ToFile) = (file, line, toFile);
        if (loads) dependency.Loading++;
    }
}
