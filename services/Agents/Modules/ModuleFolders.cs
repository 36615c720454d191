using System.Collections.Frozen;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// Which module a file belongs to: the innermost folder below the top with a project's manifest, else the folder at the top (below
/// <c>src</c> the next one). Pure.
/// </summary>
internal sealed class ModuleFolders
{
    /// <summary>The module of files that lie in no folder.</summary>
    public const string Top = ".";

    private static readonly FrozenSet<string> Manifests = new[]
    {
        "package.json", "cargo.toml", "pyproject.toml", "setup.py", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "composer.json", "package.swift", "mix.exs", "pubspec.yaml", "build.sbt",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly HashSet<string> _projects;

    /// <summary>The modules of a tree.</summary>
    /// <param name="paths">Every path of the tree.</param>
    public ModuleFolders(IEnumerable<string> paths) =>
        _projects = paths.Where(IsManifest).Select(path => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "").Where(folder => folder.Length > 0).ToHashSet(StringComparer.Ordinal);

    /// <summary>The module's folder.</summary>
    public string Of(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            if (_projects.Contains(path[..slash])) return path[..slash];
        var first = path.IndexOf('/', StringComparison.Ordinal);
        if (first < 0) return Top;
        if (path[..first] is not ("src" or "source" or "Source" or "lib" or "packages" or "crates" or "apps" or "libs")) return path[..first];
        var second = path.IndexOf('/', first + 1);
        if (second < 0) return path[..first];
        // src/main/java and src/test/java are one project's halves.
        return path[..first] == "src" && path[(first + 1)..second] is "main" or "test" or "integrationTest" or "it" ? Top : path[..second];
    }

    private static bool IsManifest(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return Manifests.Contains(name.ToLowerInvariant()) || name.EndsWith("proj", StringComparison.Ordinal) && Path.GetExtension(name) is ".csproj" or ".fsproj" or ".vbproj" || name.EndsWith(".gemspec", StringComparison.Ordinal);
    }
}
