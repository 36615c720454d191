using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Paths;

/// <summary>
/// The one classification of paths: what a path alone says that a file is. Every agent asks it; what an agent needs to know differently is a question on
/// top, not a list of its own. <see cref="Modules.SourceMap.IsBeside"/> also knows what the repository's builds say. Pure.
/// </summary>
internal static partial class PathKinds
{
    private const PathKind Beside = PathKind.Test | PathKind.TestData | PathKind.Documentation | PathKind.Example | PathKind.Template | PathKind.Benchmark | PathKind.Tool;

    /// <summary>Of a file; of a folder when it ends in <c>/</c>.</summary>
    public static PathKind Of(string path)
    {
        var lower = path.ToLowerInvariant();
        var kinds = PathKind.Product;
        var end = PackageBegin(path);
        var isGo = lower.EndsWith(".go", StringComparison.Ordinal);
        var (begin, depth, above, inSource) = (0, 0, "", false);
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0 && slash < end; slash = path.IndexOf('/', begin))
        {
            var folder = lower[begin..slash];
            kinds |= FolderKinds.Of(new Segment(folder, path[begin..slash], above, depth, path.IndexOf('/', slash + 1) > 0, inSource), kinds);
            if (isGo && FolderKinds.IsGoTestPackage(folder)) kinds |= PathKind.Test;
            inSource |= FolderKinds.IsSource(folder);
            (begin, above) = (slash + 1, folder);
            depth++;
        }
        var name = path.LastIndexOf('/') + 1;
        return name == path.Length ? kinds : kinds | NameKinds.Of(path[name..], lower[name..], path.AsSpan().Count('/'), lower);
    }

    /// <summary>Stands beside the product: tests, documentation, examples, templates, benchmarks, tools.</summary>
    public static bool IsBeside(string path) => (Of(path) & Beside) != PathKind.Product;

    /// <summary>Shows, describes or measures the product and is no part of it: nobody asks who owns it or how it is tested.</summary>
    public static bool IsForShow(string path) => (Of(path) & (PathKind.TestData | PathKind.Documentation | PathKind.Example | PathKind.Template | PathKind.Benchmark)) != PathKind.Product;

    /// <summary>
    /// A folder that stands beside only by its name at the top (tools, build, misc): a build that lists it as a part of the product knows better.
    /// </summary>
    public static bool IsBesideByPlace(string folder) => FolderKinds.IsByPlace(folder.ToLowerInvariant());

    /// <summary>A folder of that name holds documents.</summary>
    public static bool IsOfDocuments(string folder) => FolderKinds.OfName(folder.ToLowerInvariant()) == PathKind.Documentation;

    /// <summary>What the facts say of a path before .gitattributes is asked.</summary>
    public static FileFlags FlagsOf(string path)
    {
        var kinds = Of(path);
        var flags = FileFlags.None;
        if ((kinds & PathKind.Vendored) != PathKind.Product) flags |= FileFlags.Vendored;
        if ((kinds & PathKind.Generated) != PathKind.Product) flags |= FileFlags.Generated;
        if ((kinds & PathKind.Documentation) != PathKind.Product) flags |= FileFlags.Documentation;
        if ((kinds & (PathKind.Test | PathKind.TestData)) != PathKind.Product) flags |= FileFlags.Test;
        return flags;
    }

    /// <summary>
    /// The folders, each with its slash at the end, that are test packages of Go (net/http/httptest): all that lies in them is for tests, keys and
    /// configuration as well.
    /// </summary>
    public static IReadOnlySet<string> GoTestPackages(IEnumerable<string> paths)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (!path.EndsWith(".go", StringComparison.Ordinal)) continue;
            var begin = 0;
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', begin))
            {
                // The outermost says it for all below.
                if (FolderKinds.IsGoTestPackage(path[begin..slash].ToLowerInvariant()))
                {
                    found.Add(path[..(slash + 1)]);
                    break;
                }
                begin = slash + 1;
            }
        }
        return found;
    }

    /// <summary>Folders for the work of others (<c>external</c>, at any depth), each with its slash at the end, in which a tool for copying it keeps its list.</summary>
    public static IReadOnlySet<string> VendoredFolders(IEnumerable<string> paths)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
            if (VendoringList().Match(path) is { Success: true } match) found.Add(match.Groups["folder"].Value);
        return found;
    }

    /// <summary>The folder of copied libraries that the path is in, with its slash at the end, or null.</summary>
    public static string? VendorFolderOf(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            if ((Of(path[..(slash + 1)]) & PathKind.Vendored) != PathKind.Product) return path[..(slash + 1)];
        return null;
    }

    /// <summary>True when a folder above the path is one of those.</summary>
    public static bool IsIn(string path, IReadOnlySet<string> folders)
    {
        if (folders.Count == 0) return false;
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            if (folders.Contains(path[..(slash + 1)])) return true;
        return false;
    }

    /// <summary>A tool's record of exact versions.</summary>
    /// <param name="name">Lower case.</param>
    public static bool IsLockFile(string name) => NameKinds.IsLockFile(name);

    /// <summary>The name up to its first dot, with <c>_</c> for <c>-</c>.</summary>
    public static string Stem(string name) => name.Split('.', 2)[0].Replace('-', '_');

    /// <summary>Where the folders of a JVM package begin; the path's end when there are none.</summary>
    private static int PackageBegin(string path) => JvmSources().Match(path) is { Success: true } match ? match.Index + match.Length : path.Length;

    [GeneratedRegex("^(?<folder>(.*/)?(external|extern|externals)/)(vendor\\.(txt|conf|json|toml)|modules\\.txt|vendored\\.txt)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VendoringList();

    /// <summary>What follows are the folders of a package, which may be called samples or test.</summary>
    [GeneratedRegex("(^|/)src/[^/]+/(java|kotlin|scala|groovy)/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JvmSources();
}
