using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details.Imports;
using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Modules;

/// <summary>Finds the project files that make a folder a module, and the projects that a Gradle build only lists.</summary>
internal static class ProjectFinder
{
    /// <summary>The outermost list.</summary>
    public const string CMake = "CMake project";
    /// <summary>One with targets, of several.</summary>
    public const string CMakeFolder = "CMake folder";
    private const string Maven = "Maven module";
    private const string Gradle = "Gradle project";

    /// <summary>In the order of their files' paths; those of a Gradle build without a script of their own last.</summary>
    /// <param name="outside">Folders whose project no list of the product names, and that lie in no other.</param>
    public static IReadOnlyList<Project> Find(SourceTree tree, GradleBuilds gradle, out IReadOnlyList<string> outside)
    {
        var projects = new List<Project>();
        var lists = new Dictionary<string, Dictionary<string, string[]>>(StringComparer.Ordinal) { [CMake] = new(StringComparer.Ordinal), [Maven] = new(StringComparer.Ordinal) };
        var targets = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tree.Facts.Files.Count; i++)
        {
            var file = tree.Facts.Files[i];
            if (!file.IsFile || file.Has(FileFlags.Vendored) || file.Has(FileFlags.Generated)) continue;
            var name = SourceTree.NameOf(file.Path);
            if (ProjectKind.Of(name) is not { } kind) continue;
            var rows = tree.Rows(i, ProjectRows.Kind).ToArray();
            var declared = rows.Where(row => row[0] == ProjectRows.Name).Select(row => row[1]).FirstOrDefault("");
            // Without a name it is configuration: a workspace's top, or the mark of a folder's module format.
            if (kind.NeedsName && declared.Length == 0) continue;
            var folder = SourceTree.FolderOf(file.Path);
            if (kind.System == Gradle) declared = gradle.NameOf(folder) ?? "";
            if (lists.TryGetValue(kind.System, out var list)) list[folder] = rows.Where(row => row[0] == ProjectRows.Member).Select(row => row[1]).ToArray();
            if (kind.System == CMake && rows.Any(row => row[0] == ProjectRows.Target)) targets.Add(folder);
            var called = declared.Length > 0 ? declared : kind.System == ".NET project" ? Path.GetFileNameWithoutExtension(name) : folder.Length == 0 ? "top" : SourceTree.NameOf(folder);
            projects.Add(new Project(i, folder, kind, called, file.Has(FileFlags.Test) || rows.Any(row => row[0] == ProjectRows.Test)));
        }
        var scripts = projects.Where(project => project.System == Gradle).Select(project => project.Folder).ToHashSet(StringComparer.Ordinal);
        foreach (var (file, folder, name) in gradle.Listed())
            if (scripts.Add(folder)) projects.Add(new Project(file, folder, ProjectKind.Of("build.gradle")!, name, PathKinds.FlagsOf(folder + "/").HasFlag(FileFlags.Test)));
        projects.RemoveAll(project => project.System == Gradle && !gradle.Has(project.Folder)
            || lists.TryGetValue(project.System, out var list) && !IsReached(project.Folder, list));
        outside = new Workspaces(tree).TakeOutsiders(projects);
        return Targets(projects, targets);
    }

    /// <summary>A list above names the folder, or none is above: what no list names is a template, or data of a test.</summary>
    private static bool IsReached(string folder, Dictionary<string, string[]> lists)
    {
        var isOutermost = true;
        for (var above = folder; above.Length > 0;)
        {
            above = SourceTree.FolderOf(above);
            if (!lists.TryGetValue(above, out var members)) continue;
            isOutermost = false;
            foreach (var member in members)
                if (member == ProjectRows.Any || SourceTree.Resolve(above, member.EndsWith(".xml", StringComparison.Ordinal) ? SourceTree.FolderOf(member) : member) == folder) return true;
        }
        return isOutermost;
    }

    /// <summary>In CMake every folder may have its list: those with targets are modules when there are several, else the outermost is one.</summary>
    private static List<Project> Targets(List<Project> projects, HashSet<string> targets)
    {
        var lists = projects.Where(project => project.System == CMake).ToArray();
        var outermost = lists.Where(project => !lists.Any(other => other != project && SourceTree.IsIn(project.Folder, other.Folder))).ToArray();
        var inner = lists.Except(outermost).Where(project => targets.Contains(project.Folder) && !project.IsTest && !PathKinds.IsBeside(project.Folder + "/")).ToArray();
        var named = inner.Length < 2 ? [] : inner.Select(project =>
        {
            var top = outermost.First(one => SourceTree.IsIn(project.Folder, one.Folder)).Folder;
            return project with { Kind = project.Kind with { System = CMakeFolder }, Name = project.Folder[(top.Length == 0 ? 0 : top.Length + 1)..] };
        }).ToArray();
        projects.RemoveAll(project => project.System == CMake);
        projects.AddRange(outermost);
        projects.AddRange(named);
        return projects;
    }
}

/// <summary>A sort of project files.</summary>
/// <param name="System">For people.</param>
/// <param name="Family">What it builds; null where that family's imports are not read.</param>
/// <param name="Languages">What else it builds.</param>
/// <param name="NeedsName">Without a declared name it is no project.</param>
internal sealed record ProjectKind(string System, SourceFamily? Family, string[] Languages, bool NeedsName)
{
    private static readonly ProjectKind DotNet = new(".NET project", SourceFamily.CSharp, ["F#", "Visual Basic"], false);
    private static readonly ProjectKind Jvm = new("Maven module", SourceFamily.Jvm, ["Scala", "Groovy", "Clojure"], false);
    private static readonly ProjectKind Python = new("Python package", SourceFamily.Python, [], false);

    /// <summary>True when such a project builds files of that language.</summary>
    public bool Builds(string? language) => ImportReader.FamilyOf(language) is { } family && family == Family || Languages.Contains(language, StringComparer.Ordinal);

    /// <summary>What a file of that name is; null for no project.</summary>
    public static ProjectKind? Of(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower switch
        {
            "package.json" => new ProjectKind("npm package", SourceFamily.Script, [], true),
            "cargo.toml" => new ProjectKind("Cargo crate", SourceFamily.Rust, [], true),
            "pyproject.toml" => Python with { NeedsName = true },
            "setup.py" or "setup.cfg" => Python,
            "go.mod" => new ProjectKind("Go module", SourceFamily.Go, [], true),
            "pom.xml" => Jvm,
            "build.gradle" or "build.gradle.kts" => Jvm with { System = "Gradle project" },
            "build.sbt" => Jvm with { System = "sbt project" },
            "cmakelists.txt" => new ProjectKind("CMake project", SourceFamily.C, [], false),
            "composer.json" => new ProjectKind("Composer package", null, ["PHP"], false),
            "package.swift" => new ProjectKind("Swift package", null, ["Swift"], false),
            "mix.exs" => new ProjectKind("Mix project", null, ["Elixir"], false),
            "pubspec.yaml" => new ProjectKind("Dart package", null, ["Dart"], false),
            _ when Path.GetExtension(lower) is ".csproj" or ".fsproj" or ".vbproj" => DotNet,
            _ when lower.EndsWith(".gemspec", StringComparison.Ordinal) => new ProjectKind("Ruby gem", null, ["Ruby"], false),
            _ => null,
        };
    }
}
