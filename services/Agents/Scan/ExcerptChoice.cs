using System.Collections.Frozen;
using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Scan;

/// <summary>
/// Chooses the files whose words matter: README and licence at the top, manifests anywhere. A few, the outermost first, so that a tree of
/// ten thousand packages stays a small document.
/// </summary>
internal static class ExcerptChoice
{
    private const int ManifestLimit = 60;
    private const int LicenceLimit = 20;

    private static readonly FrozenSet<string> ManifestNames = new[]
    {
        "package.json", "cargo.toml", "pyproject.toml", "setup.py", "setup.cfg", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "composer.json",
        "gemfile", "mix.exs", "pubspec.yaml", "package.swift", "cmakelists.txt", "meson.build", "makefile", "dockerfile", "directory.build.props",
        "build.sbt", "deno.json", "project.clj", "dune-project", "chart.yaml", "action.yml", "action.yaml", "build.zig", "module.bazel", "configure.ac", "requirements.txt", "pipfile",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] ManifestExtensions = [".csproj", ".fsproj", ".vbproj", ".gemspec", ".cabal", ".nimble", ".nuspec", ".podspec"];

    /// <summary>The paths to keep text of, with the number of bytes each.</summary>
    /// <param name="linked">Files that a symbolic link at the top stands for.</param>
    public static IReadOnlyDictionary<string, int> Choose(IEnumerable<(string Path, FileFlags Flags)> files, IEnumerable<string> linked)
    {
        var chosen = new Dictionary<string, int>(StringComparer.Ordinal);
        var manifests = new List<string>();
        var licences = 0;
        foreach (var (path, flags) in files)
        {
            if (IsReadme(path)) chosen[path] = 32 * 1024;
            else if (IsLicence(path) && licences++ < LicenceLimit) chosen[path] = 48 * 1024;
            else if (IsManifest(path) && (flags & (FileFlags.Vendored | FileFlags.Generated)) == FileFlags.None) manifests.Add(path);
        }
        foreach (var path in manifests.OrderBy(Depth).ThenBy(path => path, StringComparer.Ordinal).Take(ManifestLimit))
            chosen[path] = 16 * 1024;
        foreach (var path in linked) chosen[path] = 48 * 1024;
        return chosen;
    }

    /// <summary>A README at the top, in .github or in docs.</summary>
    public static bool IsReadme(string path) => Depth(path) == 0 && IsNamed(path, "readme") || IsIn(path, ".github/", "readme") || IsIn(path, "docs/", "readme");

    /// <summary>A licence file at the top or in LICENSES.</summary>
    public static bool IsLicence(string path)
    {
        if (Depth(path) > 0) return path.StartsWith("LICENSES/", StringComparison.OrdinalIgnoreCase) && Depth(path) == 1;
        var stem = PathClasses.Stem(path.ToLowerInvariant());
        var extension = Path.GetExtension(path).ToLowerInvariant();
        return (stem is "license" or "licence" or "copying" or "unlicense" or "copying_lesser"
                || stem.StartsWith("license_", StringComparison.Ordinal) || stem.StartsWith("licence_", StringComparison.Ordinal))
            && extension is "" or ".txt" or ".md" or ".rst" or ".mit" or ".apache" or ".bsd" or ".lesser" or ".gpl" or ".lgpl" or ".adoc" or ".html";
    }

    /// <summary>A file that describes a package or drives a build.</summary>
    public static bool IsManifest(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return ManifestNames.Contains(name) || ManifestExtensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal));
    }

    /// <summary>How many folders deep.</summary>
    public static int Depth(string path) => path.AsSpan().Count('/');

    private static bool IsIn(string path, string folder, string stem) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && Depth(path) == 1 && IsNamed(path[folder.Length..], stem);

    private static bool IsNamed(string name, string stem) =>
        PathClasses.Stem(name.ToLowerInvariant()) == stem
        && Path.GetExtension(name).ToLowerInvariant() is "" or ".md" or ".markdown" or ".rst" or ".txt" or ".adoc" or ".org" or ".mdown" or ".asciidoc";
}
