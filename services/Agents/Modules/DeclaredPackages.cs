using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// Which packages a file may name at all: those that the manifest of its own package declares. What it names besides them is written for somebody else's
/// build, or taken away before anything runs.
/// </summary>
internal sealed class DeclaredPackages
{
    private readonly SourceTree _tree;
    /// <summary>By folder: the package's name, and every dependency with the scopes that it is declared for.</summary>
    private readonly Dictionary<string, (string Name, ILookup<string, string> Scopes)> _manifests = new(StringComparer.Ordinal);

    public DeclaredPackages(SourceTree tree, string ecosystem)
    {
        _tree = tree;
        foreach (var details in tree.Facts.Details)
            foreach (var name in tree.Rows(details.File, PackageRows.Manifest).Where(row => row[0] == ecosystem && row[1].Length > 0).Select(row => row[1]))
                _manifests.TryAdd(SourceTree.FolderOf(tree.PathOf(details.File)), (Plain(name), tree.Rows(details.File, PackageRows.Requires).ToLookup(row => Plain(row[0]), row => row[2], StringComparer.Ordinal)));
    }

    /// <summary>True when the file's package is that one or declares it, and where there is no manifest to ask.</summary>
    /// <param name="without">A scope that says nothing of this file.</param>
    public bool Allows(int file, string package, string? without = null)
    {
        var folder = SourceTree.FolderOf(_tree.PathOf(file));
        while (!_manifests.ContainsKey(folder))
        {
            if (folder.Length == 0) return true;
            folder = SourceTree.FolderOf(folder);
        }
        var (name, scopes) = _manifests[folder];
        return name == Plain(package) || scopes[Plain(package)].Any(scope => scope != without);
    }

    private static string Plain(string name) => name.ToLowerInvariant().Replace('_', '-');
}
