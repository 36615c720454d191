using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>A using leads to the module that alone declares the namespace: a namespace is no file.</summary>
internal sealed class CSharpResolver
{
    private readonly Dictionary<string, HashSet<int>> _modules = new(StringComparer.Ordinal);
    private readonly ModuleMap _map;

    public CSharpResolver(SourceTree tree, ModuleMap map)
    {
        _map = map;
        for (var i = 0; i < tree.Roles.Length; i++)
        {
            if (tree.Roles[i] != SourceRole.Source || tree.FamilyOf(i) != SourceFamily.CSharp) continue;
            foreach (var row in tree.Rows(i, ImportRows.Declares)) (_modules.TryGetValue(row[0], out var set) ? set : _modules[row[0]] = []).Add(map.Of(i));
        }
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        // using static and aliases name a type: its namespace is what remains.
        for (var name = row[0]; name.Length > 0; name = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "")
        {
            if (!_modules.TryGetValue(name, out var modules)) continue;
            // Several modules share it: which of them is meant cannot be told.
            if (modules.Count == 1) add(new Target(-1, modules.First()));
            else if (modules.Contains(_map.Of(file))) add(new Target(-1, _map.Of(file)));
            return;
        }
    }
}
