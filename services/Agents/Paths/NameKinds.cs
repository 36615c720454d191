using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Paths;

/// <summary>What the name of a file says of it.</summary>
internal static partial class NameKinds
{
    /// <summary>Scripts that a build tool puts into every repository.</summary>
    private static readonly FrozenSet<string> WrapperScripts = Set("gradlew", "gradlew.bat", "mvnw", "mvnw.cmd", "config.guess", "config.sub", "install-sh", "ltmain.sh", "aclocal.m4", "libtool.m4", "dotnet-install.sh", "dotnet-install.ps1", "cpplint.py", "erlang.mk");

    private static readonly FrozenSet<string> LockFiles = Set(
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock", "composer.lock", "gemfile.lock", "cargo.lock", "poetry.lock",
        "pdm.lock", "uv.lock", "pipfile.lock", "packages.lock.json", "go.sum", "flake.lock", "mix.lock", "pubspec.lock", "podfile.lock",
        "package.resolved", "gradle.lockfile", "conan.lock", ".terraform.lock.hcl", "paket.lock", "project.assets.json", "cartfile.resolved");

    private static readonly FrozenSet<string> DocumentStems = Set(
        "readme", "changelog", "changes", "history", "contributing", "license", "licence", "copying", "security", "code_of_conduct", "authors", "maintainers", "install", "news", "support", "governance", "notice");

    private static readonly FrozenSet<string> DocumentEndings = Set(".md", ".markdown", ".mdown", ".mdx", ".rst", ".adoc", ".asciidoc");

    /// <summary>Of those names only.</summary>
    private static readonly FrozenSet<string> TextEndings = Set("", ".txt", ".org", ".html", ".htm", ".rdoc", ".textile", ".mit", ".apache");

    private static readonly FrozenSet<string> BuildFiles = Set(
        "setup.py", "noxfile.py", "conanfile.py", "build.rs", "gulpfile.js", "gruntfile.js", "build.cake", "dangerfile.ts", "dangerfile.js", ".eslintrc.js", ".eslintrc.cjs", ".prettierrc.js", "babel.config.js",
        "magefile.go", "karma.conf.js", "wscript", "sconstruct", "package.swift");

    /// <summary>Of what is copied to be filled in.</summary>
    private static readonly FrozenSet<string> TemplateEndings = Set(".template", ".tmpl", ".dist");

    private static readonly FrozenSet<string> ExampleEndings = Set(".example", ".sample");

    /// <summary>What the name says.</summary>
    /// <param name="depth">Folders above it.</param>
    /// <param name="path">The whole path, lower case.</param>
    public static PathKind Of(string written, string name, int depth, string path)
    {
        var kinds = PathKind.Product;
        var ending = Path.GetExtension(name);
        if (MinifiedName().IsMatch(name) || WellKnownLibrary().IsMatch(name) || WrapperScripts.Contains(name)) kinds |= PathKind.Vendored;
        if (LockFiles.Contains(name) || GeneratedName().IsMatch(name)) kinds |= PathKind.Generated;
        if (DocumentEndings.Contains(ending) || depth <= 1 && TextEndings.Contains(ending) && DocumentStems.Contains(PathKinds.Stem(name))) kinds |= PathKind.Documentation;
        if (TestName().IsMatch(written) || TestSupport().IsMatch(name)) kinds |= PathKind.Test;
        if (Benchmark().IsMatch(written)) kinds |= PathKind.Benchmark;
        if (TemplateEndings.Contains(ending)) kinds |= PathKind.Template;
        if (ExampleEndings.Contains(ending)) kinds |= PathKind.Example;
        if (ending == ".golden") kinds |= PathKind.TestData;
        if (BuildFiles.Contains(name) || ending == ".gradle" || name.EndsWith(".gradle.kts", StringComparison.Ordinal) || IsConfiguration(name, path)) kinds |= PathKind.Build;
        // A page of a template is the product's, a package among templates is one to copy; one in internal is for the repository's own use.
        if (ExcerptChoice.IsManifest(name))
        {
            if (Templates().IsMatch(path)) kinds |= PathKind.Template;
            if (path.StartsWith("internal/", StringComparison.Ordinal) || path.Contains("/internal/", StringComparison.Ordinal)) kinds |= PathKind.Tool;
        }
        // A project is what its name says, as a folder is.
        if (ending is ".csproj" or ".fsproj" or ".vbproj") kinds |= FolderKinds.OfWords(name[..^7], written[..^7]) | FolderKinds.OfName(name[..^7]);
        return kinds;
    }

    /// <inheritdoc cref="PathKinds.IsLockFile"/>
    public static bool IsLockFile(string name) => LockFiles.Contains(name);

    // "vite.config.ts" is a tool's wherever it lies; "src/node/config.ts" is the program's own.
    private static bool IsConfiguration(string name, string path) =>
        Configuration().IsMatch(name) && (name.IndexOf('.', StringComparison.Ordinal) != name.LastIndexOf('.') || !Sources().IsMatch(path));

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"[.-]min\.(js|css|mjs)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MinifiedName();

    /// <summary>Copies of the libraries that GitHub Linguist knows by name.</summary>
    [GeneratedRegex(@"^(jquery[^.]*|jquery-\d[\d.]*|jquery-ui.*|jquery\.(ui|effects|validate|unobtrusive)([.-].*)?|bootstrap([.-].*)?|font-?awesome|normalize|animate|bulma|foundation|skeleton|materialize|modernizr[.-].*|angular[^.]*|d3(\.v\d+)?|react(-[^.]*)?|html5shiv|knockout-\d.*|mootools.*|prototype|ckeditor|tiny_mce|dojo)\.(js|css|less|scss)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WellKnownLibrary();

    [GeneratedRegex(@"\.(g|g\.i|designer|generated|gen)\.[a-z]+$|\.pb\.(go|cc|h)$|_pb2(_grpc)?\.pyi?$|\.(js|css|mjs|cjs)\.map$|\.snap$|\.xlf$|^zz_generated|modelsnapshot\.cs$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GeneratedName();

    [GeneratedRegex(@"(Tests?|Spec|Specs|IT)\.(cs|java|kt|scala|swift|fs|vb|php|groovy)$|\.(test|spec|e2e)\.[cm]?[jt]sx?$|^test_.*\.py$|_tests?\.(py|go|rb|rs|cc|cpp|c|h|hpp|exs|dart)$|^tests\.rs$|_spec\.rb$|^conftest\.py$|_tb\.(s?v|vhdl?)$|^(tb_|testbench).*\.(s?v|vhdl?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestName();

    /// <summary>What only tests are written with, where it lies beside the source: testutil.h, test_helpers.go.</summary>
    [GeneratedRegex(@"^test(ing)?[-_]?(util|utils|utility|helper|helpers|harness|support|suite|main|case)s?\.\w+$|[-_]test(ing)?[-_](util|helper|common|internal|base|support)s?\.\w+$|_testing\.(h|hpp|cc|cpp|c)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestSupport();

    [GeneratedRegex(@"_bench(mark)?s?\.(cc|cpp|cxx|h|hpp|go|rs|py)$|^bench(mark)?s?\.\w+$|[a-z]Benchmarks?\.(java|kt|scala|cs|cc|cpp)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Benchmark();

    [GeneratedRegex("(^|[/_])templates?/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Templates();

    [GeneratedRegex("(^|/)(src|lib|app)/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sources();

    [GeneratedRegex(@"(\.|-|_|^)(config|conf|setup|stories)\.[cm]?[jt]sx?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Configuration();
}
