using System.Runtime.InteropServices;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Modules;

/// <summary>That a project file names another project of the repository.</summary>
/// <param name="From">The module.</param>
/// <param name="File">Where it stands.</param>
/// <param name="IsTest">Only its tests need it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeclaredDependency(int From, int To, int File, int Line, bool IsTest);

/// <summary>What project files say of each other: references of .NET, Gradle and CMake, and packages of this repository by their names.</summary>
internal static class DeclaredDependencies
{
    /// <summary>In the order of the files.</summary>
    public static IReadOnlyList<DeclaredDependency> Read(SourceTree tree, ModuleMap map)
    {
        var declared = new List<DeclaredDependency>();
        var packages = Packages(tree);
        var targets = Targets(tree, map);
        foreach (var details in tree.Facts.Details)
        {
            var (file, path) = (details.File, tree.PathOf(details.File));
            var folder = SourceTree.FolderOf(path);
            if (details.Rows.Contains(PackageRows.Requires, StringComparison.Ordinal) && Ecosystem(tree, file) is { } ecosystem)
                foreach (var row in tree.Rows(file, PackageRows.Requires))
                    if (packages.GetValueOrDefault((ecosystem, Plain(row[0]))) is { } package) Add(folder, package, row, row[2] == Scope.Dev);
            if (!details.Rows.Contains(ProjectRows.Kind, StringComparison.Ordinal)) continue;
            var isCMake = path.EndsWith("CMakeLists.txt", StringComparison.OrdinalIgnoreCase);
            foreach (var row in tree.Rows(file, ProjectRows.Kind))
            {
                if (row[0] == ProjectRows.Reference && !row[1].Contains("$(", StringComparison.Ordinal) && SourceTree.Resolve(folder, row[1]) is { } project) Add(folder, SourceTree.FolderOf(project), row, false);
                else if (row[0] == ProjectRows.Uses && !isCMake && map.Gradle.Resolve(folder, row[2]) is { } used) Add(row[1].Length == 0 ? folder : map.Gradle.Resolve(folder, row[1]), used, row, row[3] == ProjectRows.Test);
                else if (row[0] == ProjectRows.Uses && isCMake && targets.GetValueOrDefault(TargetName(row[2])) is { } target) Add(folder, target, row, false);
            }

            void Add(string? from, string to, DetailRow row, bool isTest)
            {
                if (from is null || map.In(from) is not { } source || map.In(to) is not { } target || source == target) return;
                declared.Add(new DeclaredDependency(source.Id, target.Id, file, row.Line, isTest || tree.Facts.Files[file].Has(Facts.FileFlags.Test)));
            }
        }
        return declared;
    }

    /// <summary>The folders of the packages that are made here; null for a name that several have.</summary>
    private static Dictionary<(string Ecosystem, string Name), string?> Packages(SourceTree tree)
    {
        var packages = new Dictionary<(string, string), string?>();
        foreach (var details in tree.Facts.Details)
            foreach (var row in tree.Rows(details.File, PackageRows.Manifest))
            {
                var folder = SourceTree.FolderOf(tree.PathOf(details.File));
                if (row[1].Length > 0 && !packages.TryAdd((row[0], Plain(row[1])), folder) && packages[(row[0], Plain(row[1]))] != folder) packages[(row[0], Plain(row[1]))] = null;
            }
        return packages;
    }

    private static Dictionary<string, string?> Targets(SourceTree tree, ModuleMap map)
    {
        var targets = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var project in map.Projects.Where(project => project.System is "CMake project" or ProjectFinder.CMakeFolder))
            foreach (var row in tree.Rows(project.File, ProjectRows.Kind).Where(row => row[0] == ProjectRows.Target))
                if (!targets.TryAdd(row[1], project.Folder) && targets[row[1]] != project.Folder) targets[row[1]] = null;
        return targets;
    }

    private static string? Ecosystem(SourceTree tree, int file) => tree.Rows(file, PackageRows.Manifest).Select(row => row[0]).FirstOrDefault();

    /// <summary><c>absl::base</c> is another name of <c>base</c>.</summary>
    private static string TargetName(string name) => name.LastIndexOf("::", StringComparison.Ordinal) is var at and >= 0 ? name[(at + 2)..] : name;

    private static string Plain(string name) => name.ToLowerInvariant().Replace('_', '-');
}
