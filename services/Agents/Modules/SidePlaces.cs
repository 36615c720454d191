using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Modules;

/// <summary>What stands beside the source: examples, benchmarks, documentation, what drives the build.</summary>
internal static partial class SidePlaces
{
    private static readonly FrozenSet<string> Anywhere = Set(
        "sample", "samples", "example", "examples", "demo", "demos", "docs", "doc", "documentation", "website", "playground", "playgrounds", "bench", "benches", "benchmark", "benchmarks", "benchsuite",
        "scripts", "tutorial", "tutorials");

    private static readonly FrozenSet<string> Before = Set("docs", "example", "examples", "sample", "samples", "demo", "demos", "benchmark", "benchmarks");

    private static readonly FrozenSet<string> AtTop = Set("build", "eng", "tools", "hack", "ci", "contrib", "misc", "perf", "script", "dev", "fuzz", "utils", "util-scripts", "site", "buildsrc", "build-logic", "gradle", "cmake");

    private static readonly FrozenSet<string> BuildFiles = Set(
        "setup.py", "noxfile.py", "conanfile.py", "build.rs", "gulpfile.js", "gruntfile.js", "build.cake", "dangerfile.ts", "dangerfile.js", ".eslintrc.js", ".eslintrc.cjs", ".prettierrc.js", "babel.config.js",
        "magefile.go", "karma.conf.js", "wscript", "sconstruct", "package.swift");

    public static SourceRole RoleOf(FileFact file)
    {
        if (file.Has(FileFlags.Test)) return SourceRole.Test;
        if (file.Has(FileFlags.Documentation)) return SourceRole.Side;
        var lower = file.Path.ToLowerInvariant();
        var name = SourceTree.NameOf(lower);
        if (TestSupport().IsMatch(name)) return SourceRole.Test;
        return IsSide(lower) || Benchmark().IsMatch(SourceTree.NameOf(file.Path)) || Resources().IsMatch(lower) || name.EndsWith(".gradle", StringComparison.Ordinal) || name.EndsWith(".gradle.kts", StringComparison.Ordinal) || BuildFiles.Contains(name) || IsConfiguration(lower, name) ? SourceRole.Side : SourceRole.Source;
    }

    // "vite.config.ts" is a tool's wherever it lies; "src/node/config.ts" is the program's own.
    private static bool IsConfiguration(string path, string name) =>
        Configuration().IsMatch(name) && (name.IndexOf('.', StringComparison.Ordinal) != name.LastIndexOf('.') || !Sources().IsMatch(path));

    /// <summary>True for a folder, or a file in one, that stands beside the source.</summary>
    public static bool IsSide(string path)
    {
        var segments = PathClasses.WithoutPackage(path).ToLowerInvariant().Split('/');
        for (var i = 0; i < segments.Length - 1; i++)
        {
            if (segments[i].StartsWith('.') || Anywhere.Contains(segments[i]) || i == 0 && AtTop.Contains(segments[i])) return true;
            // "docs_src", "example-app"
            if (segments[i].AsSpan().IndexOfAny('-', '_') is var first and > 0 && Before.Contains(segments[i][..first])) return true;
            // npm's initializers ("create-vase") carry the packages that they write
            if (i > 0 && segments[i].StartsWith("template-", StringComparison.Ordinal) && segments[i - 1].StartsWith("create-", StringComparison.Ordinal)) return true;
            // "Acme.Samples", "acme-examples"
            if (segments[i].AsSpan().LastIndexOfAny('.', '-', '_') is var mark and > 0 && Anywhere.Contains(segments[i][(mark + 1)..])) return true;
        }
        return false;
    }

    /// <summary>True for a folder at the top that stands beside the source only by its name: a build that lists it as a project knows better.</summary>
    public static bool IsSideByPlace(string folder) => AtTop.Contains(folder.ToLowerInvariant()) && !Anywhere.Contains(folder.ToLowerInvariant());

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What only tests are written with, where it lies beside the source: testutil.h, test_helpers.go.</summary>
    [GeneratedRegex(@"^test(ing)?[-_]?(util|utils|utility|helper|helpers|harness|support|suite|main|case)s?\.\w+$|[-_]test(ing)?[-_](util|helper|common|internal|base|support)s?\.\w+$|_testing\.(h|hpp|cc|cpp|c)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestSupport();

    [GeneratedRegex(@"_bench(mark)?s?\.(cc|cpp|cxx|h|hpp|go|rs|py)$|^bench(mark)?s?\.\w+$|[a-z]Benchmarks?\.(java|kt|scala|cs|cc|cpp)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Benchmark();

    /// <summary>What a JVM project packs as it is: templates, schemas.</summary>
    [GeneratedRegex(@"(^|/)src/[^/]+/resources/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resources();

    [GeneratedRegex("(^|/)(src|lib|app)/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sources();

    [GeneratedRegex(@"(\.|-|_|^)(config|conf|setup|stories)\.[cm]?[jt]sx?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Configuration();
}
