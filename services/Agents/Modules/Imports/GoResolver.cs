using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>Go: an import path is a module's path and the folder of a package in it.</summary>
internal sealed class GoResolver
{
    private readonly Dictionary<string, int> _packages = new(StringComparer.Ordinal);
    private readonly (string Path, string Folder)[] _modules;

    public GoResolver(SourceTree tree, ModuleMap map)
    {
        for (var i = 0; i < tree.Roles.Length; i++)
            if (tree.Roles[i] == SourceRole.Source && tree.FamilyOf(i) == SourceFamily.Go) _packages.TryAdd(SourceTree.FolderOf(tree.PathOf(i)), map.Of(i));
        _modules = map.Projects.Where(project => project.System == "Go module").Select(project => (project.Name, project.Folder))
            .OrderByDescending(module => module.Name.Length).ThenBy(module => module.Folder, StringComparer.Ordinal).ToArray();
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        foreach (var (path, folder) in _modules)
        {
            if (!SourceTree.IsIn(row[0], path)) continue;
            if (_packages.TryGetValue(SourceTree.Join(folder, row[0].Length == path.Length ? "" : row[0][(path.Length + 1)..]), out var module)) add(new Target(-1, module));
            return;
        }
    }
}
