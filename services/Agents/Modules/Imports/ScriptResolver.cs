using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>TypeScript and JavaScript: relative paths, tsconfig's paths and baseUrl, packages of the workspace.</summary>
internal sealed class ScriptResolver
{
    private static readonly string[] Extensions = [".ts", ".tsx", ".mts", ".cts", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"];

    /// <summary>What is written stands for what it is compiled from.</summary>
    private static readonly (string Written, string[] Source)[] Compiled =
        [(".js", [".ts", ".tsx"]), (".jsx", [".tsx"]), (".mjs", [".mts"]), (".cjs", [".cts"])];

    private readonly SourceTree _tree;
    private readonly ModuleMap _map;
    private readonly DeclaredPackages _declared;
    private readonly Dictionary<string, (string Folder, string[] Entries)> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Config> _configs = new(StringComparer.Ordinal);

    private sealed record Config(string Folder, string? BaseUrl, (string Pattern, string Target)[] Aliases);

    public ScriptResolver(SourceTree tree, ModuleMap map)
    {
        (_tree, _map, _declared) = (tree, map, new DeclaredPackages(tree, PackageEcosystems.Npm));
        foreach (var project in map.Projects)
            if (project.System == "npm package")
                _packages.TryAdd(project.Name, (project.Folder, tree.Rows(project.File, ProjectRows.Kind).Where(row => row[0] == ProjectRows.Entry).Select(row => row[1]).ToArray()));
        for (var i = 0; i < tree.Facts.Files.Count; i++)
        {
            if (SourceTree.NameOf(tree.PathOf(i)) is not { } name || !name.EndsWith("config.json", StringComparison.Ordinal) && !name.StartsWith("tsconfig", StringComparison.Ordinal)) continue;
            var rows = tree.Rows(i, ProjectRows.Kind).Where(row => row[0] is ProjectRows.BaseUrl or ProjectRows.Alias).ToArray();
            if (rows.Length == 0) continue;
            var folder = SourceTree.FolderOf(tree.PathOf(i));
            var baseUrl = rows.Where(row => row[0] == ProjectRows.BaseUrl).Select(row => SourceTree.Resolve(folder, row[1])).FirstOrDefault();
            var aliases = rows.Where(row => row[0] == ProjectRows.Alias).Select(row => (row[1], SourceTree.Resolve(baseUrl ?? folder, row[2]) ?? "")).Where(pair => pair.Item2.Length > 0).ToArray();
            // tsconfig.json before tsconfig.base.json of the same folder.
            if (!_configs.ContainsKey(folder) || name == "tsconfig.json") _configs[folder] = new Config(folder, baseUrl, aliases);
        }
    }

    public void Resolve(int file, DetailRow row, Action<Target> add)
    {
        var spec = row[0];
        if (spec.IndexOfAny(['?', '#'], 1 <= spec.Length ? 1 : 0) is var query and > 0) spec = spec[..query];
        if (spec.Length == 0) return;
        var folder = SourceTree.FolderOf(_tree.PathOf(file));
        if (spec[0] == '.')
        {
            Add(SourceTree.Resolve(folder, spec) is { } path ? Find(path) : -1, add);
            return;
        }
        // A path may lead anywhere; another package by its name is there at run time only if it is declared.
        if (PackageOf(spec) is var package && _packages.ContainsKey(package) && !_declared.Allows(file, package)) add = Undeclared(add);
        if (ByConfig(folder, spec) is var aliased and >= 0) Add(aliased, add);
        else ByPackage(spec, add);
    }

    private static Action<Target> Undeclared(Action<Target> add) => target => add(target with { IsUndeclared = true });

    private static string PackageOf(string spec)
    {
        var end = spec.IndexOf('/', StringComparison.Ordinal);
        if (spec[0] == '@' && end > 0) end = spec.IndexOf('/', end + 1);
        return end < 0 ? spec : spec[..end];
    }

    private void Add(int file, Action<Target> add)
    {
        if (file >= 0) add(new Target(file, _map.Of(file)));
    }

    private int ByConfig(string folder, string spec)
    {
        if (_configs.Count == 0) return -1;
        while (true)
        {
            if (_configs.TryGetValue(folder, out var config))
            {
                foreach (var (pattern, target) in config.Aliases)
                {
                    var star = pattern.IndexOf('*', StringComparison.Ordinal);
                    if (star < 0 ? pattern != spec : spec.Length < pattern.Length - 1 || !spec.StartsWith(pattern[..star], StringComparison.Ordinal) || !spec.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal)) continue;
                    var middle = star < 0 ? "" : spec[star..(spec.Length - (pattern.Length - star - 1))];
                    if (SourceTree.Resolve("", target.Replace("*", middle, StringComparison.Ordinal)) is { } path && Find(path) is var found and >= 0) return found;
                }
                if (config.BaseUrl is { } root && SourceTree.Resolve(root, spec) is { } bare && Find(bare) is var file and >= 0) return file;
            }
            if (folder.Length == 0) return -1;
            folder = SourceTree.FolderOf(folder);
        }
    }

    private void ByPackage(string spec, Action<Target> add)
    {
        var name = PackageOf(spec);
        if (!_packages.TryGetValue(name, out var package)) return;
        var rest = name.Length == spec.Length ? "" : spec[(name.Length + 1)..];
        var candidates = rest.Length > 0 ? [rest, "src/" + rest] : package.Entries.Concat(["src/index", "src/main", "index", "lib/index"]);
        foreach (var candidate in candidates)
        {
            if (SourceTree.Resolve(package.Folder, candidate) is not { } path || Find(path) is var file && file < 0) continue;
            Add(file, add);
            return;
        }
        // The package is known, its file is not: built, or named by a condition.
        var module = _map.Modules.FirstOrDefault(module => module.Folder == package.Folder && module.Files > 0);
        if (module is not null) add(new Target(-1, module.Id));
    }

    private int Find(string path)
    {
        if (_tree.FindSource(path) is var exact and >= 0) return exact;
        foreach (var (written, sources) in Compiled)
        {
            if (!path.EndsWith(written, StringComparison.Ordinal)) continue;
            foreach (var source in sources)
                if (_tree.FindSource(path[..^written.Length] + source) is var compiled and >= 0) return compiled;
        }
        foreach (var extension in Extensions)
            if (_tree.FindSource(path + extension) is var file and >= 0) return file;
        foreach (var extension in Extensions)
            if (_tree.FindSource(SourceTree.Join(path, "index" + extension)) is var index and >= 0) return index;
        return -1;
    }
}
