using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Examiner;

/// <summary>Folders that people run or measure with and that nothing is built from: by their name, by what the project's tools leave out, or by who calls them.</summary>
internal sealed partial class ScriptFolders(SourceMap map)
{
    private readonly RepositoryFacts _facts = map.Tree.Facts;
    private readonly Lazy<string[]> _left = new(() => LeftOut(map.Tree.Facts));
    private readonly Lazy<HashSet<int>> _used = new(() => map.Imports.Links.Where(link => map.Modules.Of(link.From) is >= 0 and var from && from != link.Module).Select(link => link.Module).ToHashSet());

    /// <summary>True for such a folder.</summary>
    /// <param name="files">Its source.</param>
    public bool Contains(string folder, IReadOnlyList<FileFact> files) =>
        Named().IsMatch(folder) || Array.Exists(_left.Value, list => Mentions(list, folder)) || IsCalled(folder, files);

    /// <summary>Files of it are named by scripts of the manifests, workflows or make, and no other module imports it.</summary>
    private bool IsCalled(string folder, IReadOnlyList<FileFact> files) =>
        files.All(file => Script().IsMatch(file.Path)) && !files.Any(file => map.Tree.Find(file.Path) is >= 0 and var index && map.Modules.Of(index) is >= 0 and var module && _used.Value.Contains(module))
        && !_facts.Files.Any(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && ExcerptChoice.IsManifest(file.Path))
        && _facts.Excerpts.Any(text => (ExcerptChoice.IsManifest(text.Path) || ExcerptChoice.IsWorkflow(text.Path)) && files.Any(file => text.Text.Contains(file.Path, StringComparison.Ordinal)));

    /// <summary>The lists of what formatters, linters, coverage and packages leave out.</summary>
    private static string[] LeftOut(RepositoryFacts facts) =>
        [.. facts.Excerpts.Where(file => file.Path is "pyproject.toml" or "setup.cfg" or "tox.ini" or ".coveragerc").SelectMany(file => Excludes().Matches(file.Text).Select(match => match.Groups["list"].Value))];

    /// <summary>The list has the folder as a path of its own.</summary>
    private static bool Mentions(string list, string folder)
    {
        for (var at = list.IndexOf(folder, StringComparison.Ordinal); at >= 0; at = list.IndexOf(folder, at + 1, StringComparison.Ordinal))
        {
            var end = at + folder.Length;
            if ((at == 0 || " \t\n\"'/^|(,".Contains(list[at - 1], StringComparison.Ordinal)) && (at < 2 || list[at - 1] != '/' || " \t\n\"'^|(,.".Contains(list[at - 2], StringComparison.Ordinal))
                && (end == list.Length || " \t\n\"',|)".Contains(list[end], StringComparison.Ordinal) || list[end] == '/' && (end + 1 == list.Length || " \t\n\"'*,|)".Contains(list[end + 1], StringComparison.Ordinal)))) return true;
        }
        return false;
    }

    [GeneratedRegex(@"^(extras?|scripts?|tools?|profiling|profile|bench|hack|ci)(/|$)|/(scripts|profiling|hack)(/|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"\.([cm]?[jt]s|py|rb|pl|sh|php|lua)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Script();

    [GeneratedRegex(@"^[ \t]*(extend[-_]exclude|force[-_]exclude|exclude|omit|norecursedirs|extend[-_]skip(_glob)?|skip(_glob)?)[ \t]*=[ \t]*(?<list>'''[^']{0,4000}'''|""""""[^""]{0,4000}""""""|\[[^\]]{0,4000}\]|[^\n]*(\n[ \t]+[^\n]*){0,50})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Excludes();
}
