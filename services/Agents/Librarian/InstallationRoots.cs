using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Librarian;

/// <summary>Which manifests are resolved together, by one lock file or one workspace; others may differ on purpose.</summary>
internal sealed class InstallationRoots
{
    /// <summary>Folders, by ecosystem, whose file lists the members of a workspace or build.</summary>
    private readonly HashSet<(string Ecosystem, string Folder)> _lists = [];

    public InstallationRoots(RepositoryFacts facts)
    {
        foreach (var details in facts.Details)
        {
            var path = facts.Files[details.File].Path;
            if (EcosystemOf(path) is { } ecosystem && DetailRows.Parse(details.Rows, ProjectRows.Kind).Any(row => row[0] == ProjectRows.Member)) _lists.Add((ecosystem, FolderOf(path)));
        }
        foreach (var file in facts.Files)
            if (file.IsFile && (file.Path.EndsWith("settings.gradle", StringComparison.Ordinal) || file.Path.EndsWith("settings.gradle.kts", StringComparison.Ordinal))) _lists.Add((PackageEcosystems.Gradle, FolderOf(file.Path)));
    }

    /// <summary>What is the same for manifests that are resolved together: a folder, or the manifest's own path when it stands alone.</summary>
    public string Of(PackageMap map, PackageFile manifest)
    {
        // The projects of a solution are loaded together, those of a Maven build as well.
        if (map.Ecosystem is PackageEcosystems.NuGet or PackageEcosystems.Maven) return "";
        var list = NearestList(map.Ecosystem, manifest.Folder);
        if (map.LocksOf(manifest) is not [var first, ..] locks) return list ?? manifest.Path;
        if (first.Folder == manifest.Folder) return first.Folder;
        var within = manifest.Folder[first.Folder.Length..].TrimEnd('/');
        if (locks.Any(file => file.Covers.Contains(within))) return first.Folder;
        // npm's lock files name their workspaces, yarn's first form does not; a package below that is in none is installed apart.
        return map.Ecosystem != PackageEcosystems.Npm || locks.All(file => file.Covers.Count == 0) && list == first.Folder ? first.Folder : manifest.Path;
    }

    private string? NearestList(string ecosystem, string folder)
    {
        for (; ; folder = folder[..(folder.TrimEnd('/').LastIndexOf('/') + 1)])
        {
            if (_lists.Contains((ecosystem, folder))) return folder;
            if (folder.Length == 0) return null;
        }
    }

    private static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    private static string? EcosystemOf(string path) => path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant() switch
    {
        "package.json" or "pnpm-workspace.yaml" or "lerna.json" => PackageEcosystems.Npm,
        "cargo.toml" => PackageEcosystems.Cargo,
        _ => null,
    };
}
