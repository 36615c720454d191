using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>Python: dotted names from the folders that packages lie in, relative ones from the package, and a script's neighbours.</summary>
internal sealed class PythonResolver
{
    private const int Ambiguous = -2;

    private readonly SourceTree _tree;
    private readonly ModuleMap _map;
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    public PythonResolver(SourceTree tree, ModuleMap map)
    {
        (_tree, _map) = (tree, map);
        // Folders that names may begin at besides those around a package: a namespace package has no __init__.
        var roots = map.Projects.Where(project => project.Family == SourceFamily.Python).SelectMany(project => (string[])[project.Folder, SourceTree.Join(project.Folder, "src")])
            .Append("").Append("src").ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < tree.Roles.Length; i++)
        {
            if (tree.FamilyOf(i) != SourceFamily.Python || !IsModule(tree.PathOf(i))) continue;
            var folder = SourceTree.FolderOf(tree.PathOf(i));
            var root = folder;
            while (root.Length > 0 && IsPackage(root)) root = SourceTree.FolderOf(root);
            if (root == folder && !roots.Contains(root)) root = roots.Where(one => SourceTree.IsIn(folder, one)).MaxBy(one => one.Length)!;
            Add(Name(tree.PathOf(i), root), i);
            if (roots.Where(one => SourceTree.IsIn(root, one)).MaxBy(one => one.Length) is { } outer && outer != root) Add(Name(tree.PathOf(i), outer), i);
        }
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        var spec = row[0];
        var names = row[2].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var folder = SourceTree.FolderOf(_tree.PathOf(file));
        if (spec.StartsWith('.'))
        {
            var dots = spec.AsSpan().IndexOfAnyExcept('.') is var other && other < 0 ? spec.Length : other;
            for (var up = 1; up < dots; up++)
            {
                if (folder.Length == 0) return;
                folder = SourceTree.FolderOf(folder);
            }
            Members(SourceTree.Join(folder, spec[dots..].Replace('.', '/')), names, add);
            return;
        }
        // A script finds its neighbours.
        var first = spec.Split('.', 2)[0];
        if (!IsPackage(folder) && Find(SourceTree.Join(folder, first)) >= 0)
        {
            Members(SourceTree.Join(folder, spec.Replace('.', '/')), names, add);
            return;
        }
        var found = -1;
        var added = false;
        foreach (var name in names)
        {
            if (_names.GetValueOrDefault($"{spec}.{name}", -1) is not (>= 0 and var member)) continue;
            Add(member, add);
            added = true;
        }
        if (added) return;
        // The deepest that is a file: the rest is a member of it.
        for (var name = spec; found < 0 && name.Length > 0; name = names.Length == 0 && name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "") found = _names.GetValueOrDefault(name, -1);
        Add(found, add);
    }

    private void Members(string path, string[] names, Action<Target> add)
    {
        var added = false;
        foreach (var name in names)
        {
            if (Find(SourceTree.Join(path, name)) is not (>= 0 and var member)) continue;
            Add(member, add);
            added = true;
        }
        if (!added) Add(Find(path), add);
    }

    private void Add(int file, Action<Target> add)
    {
        if (file >= 0) add(new Target(file, _map.Of(file)));
    }

    private void Add(string name, int file)
    {
        if (name.Length == 0) return;
        if (!_names.TryGetValue(name, out var known)) _names[name] = file;
        // A stub beside its module is the same; two files of one name are not.
        else if (known >= 0 && known != file && SourceTree.FolderOf(_tree.PathOf(known)) != SourceTree.FolderOf(_tree.PathOf(file))) _names[name] = _tree.Roles[known] == SourceRole.Source && _tree.Roles[file] != SourceRole.Source ? known : _tree.Roles[known] != SourceRole.Source && _tree.Roles[file] == SourceRole.Source ? file : Ambiguous;
    }

    private int Find(string path)
    {
        foreach (var candidate in (string[])[path + ".py", path + "/__init__.py", path + ".pyi", path + ".pyx"])
            if (_tree.FindSource(candidate.TrimStart('/')) is var file and >= 0) return file;
        return -1;
    }

    private bool IsPackage(string folder) => _tree.Find(SourceTree.Join(folder, "__init__.py")) >= 0;

    private static bool IsModule(string path) => path.EndsWith(".py", StringComparison.Ordinal) || path.EndsWith(".pyx", StringComparison.Ordinal);

    private static string Name(string path, string root)
    {
        var name = path[(root.Length == 0 ? 0 : root.Length + 1)..path.LastIndexOf('.')];
        if (name.EndsWith("/__init__", StringComparison.Ordinal)) name = name[..^9];
        return name == "__init__" ? "" : name.Replace('/', '.');
    }
}
