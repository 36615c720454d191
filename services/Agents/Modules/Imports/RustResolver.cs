using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>Rust: paths through the tree of modules of a crate, and the names of the workspace's crates.</summary>
internal sealed class RustResolver
{
    private readonly SourceTree _tree;
    private readonly ModuleMap _map;
    /// <summary>Folder that a crate's modules lie in, and module path, to the file.</summary>
    private readonly Dictionary<(string Root, string Path), int> _modules = [];
    private readonly Dictionary<int, (string Root, string Path)> _places = [];
    private readonly Dictionary<string, (string Root, string Package)> _crates = new(StringComparer.Ordinal);
    private readonly DeclaredPackages _declared;

    public RustResolver(SourceTree tree, ModuleMap map)
    {
        (_tree, _map, _declared) = (tree, map, new DeclaredPackages(tree, PackageEcosystems.Cargo));
        var roots = new List<string>();
        foreach (var project in map.Projects.Where(project => project.Family == SourceFamily.Rust))
        {
            var rows = tree.Rows(project.File, ProjectRows.Kind).ToArray();
            var library = rows.Where(row => row[0] == ProjectRows.Entry).Select(row => row[1]).FirstOrDefault("src/lib.rs");
            foreach (var path in rows.Where(row => row[0] == ProjectRows.Makes && row[3].Length > 0).Select(row => row[3]).Append(library).Append("src/main.rs"))
                if (SourceTree.Resolve(project.Folder, path) is { } full && tree.FindSource(full) is var root and >= 0)
                {
                    roots.Add(SourceTree.FolderOf(full));
                    _modules.TryAdd((SourceTree.FolderOf(full), ""), root);
                    _places.TryAdd(root, (SourceTree.FolderOf(full), ""));
                }
            var package = tree.Rows(project.File, PackageRows.Manifest).Select(row => row[1]).FirstOrDefault(project.Name);
            if (SourceTree.Resolve(project.Folder, library) is { } lib && tree.FindSource(lib) >= 0)
                foreach (var row in rows.Where(row => row[0] == ProjectRows.Name)) _crates.TryAdd(row[1].Replace('-', '_'), (SourceTree.FolderOf(lib), package));
        }
        var known = roots.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < tree.Roles.Length; i++)
        {
            if (tree.FamilyOf(i) != SourceFamily.Rust || _places.ContainsKey(i)) continue;
            var path = tree.PathOf(i);
            var root = SourceTree.FolderOf(path);
            while (root.Length > 0 && !known.Contains(root)) root = SourceTree.FolderOf(root);
            if (!known.Contains(root)) continue;
            var name = path[(root.Length == 0 ? 0 : root.Length + 1)..^3];
            if (name.EndsWith("/mod", StringComparison.Ordinal)) name = name[..^4];
            // Every file in src/bin is a program of its own.
            if (name.StartsWith("bin/", StringComparison.Ordinal)) continue;
            name = name.Replace("/", "::", StringComparison.Ordinal);
            if (_modules.TryAdd((root, name), i)) _places[i] = (root, name);
        }
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        var known = _places.TryGetValue(file, out var place);
        if (row[1] == ImportRows.Child)
        {
            if (known) Find(place.Root, Join(place.Path, row[0]), exact: true, file, add);
            return;
        }
        var segments = row[0].Split("::");
        var at = known ? Join(place.Path, row[2]) : row[2]; // a program of its own has no place among the modules
        if (segments[0] == "crate")
        {
            if (known) Find(place.Root, string.Join("::", segments[1..]), exact: false, file, add);
            return;
        }
        if (segments[0] is "self" or "super")
        {
            if (!known) return;
            var next = 0;
            while (next < segments.Length && segments[next] is "self" or "super")
            {
                if (segments[next++] != "super") continue;
                at = at.LastIndexOf("::", StringComparison.Ordinal) is var cut and >= 0 ? at[..cut] : "";
            }
            Find(place.Root, Join(at, string.Join("::", segments[next..])), exact: false, file, add);
            return;
        }
        // A module of this one goes before a crate of the same name.
        if (known && _modules.ContainsKey((place.Root, Join(at, segments[0])))) Find(place.Root, Join(at, row[0]), exact: false, file, add);
        else if (_crates.TryGetValue(segments[0], out var crate) && !(known && place.Root == crate.Root && place.Path.Length > 0) && IsDeclared(file, segments[0], crate.Package))
            Find(crate.Root, string.Join("::", segments[1..]), exact: false, file, add);
    }

    /// <summary>By the package's name or the one it is used by; what only tests may use, source does not.</summary>
    private bool IsDeclared(int file, string crate, string package)
    {
        var without = _tree.Roles[file] == SourceRole.Source ? Scope.Dev : null;
        return _declared.Allows(file, package, without) || _declared.Allows(file, crate, without);
    }

    /// <summary>The file of the longest beginning of the path; what is left is an item in it.</summary>
    private void Find(string root, string path, bool exact, int from, Action<Target> add)
    {
        while (true)
        {
            if (_modules.TryGetValue((root, path), out var file))
            {
                if (file != from) add(new Target(file, _map.Of(file)));
                return;
            }
            if (exact || path.Length == 0) return;
            path = path.LastIndexOf("::", StringComparison.Ordinal) is var cut and >= 0 ? path[..cut] : "";
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}::{name}";
}
