using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Scan;

/// <summary>What a path alone says of a file: vendored, generated, documentation, test. .gitattributes may overrule it.</summary>
internal static partial class PathClasses
{
    private static readonly FrozenSet<string> VendoredFolders = Set(
        "node_modules", "bower_components", "vendor", "vendors", "third_party", "third-party", "thirdparty", "3rdparty", "external_libs",
        "jspm_packages", "site-packages", "pods", "carthage", ".yarn");

    /// <summary>Build results that are sometimes committed: not written here either.</summary>
    private static readonly FrozenSet<string> OutputFolders = Set("dist", "__generated__", "__snapshots__", "single_include");

    private static readonly FrozenSet<string> DocumentationFolders = Set("doc", "docs", "documentation", "man", "manual");

    private static readonly FrozenSet<string> TestFolders = Set("test", "tests", "__tests__", "spec", "specs", "testing", "e2e", "testdata", "test-data", "fixtures", "__mocks__", "testassets");

    /// <summary>Scripts that a build tool puts into every repository.</summary>
    private static readonly FrozenSet<string> WrapperScripts = Set("gradlew", "gradlew.bat", "mvnw", "mvnw.cmd", "config.guess", "config.sub", "install-sh", "ltmain.sh", "aclocal.m4", "libtool.m4", "dotnet-install.sh", "dotnet-install.ps1", "cpplint.py", "erlang.mk");

    private static readonly FrozenSet<string> LockFiles = Set(
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock", "composer.lock", "gemfile.lock", "cargo.lock", "poetry.lock",
        "pdm.lock", "uv.lock", "pipfile.lock", "packages.lock.json", "go.sum", "flake.lock", "mix.lock", "pubspec.lock", "podfile.lock",
        "package.resolved", "gradle.lockfile", "conan.lock", ".terraform.lock.hcl", "paket.lock", "project.assets.json", "cartfile.resolved");

    private static readonly string[] DocumentationNames =
        ["readme", "changelog", "changes", "history", "contributing", "license", "licence", "copying", "security", "code_of_conduct", "authors", "maintainers", "install", "news", "support", "governance", "notice"];

    /// <summary>A tool's record of exact versions.</summary>
    /// <param name="name">Lower case.</param>
    public static bool IsLockFile(string name) => LockFiles.Contains(name);

    /// <summary>The flags of a path.</summary>
    public static FileFlags Of(string path)
    {
        var segments = path.ToLowerInvariant().Split('/');
        var written = path.Split('/');
        var name = segments[^1];
        var flags = FileFlags.None;
        var folders = WithoutPackage(path).AsSpan().Count('/');
        // The copies of a C project's libraries, a folder each; a package of that name has its files in it.
        if (segments.Length > 2 && segments[0] == "deps") flags |= FileFlags.Vendored;
        for (var i = 0; i < folders; i++)
        {
            if (VendoredFolders.Contains(segments[i])) flags |= FileFlags.Vendored;
            if (OutputFolders.Contains(segments[i])) flags |= FileFlags.Generated;
            if (DocumentationFolders.Contains(segments[i])) flags |= FileFlags.Documentation;
            if (TestFolders.Contains(segments[i]) || TestProject().IsMatch(segments[i])
                || (i > 0 && segments[i - 1] == "src" && TestSourceSet().IsMatch(written[i]))) flags |= FileFlags.Test;
        }
        if (MinifiedName().IsMatch(name) || WellKnownLibrary().IsMatch(name) || WrapperScripts.Contains(name)) flags |= FileFlags.Vendored;
        if (LockFiles.Contains(name) || GeneratedName().IsMatch(name)) flags |= FileFlags.Generated;
        if (segments.Length <= 2 && DocumentationNames.Contains(Stem(name))) flags |= FileFlags.Documentation;
        if (TestName().IsMatch(path[(path.LastIndexOf('/') + 1)..])) flags |= FileFlags.Test;
        return flags;
    }

    /// <summary>Without the folders of a JVM package: a package of a product may be called samples or test. The file's name stays only when there are none.</summary>
    public static string WithoutPackage(string path)
    {
        foreach (var begin in (string[])["src/main/java/", "src/main/kotlin/", "src/main/scala/", "src/main/groovy/"])
            if (path.StartsWith(begin, StringComparison.Ordinal)) return begin;
            else if (path.IndexOf("/" + begin, StringComparison.Ordinal) is var at and >= 0) return path[..(at + 1 + begin.Length)];
        return path;
    }

    /// <summary>The name up to its first dot.</summary>
    public static string Stem(string name) => name.Split('.', 2)[0].Replace('-', '_');

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"[.-]min\.(js|css|mjs)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MinifiedName();

    /// <summary>Copies of the libraries that GitHub Linguist knows by name.</summary>
    [GeneratedRegex(@"^(jquery[^.]*|jquery-\d[\d.]*|jquery-ui.*|jquery\.(ui|effects|validate|unobtrusive)([.-].*)?|bootstrap([.-].*)?|font-?awesome|normalize|animate|bulma|foundation|skeleton|materialize|modernizr[.-].*|angular[^.]*|d3(\.v\d+)?|react(-[^.]*)?|html5shiv|knockout-\d.*|mootools.*|prototype|ckeditor|tiny_mce|dojo)\.(js|css|less|scss)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WellKnownLibrary();

    [GeneratedRegex(@"\.(g|g\.i|designer|generated|gen)\.[a-z]+$|\.pb\.(go|cc|h)$|_pb2(_grpc)?\.pyi?$|\.(js|css|mjs|cjs)\.map$|\.snap$|\.xlf$|^zz_generated|modelsnapshot\.cs$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GeneratedName();

    [GeneratedRegex(@"[.\-_](unit|integration|functional|acceptance)?tests?$|^test[-_.]|^__tests?_[a-z]+__$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestProject();

    /// <summary>Gradle's source sets: <c>src/jvmTest</c>, <c>src/integrationTest</c>, <c>src/testFixtures</c>.</summary>
    [GeneratedRegex(@"[a-z0-9]Tests?$|^test[A-Z]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestSourceSet();

    [GeneratedRegex(@"(Tests?|Spec|Specs|IT)\.(cs|java|kt|scala|swift|fs|vb|php|groovy)$|\.(test|spec|e2e)\.[cm]?[jt]sx?$|^test_.*\.py$|_tests?\.(py|go|rb|rs|cc|cpp|c|h|hpp|exs|dart)$|^tests\.rs$|_spec\.rb$|^conftest\.py$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestName();
}
