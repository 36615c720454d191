using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// Where one project holds nearly everything, its folders are the parts that a reader wants to see: one box would say nothing.
/// </summary>
internal static partial class FolderSplit
{
    private const int FewModules = 3;
    /// <summary>Per cent of the lines: a module of less is none of those that keep a project whole.</summary>
    private const int Slight = 2;
    /// <summary>Per cent of the lines: the module to divide.</summary>
    private const int Dominates = 60;
    /// <summary>Per cent: a folder that holds this much is only the way to what is in it.</summary>
    private const int Passage = 90;
    /// <summary>Per cent: a part that holds this much is divided once more.</summary>
    private const int StillLarge = 40;

    /// <summary>Changes the keys of the files of that module to its parts' folders.</summary>
    /// <param name="parts">Takes the names of the parts.</param>
    public static void Split(SourceTree tree, string?[] key, Dictionary<string, Project> folders, Dictionary<string, string> parts)
    {
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < key.Length; i++)
            if (key[i] is { } module && tree.Roles[i] == SourceRole.Source) lines[module] = lines.GetValueOrDefault(module) + tree.Facts.Files[i].Code;
        if (lines.Count == 0) return;
        var (folder, most) = lines.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).First();
        var isRoot = folder.Length == 0 && folders.TryGetValue(folder, out var project) && project.System != ".NET project";
        if (most * 100 < lines.Values.Sum() * Dominates || lines.Count > FewModules && lines.Values.Count(size => size * 100 >= lines.Values.Sum() * Slight) >= FewModules && !isRoot) return;

        var files = Enumerable.Range(0, key.Length).Where(i => key[i] == folder && tree.Roles[i] == SourceRole.Source).ToArray();
        var start = folder;
        Dictionary<string, long> children;
        // Where a passage leads to a single folder after all, the parts are those that it began beside.
        (string Start, Dictionary<string, long> Children)? divided = null;
        while (true)
        {
            children = Children(tree, files, start);
            if (children.Count > 1) divided = (start, children);
            var largest = children.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault();
            if (largest.Key is null || largest.Value * 100 < most * Passage) break;
            start = largest.Key;
        }
        if (children.Count == 0 && divided is var (above, parting)) (start, children) = (above, parting);
        if (children.Count < 2 && !(children.Count == 1 && HasDirect(tree, files, start))) return;
        var chosen = children.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (child, size) in children)
            if (size * 100 >= most * StillLarge && Children(tree, files, child) is { Count: > 1 } grandchildren) chosen.UnionWith(grandchildren.Keys);

        var name = start.Length == 0 ? "" : SourceTree.NameOf(start);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] != folder) continue;
            var at = SourceTree.FolderOf(tree.PathOf(i));
            if (tree.Roles[i] == SourceRole.Test) at = TestSet().Replace(at, "src/main/");
            while (at.Length > start.Length && !chosen.Contains(at)) at = SourceTree.FolderOf(at);
            if (!SourceTree.IsIn(at, start) || !chosen.Contains(at) && at != start) at = folder;
            key[i] = at;
            if (at == folder && at != start) continue;
            // The project's own name stays with what lies directly at its top.
            if (at == start) parts[at] = name.Length > 0 ? name : folders.TryGetValue(folder, out var own) ? SourceTree.NameOf(own.Name) : "(top)";
            else parts[at] = SourceTree.Join(name, at[(start.Length == 0 ? 0 : start.Length + 1)..]);
        }
    }

    private static bool HasDirect(SourceTree tree, int[] files, string folder) => files.Any(file => SourceTree.FolderOf(tree.PathOf(file)) == folder);

    /// <summary>Lines by the folders directly in it.</summary>
    private static Dictionary<string, long> Children(SourceTree tree, int[] files, string folder)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var path = tree.PathOf(file);
            if (!SourceTree.IsIn(path, folder)) continue;
            var begin = folder.Length == 0 ? 0 : folder.Length + 1;
            var end = path.IndexOf('/', begin);
            if (end > 0) sizes[path[..end]] = sizes.GetValueOrDefault(path[..end]) + tree.Facts.Files[file].Code;
        }
        return sizes;
    }

    /// <summary>A JVM project has the tests of a package in the same folder of another source set.</summary>
    [GeneratedRegex(@"(?<=^|/)src/\w*[tT]est\w*/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestSet();
}
