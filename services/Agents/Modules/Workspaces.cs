using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Agents.Scan.Details.Projects;
using Charterhouse.Agents.Settings;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// Lists by which a repository says which projects are its product: solutions, npm and pnpm workspaces, Cargo workspaces, go.work. What the list of a folder
/// does not name, and nothing that it names is built with, is kept apart by intent: a sample, a template, data of a test.
/// </summary>
internal sealed class Workspaces
{
    private static readonly string[] LockFiles = ["package-lock.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock"];
    private const int PatternLimit = 500;
    private const string DotNet = ".NET project";

    private readonly SourceTree _tree;
    /// <summary>By the system of the projects that they list.</summary>
    private readonly Dictionary<string, List<Workspace>> _lists = new(StringComparer.Ordinal);

    public Workspaces(SourceTree tree)
    {
        _tree = tree;
        foreach (var details in tree.Facts.Details)
        {
            var path = tree.PathOf(details.File);
            if (SystemOf(SourceTree.NameOf(path).ToLowerInvariant()) is not { } system || PathKinds.IsBeside(path)) continue;
            var rows = tree.Rows(details.File, ProjectRows.Kind).ToArray();
            var members = rows.Where(row => row[0] == ProjectRows.Member).Select(row => row[1]).Take(system == DotNet ? int.MaxValue : PatternLimit).ToArray();
            if (members.Length == 0) continue;
            if (!_lists.TryGetValue(system, out var list)) _lists[system] = list = [];
            list.Add(new Workspace(SourceTree.FolderOf(path), system == DotNet, members, rows.Where(row => row[0] == ProjectRows.Excluded).Select(row => row[1]).Take(PatternLimit)));
        }
    }

    /// <summary>Takes the projects that no list names out of those given, and gives the folders of those that stand by themselves, in no project that stays.</summary>
    public IReadOnlyList<string> TakeOutsiders(List<Project> projects)
    {
        var folders = new List<string>();
        foreach (var (system, lists) in _lists)
        {
            var all = projects.Where(project => project.System == system).ToArray();
            var governed = all.Where(project => lists.Any(list => list.Governs(project.Folder))).ToArray();
            var named = governed.Where(project => IsNamed(lists, project)).ToHashSet();
            if (named.Count == 0) continue;
            Reach(all, named, governed);
            var outside = governed.Where(project => !named.Contains(project) && !project.IsTest && !PathKinds.IsBeside(_tree.PathOf(project.File)) && !IsLockedByItself(project)).ToArray();
            // A list of the lesser part is one for some other purpose.
            if (outside.Length == 0 || outside.Length > named.Count(project => !project.IsTest)) continue;
            var kept = named.Where(project => project.Folder.Length > 0).Select(project => project.Folder).ToHashSet(StringComparer.Ordinal);
            foreach (var project in outside)
            {
                projects.Remove(project);
                if (!kept.Any(folder => SourceTree.IsIn(project.Folder, folder))) folders.Add(project.Folder);
            }
        }
        return folders;
    }

    /// <summary>With a lock file of its own it is an application by itself, only installed apart.</summary>
    private bool IsLockedByItself(Project project) => Array.Exists(LockFiles, name => _tree.Find(SourceTree.Join(project.Folder, name)) >= 0);

    private bool IsNamed(List<Workspace> lists, Project project)
    {
        // Every solution may name a project; of the others the innermost alone decides.
        if (project.System == DotNet) return lists.Exists(list => list.Names(_tree.PathOf(project.File)));
        return lists.Where(list => list.Governs(project.Folder)).MaxBy(list => list.Folder.Length) is { } innermost && innermost.Names(project.Folder);
    }

    /// <summary>Adds what named projects are built with: by its path, or as a package that is not asked of a registry.</summary>
    private void Reach(Project[] all, HashSet<Project> named, Project[] governed)
    {
        var byPath = all.ToDictionary(project => _tree.PathOf(project.File), StringComparer.OrdinalIgnoreCase);
        var byName = governed.ToLookup(project => project.Name, StringComparer.Ordinal);
        var next = new Stack<Project>(named);
        while (next.TryPop(out var project))
        {
            foreach (var row in _tree.Rows(project.File, ProjectRows.Kind).Where(row => row[0] == ProjectRows.Reference))
                if (SourceTree.Resolve(project.Folder, row[1]) is { } path && byPath.TryGetValue(path, out var used) && named.Add(used)) next.Push(used);
            foreach (var row in _tree.Rows(project.File, PackageRows.Requires).Where(row => row[3] == Source.Local))
                foreach (var used in byName[row[0]])
                    if (named.Add(used)) next.Push(used);
        }
    }

    private static string? SystemOf(string name) => name switch
    {
        "package.json" or "pnpm-workspace.yaml" => "npm package",
        "cargo.toml" => "Cargo crate",
        "go.work" => "Go module",
        _ when name.EndsWith(".sln", StringComparison.Ordinal) || name.EndsWith(".slnx", StringComparison.Ordinal) => DotNet,
        _ => null,
    };

    private sealed class Workspace
    {
        private readonly bool _isOfFiles;
        private readonly HashSet<string> _plain;
        private readonly Glob[] _patterns;
        private readonly Glob[] _excluded;

        public Workspace(string folder, bool isOfFiles, IReadOnlyCollection<string> members, IEnumerable<string> excluded)
        {
            (Folder, _isOfFiles) = (folder, isOfFiles);
            _plain = members.Where(member => isOfFiles || !IsPattern(member)).Select(member => SourceTree.Resolve(folder, member)).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (!isOfFiles) _plain.Add(folder);
            _patterns = isOfFiles ? [] : Globs(members.Where(IsPattern));
            _excluded = Globs(excluded);
        }

        public string Folder { get; }

        public bool Governs(string folder) => SourceTree.IsIn(folder, Folder);

        /// <summary>It belongs to the list.</summary>
        /// <param name="path">A folder; of a project's file in a solution.</param>
        public bool Names(string path)
        {
            if (_plain.Contains(path)) return true;
            if (_isOfFiles || !SourceTree.IsIn(path, Folder)) return false;
            var relative = Folder.Length == 0 ? path : path[(Folder.Length + 1)..];
            return Array.Exists(_patterns, pattern => pattern.Matches(relative)) && !Array.Exists(_excluded, pattern => pattern.Matches(relative));
        }

        private static Glob[] Globs(IEnumerable<string> patterns) => patterns.Where(pattern => pattern.Length is > 0 and <= Glob.MaxLength).Select(Glob.OfFolders).ToArray();

        private static bool IsPattern(string member) => member.AsSpan().IndexOfAny("*?{") >= 0;
    }
}
