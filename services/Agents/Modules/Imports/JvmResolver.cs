using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>Java and Kotlin: a class by its package and the file that has its name, else the module that alone has the package.</summary>
internal sealed class JvmResolver
{
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _packages = new(StringComparer.Ordinal);
    private readonly SourceTree _tree;
    private readonly ModuleMap _map;

    public JvmResolver(SourceTree tree, ModuleMap map)
    {
        (_tree, _map) = (tree, map);
        for (var i = 0; i < tree.Roles.Length; i++)
        {
            if (tree.FamilyOf(i) != SourceFamily.Jvm || tree.Rows(i, ImportRows.Declares).FirstOrDefault() is not { Fields: not null } declared) continue;
            var name = SourceTree.NameOf(tree.PathOf(i));
            var type = $"{declared[0]}.{name[..Math.Max(name.LastIndexOf('.'), 0)]}";
            // A class that is there twice (a source set per platform) is neither.
            if (!_classes.TryAdd(type, i) && tree.Roles[i] == SourceRole.Source) _classes[type] = tree.Roles[_classes[type] is var known and >= 0 ? known : i] == SourceRole.Source ? -1 : i;
            if (tree.Roles[i] == SourceRole.Source) (_packages.TryGetValue(declared[0], out var set) ? set : _packages[declared[0]] = []).Add(map.Of(i));
        }
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        var name = row[0].EndsWith(".*", StringComparison.Ordinal) ? row[0][..^2] : row[0];
        for (var at = name; at.Length > 0; at = at.LastIndexOf('.') is var dot and > 0 ? at[..dot] : "")
        {
            if (_classes.TryGetValue(at, out var type))
            {
                if (type >= 0) add(new Target(type, _map.Of(type)));
                return;
            }
            if (!_packages.TryGetValue(at, out var modules)) continue;
            // A longer name than the package that no file has: in Kotlin a function or one of several classes of a file, in Java something generated.
            if (at.Length < name.Length && (_tree.LanguageOf(file) != "Kotlin" || name[(at.Length + 1)..].Contains('.', StringComparison.Ordinal))) return;
            if (modules.Count == 1) add(new Target(-1, modules.First()));
            return;
        }
    }
}
