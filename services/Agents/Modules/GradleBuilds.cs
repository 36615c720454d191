using Charterhouse.Agents.Scan.Details.Projects;

namespace Charterhouse.Agents.Modules;

/// <summary>The Gradle builds of a tree by their settings: which projects they have, where these lie and what they are called.</summary>
internal sealed class GradleBuilds
{
    private readonly Build[] _builds;

    public GradleBuilds(SourceTree tree) =>
        _builds = Enumerable.Range(0, tree.Facts.Files.Count)
            .Where(file => SourceTree.NameOf(tree.PathOf(file)) is "settings.gradle" or "settings.gradle.kts")
            .Select(file => new Build(tree, file)).OrderByDescending(build => build.Folder.Length).ThenBy(build => build.Folder, StringComparer.Ordinal).ToArray();

    /// <summary>Every project that a build lists: the settings' file, the folder and the name.</summary>
    public IEnumerable<(int File, string Folder, string Name)> Listed() =>
        _builds.SelectMany(build => build.Names.Where(project => project.Key != build.Folder).Select(project => (build.File, project.Key, project.Value)));

    /// <summary>The name that the build gives to the project in that folder; null when it says nothing.</summary>
    public string? NameOf(string folder) => Above(folder)?.Names.GetValueOrDefault(folder);

    /// <summary>False when the folder lies in a build whose settings are understood, but not in its list: data of a test, a template.</summary>
    public bool Has(string folder) => Above(folder) is not { IsComplete: true } build || folder == build.Folder || build.Names.ContainsKey(folder) || SourceTree.NameOf(folder) is "buildSrc";

    /// <summary>The folder of the project that a script in another means by <c>:a:b</c> or <c>projects.a.b</c>; null for none.</summary>
    public string? Resolve(string from, string project)
    {
        if (Above(from) is not { } build) return project.StartsWith(':') ? project[1..].Replace(':', '/') : null;
        var words = project.StartsWith("projects.", StringComparison.Ordinal) ? project[9..] : project;
        if (build.ByName.TryGetValue(Plain(words), out var folder)) return folder;
        // projects.a.dependencyProject
        return words.LastIndexOf('.') is var dot and > 0 ? build.ByName.GetValueOrDefault(Plain(words[..dot])) : null;
    }

    private Build? Above(string folder) => Array.Find(_builds, build => SourceTree.IsIn(folder, build.Folder));

    /// <summary>Gradle makes <c>fooBar</c> of <c>foo-bar</c>.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private sealed class Build
    {
        public Build(SourceTree tree, int file)
        {
            (File, Folder) = (file, SourceTree.FolderOf(tree.PathOf(file)));
            var rows = tree.Rows(file, ProjectRows.Kind).ToArray();
            var places = rows.Where(row => row[0] == ProjectRows.Place).GroupBy(row => row[1], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last()[2], StringComparer.Ordinal);
            var names = rows.Where(row => row[0] == ProjectRows.Named).GroupBy(row => row[1], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last()[2], StringComparer.Ordinal);
            foreach (var row in rows.Where(row => row[0] == ProjectRows.Name)) Names[Folder] = row[1];
            var members = rows.Where(row => row[0] == ProjectRows.Member).Select(row => row[1]).Distinct(StringComparer.Ordinal).ToArray();
            IsComplete = members.Length > 0 && !members.Contains(ProjectRows.Any, StringComparer.Ordinal) && !places.ContainsValue("");
            foreach (var path in members.Where(path => path.Length > 1 && path[0] == ':'))
            {
                if (SourceTree.Resolve(Folder, places.GetValueOrDefault(path, path[1..].Replace(':', '/'))) is not { Length: > 0 } folder) continue;
                var name = names.GetValueOrDefault(path, path[(path.LastIndexOf(':') + 1)..]);
                // connect:runtime is no "runtime" to anybody.
                Names[folder] = path.LastIndexOf(':') > 0 && !name.Contains('-', StringComparison.Ordinal) ? path[1..].Replace(':', '/') : name;
                // By the path as it was included, and with the name that the project was given.
                ByName.TryAdd(Plain(path), folder);
                ByName[Plain(path[..path.LastIndexOf(':')] + name)] = folder;
            }
        }

        public int File { get; }
        public string Folder { get; }
        /// <summary>The settings name every project in plain words.</summary>
        public bool IsComplete { get; }
        /// <summary>By folder.</summary>
        public Dictionary<string, string> Names { get; } = new(StringComparer.Ordinal);
        /// <summary>The folder by the plain name.</summary>
        public Dictionary<string, string> ByName { get; } = new(StringComparer.Ordinal);
    }
}
