using System.Collections.Frozen;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist;

/// <summary>Finds the documents that readers look for.</summary>
internal static class DocumentationReader
{
    private static readonly (string Name, string[] Stems)[] Known =
    [
        ("README", ["readme"]),
        ("CONTRIBUTING", ["contributing"]),
        ("CHANGELOG", ["changelog", "changes", "history", "news", "release_notes", "releases"]),
        ("SECURITY", ["security"]),
        ("CODE_OF_CONDUCT", ["code_of_conduct"]),
    ];

    private static readonly string[] Places = ["", ".github/", "docs/", "doc/", ".gitlab/"];
    private static readonly FrozenSet<string> DocumentEndings = new[] { "", ".md", ".markdown", ".rst", ".txt", ".adoc", ".mdx", ".org", ".html", ".ipynb" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenSet<string> DecisionFolders = new[] { "adr", "adrs", "decisions", "decision-records", "architecture-decisions", "architectural-decisions" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static DocumentationSection Read(RepositoryFacts facts)
    {
        var files = facts.Files.Where(file => file.Mode != FileFact.Submodule && !file.Has(FileFlags.Vendored)).Select(file => file.Path).ToArray();
        var documents = Known.Select(known => new Document(known.Name, Find(files, known.Stems))).ToArray();
        var folders = Folders(files, PathKinds.IsOfDocuments, depth: 1);
        return new DocumentationSection(documents, folders, Folders(files, DecisionFolders.Contains, depth: 4).OrderByDescending(folder => folder.Files).FirstOrDefault());
    }

    private static string? Find(string[] files, string[] stems) =>
        files.Where(path => Place(path) >= 0 && DocumentEndings.Contains(Path.GetExtension(path)) && stems.Contains(Stem(path)))
            .OrderBy(Place).ThenBy(path => Array.IndexOf(stems, Stem(path))).ThenBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)
            .FirstOrDefault();

    private static string Stem(string path) => PathKinds.Stem(path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant());

    /// <summary>The rank of the file's folder among those where such documents stand; -1 for elsewhere.</summary>
    private static int Place(string path) =>
        Array.FindIndex(Places, place => string.Equals(path[..(path.LastIndexOf('/') + 1)], place, StringComparison.OrdinalIgnoreCase));

    private static DocumentFolder[] Folders(string[] files, Func<string, bool> isSought, int depth)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var path in files.Where(path => DocumentEndings.Contains(Path.GetExtension(path)) && Path.GetExtension(path).Length > 0))
        {
            var segments = path.Split('/');
            for (var i = 0; i < segments.Length - 1 && i <= depth; i++)
            {
                if (!isSought(segments[i])) continue;
                var folder = string.Join('/', segments.Take(i + 1));
                counts[folder] = counts.GetValueOrDefault(folder) + 1;
                break;
            }
        }
        return counts.Select(pair => new DocumentFolder(pair.Key, pair.Value)).ToArray();
    }
}
