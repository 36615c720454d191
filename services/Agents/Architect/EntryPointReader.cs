using System.Text.RegularExpressions;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules.Imports;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details.Imports;
using Charterhouse.Agents.Scan.Details.Projects;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Architect;

/// <summary>Where programs begin, each with the line that says so.</summary>
internal static partial class EntryPointReader
{
    private static readonly string[] Order = ["web service", "background service", "web application", "desktop application", "command-line tool", "program", "compose service", "container"];

    /// <summary>The section. Tests, examples and scripts of the build are left out.</summary>
    public static EntryPointsSection Read(SourceTree tree, ModuleMap map, ImportGraph imports)
    {
        var points = new List<EntryPoint>();
        var declared = new HashSet<string>(StringComparer.Ordinal);
        var users = Users(tree, imports);
        // What others import is used by them first, and run second.
        var imported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var project in map.Projects)
        {
            var path = tree.PathOf(project.File);
            if (project.IsTest || map.IsBeside(path)) continue;
            Targets(tree, project, path, points, declared);
            foreach (var row in tree.Rows(project.File, ProjectRows.Kind).Where(row => row[0] == ProjectRows.Makes))
            {
                points.Add(new EntryPoint(row[1], row[2].Length > 0 ? row[2] : project.Name, path, Math.Max(1, row.Line), row[3].Length > 0 ? row[3] : null));
                if (row[3].Length > 0 && SourceTree.Resolve(project.Folder, row[3]) is { } program) declared.Add(program);
                if (project.Family == SourceFamily.CSharp) declared.Add(project.Folder);
            }
        }
        for (var i = 0; i < tree.Roles.Length; i++)
        {
            if (tree.Roles[i] != SourceRole.Source || tree.Rows(i, ImportRows.Main).FirstOrDefault() is not { Fields: not null } main) continue;
            var path = tree.PathOf(i);
            // A declaration says the same of it, with a better name.
            if (declared.Contains(path) || tree.FamilyOf(i) == SourceFamily.CSharp && map.Modules[map.Of(i)].Project is { } owner && declared.Contains(owner.Folder)) continue;
            // A module of a package that can also be run is no program for anybody but its author.
            if (tree.FamilyOf(i) == SourceFamily.Python && !path.EndsWith("/__main__.py", StringComparison.Ordinal) && tree.Find(SourceTree.Join(SourceTree.FolderOf(path), "__init__.py")) >= 0) continue;
            if (tree.FamilyOf(i) == SourceFamily.Rust && !RustProgram().IsMatch(path)) continue;
            if (tree.FamilyOf(i) == SourceFamily.Jvm && DescribesItself().IsMatch(path)) continue;
            if (users[i] > 0) imported.Add(path);
            points.Add(new EntryPoint("program", Name(path, map.Modules[map.Of(i)]), path, main.Line, null));
        }
        foreach (var excerpt in tree.Facts.Excerpts.Where(excerpt => !map.IsBeside(excerpt.Path))) Containers(excerpt, points);
        var ordered = points.DistinctBy(point => (point.Kind, point.Name, point.Path)).OrderBy(point => Array.IndexOf(Order, point.Kind)).ThenBy(point => imported.Contains(point.Path)).ThenBy(point => point.Path.Count(c => c == '/')).ThenBy(point => point.Path, StringComparer.Ordinal)
            .ThenBy(point => point.Line).ThenBy(point => point.Name, StringComparer.Ordinal).ToArray();
        return new EntryPointsSection(ordered.Length, ordered.Take(EntryPointsSection.Limit).ToArray());
    }

    /// <summary>By file: how many other source files import it.</summary>
    private static int[] Users(SourceTree tree, ImportGraph imports)
    {
        var users = new int[tree.Roles.Length];
        foreach (var (_, to) in imports.Links.Where(link => link.To >= 0 && link.To != link.From && tree.Roles[link.From] == SourceRole.Source).Select(link => (link.From, link.To)).Distinct()) users[to]++;
        return users;
    }

    /// <summary>CMake's programs whose list names the file that they begin in.</summary>
    private static void Targets(SourceTree tree, Project project, string path, List<EntryPoint> points, HashSet<string> declared)
    {
        foreach (var row in tree.Rows(project.File, ProjectRows.Kind).Where(row => row[0] == ProjectRows.Source))
            if (SourceTree.Resolve(project.Folder, row[2]) is { } source && tree.FindSource(source) is var file and >= 0 && tree.Roles[file] == SourceRole.Source && tree.Rows(file, ImportRows.Main).Any() && declared.Add(source))
                points.Add(new EntryPoint("program", row[1], path, Math.Max(1, row.Line), source));
    }

    /// <summary>The file's name, or its folder's when that says more; at the top its project's.</summary>
    private static string Name(string path, Module module)
    {
        var name = SourceTree.NameOf(path);
        var stem = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : name;
        var folder = SourceTree.NameOf(SourceTree.FolderOf(path));
        if (stem == "main" && folder.Length == 0 && module.Name is not ("(top)" or "top")) return SourceTree.NameOf(module.Name);
        return stem is "main" or "__main__" or "Program" or "Main" or "index" or "mod" && folder.Length > 0 && folder is not ("src" or "bin") ? folder : stem;
    }

    private static void Containers(Excerpt file, List<EntryPoint> points)
    {
        if (ContainerFiles.IsDockerfile(file.Path)) Dockerfile(file, points);
        else if (ContainerFiles.IsCompose(file.Path)) ComposeReader.Read(file, points);
    }

    /// <summary>What the last stage runs and listens to.</summary>
    private static void Dockerfile(Excerpt file, List<EntryPoint> points)
    {
        string? command = null;
        var isEntryPoint = false;
        var line = 0;
        var ports = new List<string>();
        var number = 0;
        foreach (var raw in file.Text.Split('\n'))
        {
            number++;
            var words = raw.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2) continue;
            switch (words[0].ToUpperInvariant())
            {
                case "FROM":
                    (command, isEntryPoint, line) = (null, false, 0);
                    ports.Clear();
                    break;
                case "EXPOSE":
                    ports.AddRange(words[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                    if (line == 0) line = number;
                    break;
                case "ENTRYPOINT": (command, isEntryPoint, line) = (words[1], true, number); break;
                case "CMD" when !isEntryPoint: (command, line) = (words[1], number); break;
            }
        }
        if (command is null && ports.Count == 0) return;
        var folder = SourceTree.NameOf(SourceTree.FolderOf(file.Path));
        var detail = string.Join("; ", new[] { ports.Count > 0 ? (ports.Count == 1 ? "port " : "ports ") + string.Join(", ", ports.Take(8)) : null, command is { Length: > 80 } ? command[..80] + "…" : command }.OfType<string>());
        points.Add(new EntryPoint("container", folder.Length > 0 ? folder : SourceTree.NameOf(file.Path), file.Path, line, detail));
    }

    /// <summary>Settings and measures that can be run to print their own documentation.</summary>
    [GeneratedRegex(@"[a-z](Configs?|Metrics)\.\w+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DescribesItself();

    [GeneratedRegex(@"(^|/)(main|src/bin/[^/]+|src/bin/[^/]+/main)\.rs$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RustProgram();
}
