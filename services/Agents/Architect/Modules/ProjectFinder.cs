using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details.Imports;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Architect.Modules;

/// <summary>Finds the project files that make a folder a module.</summary>
internal static class ProjectFinder
{
    /// <summary>In the order of their paths.</summary>
    public static IReadOnlyList<Project> Find(SourceTree tree)
    {
        var projects = new List<Project>();
        for (var i = 0; i < tree.Facts.Files.Count; i++)
        {
            var file = tree.Facts.Files[i];
            if (!file.IsFile || file.Has(FileFlags.Vendored) || file.Has(FileFlags.Generated)) continue;
            var name = SourceTree.NameOf(file.Path);
            if (Of(name) is not var (system, family, needsName)) continue;
            var rows = tree.Rows(i, ProjectRows.Kind).ToArray();
            var declared = rows.Where(row => row[0] == ProjectRows.Name).Select(row => row[1]).FirstOrDefault("");
            // Without a name it is configuration: a workspace's top, or the mark of a folder's module format.
            if (needsName && declared.Length == 0) continue;
            var folder = SourceTree.FolderOf(file.Path);
            var called = declared.Length > 0 ? declared : system == ".NET project" ? System.IO.Path.GetFileNameWithoutExtension(name) : folder.Length == 0 ? "top" : SourceTree.NameOf(folder);
            projects.Add(new Project(i, folder, system, family, called, file.Has(FileFlags.Test) || rows.Any(row => row[0] == ProjectRows.Test)));
        }
        return OutermostCMake(projects);
    }

    // Every folder of a CMake tree has its list: only the outermost is a project.
    private static List<Project> OutermostCMake(List<Project> projects)
    {
        var folders = projects.Where(project => project.System == "CMake project").Select(project => project.Folder).ToHashSet(StringComparer.Ordinal);
        projects.RemoveAll(project => project.System == "CMake project" && Ancestors(project.Folder).Any(folders.Contains));
        return projects;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        while (folder.Length > 0) yield return folder = SourceTree.FolderOf(folder);
    }

    private static (string System, SourceFamily Family, bool NeedsName)? Of(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower switch
        {
            "package.json" => ("npm package", SourceFamily.Script, true),
            "cargo.toml" => ("Cargo crate", SourceFamily.Rust, true),
            "pyproject.toml" => ("Python package", SourceFamily.Python, true),
            "setup.py" or "setup.cfg" => ("Python package", SourceFamily.Python, false),
            "go.mod" => ("Go module", SourceFamily.Go, true),
            "pom.xml" => ("Maven module", SourceFamily.Jvm, false),
            "build.gradle" or "build.gradle.kts" => ("Gradle project", SourceFamily.Jvm, false),
            "cmakelists.txt" => ("CMake project", SourceFamily.C, false),
            _ when lower.EndsWith(".csproj", StringComparison.Ordinal) || lower.EndsWith(".fsproj", StringComparison.Ordinal) || lower.EndsWith(".vbproj", StringComparison.Ordinal) => (".NET project", SourceFamily.CSharp, false),
            _ => null,
        };
    }
}
