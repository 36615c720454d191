using System.Collections.Frozen;
using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>Answers whether a path is there, in the tree or possibly so.</summary>
internal sealed class TreeIndex
{
    private static readonly FrozenSet<string> Outputs = new[]
    {
        "bin", "obj", "dist", "target", "build", "out", "output", "outputs", "node_modules", "vendor", "venv", ".venv", "env", "coverage", "htmlcov", "_build", "site", "_site", "public", "tmp", "temp", "cache", "logs", "log", "__pycache__",
        "generated", "gen", "artifacts", "artefacts", "reports", "results", "release", "releases", "debug", "data", "local", "secrets", "downloads", "wheelhouse", "deps", ".git", "storybook-static", "pkg", "lib",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> GeneratorNames = new[]
    {
        "mkdocs.yml", "mkdocs.yaml", "conf.py", "book.toml", "_config.yml", "antora.yml", "docs.json", "mint.json", "docfx.json", "summary.md", "gatsby-config.js", ".eleventy.js", "eleventy.config.js", "hugo.toml", "hugo.yaml",
        "sidebars.js", "sidebars.ts", "_quarto.yml", "properdocs.yml", "zensical.toml",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] GeneratorStems = ["docusaurus.config.", "astro.config.", "vuepress.config."];

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _anyCase = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _opaque = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> _byName;

    public TreeIndex(IReadOnlyList<FileFact> files)
    {
        foreach (var file in files)
        {
            for (var path = file.Path; path.Length > 0 && _paths.Add(path); path = Parent(path)) _anyCase.TryAdd(path, path);
            // What lies behind a link or in another repository is not known here.
            if (!file.IsFile) _opaque.Add(file.Path);
            var name = Name(file.Path);
            HasGenerator |= !file.Has(FileFlags.Vendored) && (GeneratorNames.Contains(name) || GeneratorStems.Any(stem => name.StartsWith(stem, StringComparison.OrdinalIgnoreCase)) || file.Path.Contains("/.vitepress/", StringComparison.Ordinal));
            MakeIncludes |= name.EndsWith(".mk", StringComparison.Ordinal) || name is "GNUmakefile" or "CMakeLists.txt" or "configure" or "configure.ac" or "Makefile.PL" or "Kbuild" || name.StartsWith("Makefile.", StringComparison.Ordinal);
        }
        _byName = _paths.ToLookup(Name, StringComparer.Ordinal);
    }

    /// <summary>A documentation generator works on this repository: its links are the site's, not the tree's.</summary>
    public bool HasGenerator { get; private set; }

    /// <summary>Makefiles are generated here, or include others.</summary>
    public bool MakeIncludes { get; private set; }

    /// <summary>A file or folder.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>It is there, or nobody can tell: it is behind a symbolic link or in a submodule.</summary>
    public bool MayHave(string path)
    {
        for (var at = path; at.Length > 0; at = Parent(at))
            if (_opaque.Contains(at)) return true;
        return _paths.Contains(path);
    }

    /// <summary>A path whose last segments these are.</summary>
    public bool HasEnding(string path) => _byName[Name(path)].Any(known => known.Length == path.Length ? known == path : known.Length > path.Length && known[^(path.Length + 1)] == '/' && known.EndsWith(path, StringComparison.Ordinal));

    /// <summary>The same path in other letters, or null.</summary>
    public string? InAnotherCase(string path) => _anyCase.GetValueOrDefault(path);

    /// <summary>A build or a user puts something there, so that it need not be in the tree.</summary>
    public static bool IsOutput(string path) => path.Split('/').Any(Outputs.Contains);

    /// <summary>The path that <paramref name="reference"/> means in <paramref name="folder"/> (with its slash, or empty); null when it leads out of the repository.</summary>
    public static string? Resolve(string folder, string reference)
    {
        var segments = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var segment in reference.Split('/'))
        {
            if (segment is "" or ".") continue;
            if (segment != "..") segments.Add(segment);
            else if (segments.Count == 0) return null;
            else segments.RemoveAt(segments.Count - 1);
        }
        return string.Join('/', segments);
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
