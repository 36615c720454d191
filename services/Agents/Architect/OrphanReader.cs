using Charterhouse.Agents.Modules;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Modules.Imports;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Architect;

/// <summary>
/// Source files that nothing imports and that import nothing of the repository. Whatever may be reached in another way (a program, a page's script,
/// a plug-in, a name in a configuration) is left out: this is a list of questions, not of mistakes.
/// </summary>
internal static partial class OrphanReader
{
    private const int CandidateLimit = 300;

    /// <summary>Their paths.</summary>
    public static IReadOnlyList<string> Read(SourceTree tree, ImportGraph imports)
    {
        var connected = new bool[tree.Roles.Length];
        foreach (var link in imports.Links)
        {
            connected[link.From] = true;
            if (link.To >= 0) connected[link.To] = true;
        }
        // A folder where no import was followed is put together in a way that is not understood here.
        var followed = Enumerable.Range(0, connected.Length).Where(i => connected[i] && tree.Roles[i] == SourceRole.Source).Select(i => SourceTree.FolderOf(tree.PathOf(i))).ToHashSet(StringComparer.Ordinal);
        var candidates = new List<string>();
        // Scripts beside another language's source are mostly embedded or served by it.
        var main = Enumerable.Range(0, connected.Length).Where(i => tree.Roles[i] == SourceRole.Source).GroupBy(tree.FamilyOf).OrderByDescending(group => group.Count()).Select(group => group.Key).FirstOrDefault();
        for (var i = 0; i < connected.Length; i++)
        {
            var path = tree.PathOf(i);
            if (connected[i] || tree.Roles[i] != SourceRole.Source || tree.FamilyOf(i) != main || main is not (SourceFamily.Script or SourceFamily.Python) || tree.Facts.Files[i].Code < 5) continue;
            if (tree.Facts.Files[i].Mode == 100755 || !followed.Contains(SourceTree.FolderOf(path)) || Entered().IsMatch(path) || path.EndsWith(".d.ts", StringComparison.Ordinal)) continue;
            if (tree.Rows(i, ImportRows.Main).Any()) continue;
            candidates.Add(path);
        }
        if (candidates.Count > CandidateLimit) return [];
        // Several in one folder are run one by one, or found by looking into the folder.
        return candidates.Where(path => !IsNamed(tree.Facts, path)).GroupBy(SourceTree.FolderOf, StringComparer.Ordinal).Where(group => group.Count() <= 2).SelectMany(group => group).ToArray();
    }

    // A manifest, workflow or document that names the file knows how it is reached.
    private static bool IsNamed(RepositoryFacts facts, string path)
    {
        var name = SourceTree.NameOf(path);
        name = name[..name.LastIndexOf('.')];
        return facts.Excerpts.Any(excerpt => excerpt.Text.Contains(name, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(^|/)(__init__|__main__|__about__|_?version|index|main|app|server|cli|wsgi|asgi|manage|settings|urls|admin|apps|models|tasks|worker|background|content|preload|sw|service-?worker|polyfills?|setup|env|globals?|types?|page|layout|route|middleware|loading|error|not-found)\.\w+$|(^|/)(pages|routes|app|migrations|management|commands|plugins?|public|static|assets|bin|templates?|locales?|i18n|lang)/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Entered();
}
