using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// The modules, and to which of them each file belongs: the innermost project's, else the folder's at the top. The one notion of a module that all agents
/// share.
/// </summary>
internal sealed class ModuleMap
{
    /// <summary>The folder of what lies in no module and in no folder, and of a module at the top, as people are shown it.</summary>
    public const string Top = ".";

    private readonly int[] _moduleOf;
    private readonly Dictionary<string, Module> _byFolder;
    private readonly string[] _listed;

    private ModuleMap(IReadOnlyList<Module> modules, int[] moduleOf, IReadOnlyList<Project> projects, GradleBuilds gradle, string[] listed)
    {
        Modules = modules;
        _moduleOf = moduleOf;
        Projects = projects;
        Gradle = gradle;
        _listed = listed;
        _byFolder = modules.ToDictionary(module => module.Folder, StringComparer.Ordinal);
    }

    /// <summary>By id; those without any source (tests, examples) have no files.</summary>
    public IReadOnlyList<Module> Modules { get; }

    /// <summary>Every project, tests included.</summary>
    public IReadOnlyList<Project> Projects { get; }

    /// <summary>The Gradle builds of the tree.</summary>
    public GradleBuilds Gradle { get; }

    /// <summary>The folder of the file's module, as <see cref="FolderOf(string)"/>.</summary>
    public string FolderOf(SourceTree tree, int file) =>
        _moduleOf[file] is var module and >= 0 ? Modules[module].Folder is { Length: > 0 } folder ? folder : Top : FolderOf(tree.PathOf(file));

    /// <summary>
    /// The folder of the module that a path belongs to, whether a file is there (still) or not: the innermost module's, else the folder at the top,
    /// else <see cref="Top"/>.
    /// </summary>
    public string FolderOf(string path)
    {
        for (var folder = SourceTree.FolderOf(path); folder.Length > 0; folder = SourceTree.FolderOf(folder))
            if (_byFolder.ContainsKey(folder)) return folder;
        var first = path.IndexOf('/', StringComparison.Ordinal);
        return first < 0 || path[..first] == "src" ? Top : path[..first];
    }

    /// <summary>The module of such a folder; null for a folder that holds no source, tests or examples.</summary>
    public Module? In(string folder) => _byFolder.GetValueOrDefault(folder == Top ? "" : folder);

    /// <summary>The file's module; -1 for what is no source file.</summary>
    public int Of(int file) => _moduleOf[file];

    /// <summary>Stands beside the product, as <see cref="PathKinds.IsBeside"/> says, unless a build lists the folder as a part of it.</summary>
    public bool IsBeside(string path) => PathKinds.IsBeside(Array.Find(_listed, folder => SourceTree.IsIn(path, folder)) is { } listed ? path[(listed.Length + 1)..] : path);

    /// <summary>Divides the tree. Files of test projects become tests, those of projects beside the source stand beside.</summary>
    public static ModuleMap Create(SourceTree tree)
    {
        var gradle = new GradleBuilds(tree);
        var projects = ProjectFinder.Find(tree, gradle, out var outside);
        var listed = projects.Where(project => PathKinds.IsBesideByPlace(project.Folder) && (gradle.Listed().Any(one => one.Folder == project.Folder) || project.System == "Maven module"))
            .Select(project => project.Folder).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var folder in listed)
            for (var i = 0; i < tree.Roles.Length; i++)
                if (tree.Roles[i] == SourceRole.Side && SourceTree.IsIn(tree.PathOf(i), folder)) tree.Roles[i] = SourceRoles.Of(tree.Facts.Files[i] with { Path = tree.PathOf(i)[(folder.Length + 1)..] });
        Outsiders(tree, projects, outside);
        var folders = Folders(tree, projects);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var key = new string?[tree.Roles.Length];
        for (var i = 0; i < key.Length; i++)
        {
            if (tree.Roles[i] == SourceRole.None) continue;
            var folder = SourceTree.FolderOf(tree.PathOf(i));
            if (Innermost(folder, folders) is { } project)
            {
                key[i] = project;
                if (folders[project].IsTest && tree.Roles[i] == SourceRole.Source) tree.Roles[i] = SourceRole.Test;
            }
            else
            {
                key[i] = folder;
            }
        }
        Fallback(tree, key, folders);
        FolderSplit.Split(tree, key, folders, parts);
        Beside(tree, key);
        return Build(tree, key, folders, parts, projects, gradle, listed);
    }

    /// <summary>What lies in projects outside the product, or in templates of projects, stands beside.</summary>
    private static void Outsiders(SourceTree tree, IReadOnlyList<Project> projects, IReadOnlyList<string> outside)
    {
        var apart = projects.Where(project => (PathKinds.Of(tree.PathOf(project.File)) & PathKind.Template) != PathKind.Product).Select(project => project.Folder).Concat(outside).Where(folder => folder.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (apart.Count == 0) return;
        var own = projects.Select(project => project.Folder).Except(apart, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var roles = (SourceRole[])tree.Roles.Clone();
        for (var i = 0; i < roles.Length; i++)
            if (roles[i] == SourceRole.Source && Innermost(SourceTree.FolderOf(tree.PathOf(i)), folder => apart.Contains(folder) || own.Contains(folder)) is { } folder && apart.Contains(folder)) roles[i] = SourceRole.Side;
        // A repository of nothing else is about that.
        if (roles.Contains(SourceRole.Source)) roles.CopyTo(tree.Roles, 0);
    }

    /// <summary>The project that a folder is known by: the one that builds most of what lies in it.</summary>
    private static Dictionary<string, Project> Folders(SourceTree tree, IReadOnlyList<Project> projects)
    {
        var all = projects.Select(project => project.Folder).ToHashSet(StringComparer.Ordinal);
        var lines = new Dictionary<(string, string), long>();
        for (var i = 0; i < tree.Roles.Length; i++)
        {
            if (tree.Roles[i] == SourceRole.None || Innermost(SourceTree.FolderOf(tree.PathOf(i)), all) is not { } folder) continue;
            if (tree.Roles[i] != SourceRole.Side && tree.LanguageOf(i) is { } language) lines[(folder, language)] = lines.GetValueOrDefault((folder, language)) + tree.Facts.Files[i].Code + 1;
        }
        var byFolder = lines.ToLookup(pair => pair.Key.Item1, pair => (Language: pair.Key.Item2, Lines: pair.Value), StringComparer.Ordinal);
        long Built(Project project) => byFolder[project.Folder].Where(one => project.Kind.Builds(one.Language)).Sum(one => one.Lines);
        var chosen = new Dictionary<string, Project>(StringComparer.Ordinal);
        foreach (var group in projects.GroupBy(project => project.Folder, StringComparer.Ordinal))
        {
            // What builds nothing here is a tool of something else: a package.json for the formatter.
            var best = group.Where(project => Built(project) > 0)
                .OrderByDescending(Built).ThenBy(project => project.System == "CMake project").FirstOrDefault();
            if (best is not null) chosen[group.Key] = best;
        }
        return chosen;
    }

    private static string? Innermost<T>(string folder, Dictionary<string, T> folders) => Innermost(folder, folders.ContainsKey);

    private static string? Innermost(string folder, HashSet<string> folders) => Innermost(folder, folders.Contains);

    private static string? Innermost(string folder, Func<string, bool> contains)
    {
        while (true)
        {
            if (contains(folder)) return folder;
            if (folder.Length == 0) return null;
            folder = SourceTree.FolderOf(folder);
        }
    }

    /// <summary>What no project takes is divided by its folder at the top, or by the one below when that only holds others (src, packages).</summary>
    private static void Fallback(SourceTree tree, string?[] key, Dictionary<string, Project> folders)
    {
        var second = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var i = 0; i < key.Length; i++)
        {
            if (tree.Roles[i] != SourceRole.Source || key[i] is not { } folder || Innermost(folder, folders) is not null) continue;
            var (top, below) = TopTwo(folder);
            if (below is not null && IsHolder(top)) (second.TryGetValue(top, out var set) ? set : second[top] = new HashSet<string>(StringComparer.Ordinal)).Add(below);
        }
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] is not { } folder || Innermost(folder, folders) is not null) continue;
            var (top, below) = TopTwo(folder);
            key[i] = below is not null && (second.TryGetValue(top, out var set) && set.Count > 1 || tree.Roles[i] != SourceRole.Source && top is "packages" or "crates" or "apps") ? SourceTree.Join(top, below) : top;
        }
    }

    /// <summary>Tests, examples and tools at the top are no part of a project there, unless they lie among its source.</summary>
    private static void Beside(SourceTree tree, string?[] key)
    {
        var own = Enumerable.Range(0, key.Length).Where(i => key[i] is "" && tree.Roles[i] == SourceRole.Source).Select(i => TopTwo(tree.PathOf(i)).Top).Append("src").ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < key.Length; i++)
            if (key[i] is "" && tree.Roles[i] != SourceRole.Source && TopTwo(tree.PathOf(i)) is (var top, not null) && !own.Contains(top)) key[i] = top;
    }

    private static (string Top, string? Below) TopTwo(string folder)
    {
        var segments = folder.Split('/', 3);
        return (segments[0], segments.Length > 1 ? segments[1] : null);
    }

    private static bool IsHolder(string folder) =>
        folder.ToLowerInvariant() is "src" or "source" or "sources" or "lib" or "libs" or "packages" or "pkg" or "crates" or "apps" or "services" or "internal" or "cmd" or "modules" or "components" or "projects" or "plugins";

    private static ModuleMap Build(SourceTree tree, string?[] key, Dictionary<string, Project> folders, Dictionary<string, string> parts, IReadOnlyList<Project> projects, GradleBuilds gradle, string[] listed)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var keys = key.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        foreach (var one in keys) names[one] = parts.TryGetValue(one, out var part) ? part : folders.TryGetValue(one, out var project) ? project.Name : one.Length == 0 ? "(top)" : one;
        var taken = names.GroupBy(pair => pair.Value, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        var modules = keys.Select((one, id) => new Module(
            id, taken.Contains(names[one]) ? one.Length == 0 ? "(top)" : one : names[one], one,
            parts.ContainsKey(one) || !folders.TryGetValue(one, out var project) ? "folder" : project.System, parts.ContainsKey(one) ? null : folders.GetValueOrDefault(one))).ToArray();
        var ids = modules.ToDictionary(module => module.Folder, module => module.Id, StringComparer.Ordinal);
        var moduleOf = Array.ConvertAll(key, one => one is null ? -1 : ids[one]);
        var languages = new Dictionary<(int, string), long>();
        for (var i = 0; i < key.Length; i++)
        {
            if (tree.Roles[i] != SourceRole.Source) continue;
            var module = modules[moduleOf[i]];
            module.Files++;
            module.Lines += tree.Facts.Files[i].Code;
            if (tree.LanguageOf(i) is { } language) languages[(module.Id, language)] = languages.GetValueOrDefault((module.Id, language)) + tree.Facts.Files[i].Code;
        }
        foreach (var group in languages.GroupBy(pair => pair.Key.Item1))
            modules[group.Key].Language = group.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Item2, StringComparer.Ordinal).First().Key.Item2;
        return new ModuleMap(modules, moduleOf, projects, gradle, listed);
    }
}
