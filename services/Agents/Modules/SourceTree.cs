using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Modules;

/// <summary>The files as the architect sees them: which are source, which are tests, which only stand beside; and the rows found in them.</summary>
internal sealed class SourceTree
{
    private readonly string?[] _rows;
    private readonly SourceFamily?[] _families;
    private readonly Dictionary<string, int> _byPath;

    public SourceTree(RepositoryFacts facts)
    {
        Facts = facts;
        _rows = new string?[facts.Files.Count];
        foreach (var details in facts.Details) _rows[details.File] = details.Rows;
        _families = facts.Languages.Select(ImportReader.FamilyOf).ToArray();
        var isCode = facts.Languages.Select(name => LanguageTable.Find(name)?.Kind == LanguageKind.Code && name is not ("CMake" or "Makefile" or "Meson" or "Starlark" or "Dockerfile" or "Shell" or "PowerShell" or "Batchfile" or "Batch")).ToArray();
        _byPath = new Dictionary<string, int>(facts.Files.Count, StringComparer.Ordinal);
        Roles = new SourceRole[facts.Files.Count];
        for (var i = 0; i < facts.Files.Count; i++)
        {
            var file = facts.Files[i];
            _byPath.TryAdd(file.Path, i);
            if (file.IsOwnSource && isCode[file.Language]) Roles[i] = SourceRoles.Of(file);
        }
        StrayScripts();
        // A repository of examples is about its examples.
        if (!Roles.Contains(SourceRole.Source))
            for (var i = 0; i < Roles.Length; i++)
                if (Roles[i] == SourceRole.Side) Roles[i] = SourceRole.Source;
    }

    public RepositoryFacts Facts { get; }

    /// <summary>By file.</summary>
    public SourceRole[] Roles { get; }

    /// <summary>A few scripts of another language than the source's, with no project of theirs above them, drive the build, whatever their folder is called.</summary>
    private void StrayScripts()
    {
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < Roles.Length; i++)
            if (Roles[i] == SourceRole.Source) lines[LanguageOf(i)!] = lines.GetValueOrDefault(LanguageOf(i)!) + Facts.Files[i].Code;
        var few = lines.Where(pair => pair.Key is "Python" or "Perl" or "Ruby" or "Tcl" or "Lua" or "SQL" or "Awk" && pair.Value * 10 < lines.Values.Sum()).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        if (few.Count == 0) return;
        var projects = Facts.Files.Where(file => ProjectKind.Of(NameOf(file.Path)) is { } kind && few.Any(kind.Builds)).Select(file => FolderOf(file.Path)).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Roles.Length; i++)
        {
            if (Roles[i] != SourceRole.Source || !few.Contains(LanguageOf(i)!)) continue;
            var folder = FolderOf(PathOf(i));
            while (folder.Length > 0 && !projects.Contains(folder)) folder = FolderOf(folder);
            if (!projects.Contains(folder)) Roles[i] = SourceRole.Side;
        }
    }

    public string PathOf(int file) => Facts.Files[file].Path;

    public string? LanguageOf(int file) => Facts.Files[file].Language is var language and >= 0 ? Facts.Languages[language] : null;

    /// <summary>How its imports are read; null when they are not, or when it is no source of this repository's own.</summary>
    public SourceFamily? FamilyOf(int file) => Roles[file] == SourceRole.None ? null : _families[Facts.Files[file].Language];

    /// <summary>The file of that path, whatever it is; -1 for none.</summary>
    public int Find(string path) => _byPath.GetValueOrDefault(path, -1);

    /// <summary>The source file (tests included) of that path; -1 for none.</summary>
    public int FindSource(string path) => _byPath.TryGetValue(path, out var file) && Roles[file] != SourceRole.None ? file : -1;

    /// <summary>The rows of a kind that were found in the file.</summary>
    public IEnumerable<DetailRow> Rows(int file, string kind) => _rows[file] is { } rows ? DetailRows.Parse(rows, kind) : [];

    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : $"{folder}/{name}";

    /// <summary>True when the path is the folder's or lies in it.</summary>
    public static bool IsIn(string path, string folder) =>
        folder.Length == 0 || path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');

    /// <summary>The path that a relative one leads to from a folder; null when it leads out of the tree.</summary>
    public static string? Resolve(string folder, string relative)
    {
        var segments = new List<string>(folder.Length == 0 ? [] : folder.Split('/'));
        foreach (var segment in relative.Split('/'))
        {
            if (segment is "" or ".") continue;
            if (segment != "..") segments.Add(segment);
            else if (segments.Count == 0) return null;
            else segments.RemoveAt(segments.Count - 1);
        }
        return string.Join('/', segments);
    }
}
