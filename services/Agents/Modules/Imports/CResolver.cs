using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>C and C++: the path from the including file, else the one file of the tree whose path ends so.</summary>
internal sealed class CResolver
{
    /// <summary>A name that more files have says nothing; and looking through them for every way to write it would take long.</summary>
    private const int NamesakeLimit = 1_000;

    private readonly SourceTree _tree;
    private readonly ModuleMap _map;
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    public CResolver(SourceTree tree, ModuleMap map)
    {
        (_tree, _map) = (tree, map);
        for (var i = 0; i < tree.Roles.Length; i++)
            if (tree.FamilyOf(i) == SourceFamily.C) (_byName.TryGetValue(SourceTree.NameOf(tree.PathOf(i)), out var list) ? list : _byName[SourceTree.NameOf(tree.PathOf(i))] = []).Add(i);
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        var spec = row[0].Replace('\\', '/');
        var found = -1;
        var isAngle = row[1] == ImportRows.Angle;
        if (!isAngle && SourceTree.Resolve(SourceTree.FolderOf(_tree.PathOf(file)), spec) is { } relative)
        {
            found = _tree.FindSource(relative);
            // It is there, but others wrote it or a tool did.
            if (found < 0 && _tree.Find(relative) >= 0) return;
        }
        // <stdio.h> is the system's, whatever lies in the tree; <project/file.h> may be a header of this project.
        if (found < 0 && (!isAngle || spec.Contains('/', StringComparison.Ordinal))) found = BySuffix(spec, isAngle);
        if (found >= 0) add(new Target(found, _map.Of(found)));
    }

    private int BySuffix(string spec, bool isAngle)
    {
        if (SourceTree.Resolve("", spec.TrimStart('.', '/')) is not { Length: > 0 } suffix) return -1;
        var key = isAngle ? "<" + suffix : suffix;
        if (_known.TryGetValue(key, out var known)) return known;
        var found = -1;
        if (_byName.TryGetValue(SourceTree.NameOf(suffix), out var files) && files.Count <= NamesakeLimit)
        {
            foreach (var file in files)
            {
                var path = _tree.PathOf(file);
                if (path != suffix && !path.EndsWith("/" + suffix, StringComparison.Ordinal)) continue;
                if (isAngle && !IsIncludeRoot(path[..Math.Max(0, path.Length - suffix.Length - 1)])) continue;
                if (found >= 0)
                {
                    found = -1;
                    break;
                }
                found = file;
            }
        }
        return _known[key] = found;
    }

    private static bool IsIncludeRoot(string folder) => SourceTree.NameOf(folder) is "" or "include" or "src" or "inc";
}
