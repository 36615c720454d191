using Charterhouse.Agents.Modules.Imports;

namespace Charterhouse.Agents.Modules;

/// <summary>Which files and modules are known to depend on each other, in whatever direction: tests, examples and project files count too.</summary>
internal sealed class Couplings
{
    private readonly SourceMap _map;
    private readonly HashSet<(string, string)> _modules = [];
    private readonly HashSet<(int, int)> _files = [];

    public Couplings(SourceMap map)
    {
        _map = map;
        foreach (var link in map.Imports.Links)
        {
            if (link.Kind != LinkKind.Child) _modules.Add(Ordered(map.Modules.FolderOf(map.Tree, link.From), FolderOf(link.Module)));
            if (link.To >= 0) _files.Add((Math.Min(link.From, link.To), Math.Max(link.From, link.To)));
        }
        foreach (var declared in DeclaredDependencies.Read(map.Tree, map.Modules)) _modules.Add(Ordered(FolderOf(declared.From), FolderOf(declared.To)));
    }

    /// <summary>The files, or the modules that they belong to, import each other or say in a project file that they need each other.</summary>
    public bool Has(int one, int other) =>
        _files.Contains((Math.Min(one, other), Math.Max(one, other)))
        || _modules.Contains(Ordered(_map.Modules.FolderOf(_map.Tree, one), _map.Modules.FolderOf(_map.Tree, other)));

    private string FolderOf(int module) => _map.Modules.Modules[module].Folder is { Length: > 0 } folder ? folder : ModuleMap.Top;

    private static (string, string) Ordered(string one, string other) => string.CompareOrdinal(one, other) <= 0 ? (one, other) : (other, one);
}
