using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Paths;

/// <summary>A folder of a path.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Written">As it is.</param>
/// <param name="Above">The folder above, lower case; empty at the top.</param>
/// <param name="Depth">0 at the top.</param>
/// <param name="HasFolders">The path goes on into a folder.</param>
/// <param name="InSource">A folder above holds the product's source.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Segment(string Name, string Written, string Above, int Depth, bool HasFolders, bool InSource);

/// <summary>What the name of a folder says of all that is in it.</summary>
internal static partial class FolderKinds
{
    /// <summary>Wherever the folder is.</summary>
    private static readonly FrozenDictionary<string, PathKind> Anywhere = Table(
        (PathKind.Test, "test tests __tests__ unittests testsuite testsuites spec specs testing testutil testutils testutilities e2e fuzz mocks __mocks__"),
        (PathKind.TestData, "testdata test-data test_data testassets testcases testresources fixture fixtures __fixtures__ cassettes"),
        (PathKind.Documentation, "doc docs documentation man manual website tutorial tutorials"),
        (PathKind.Example, "sample samples example examples demo demos playground playgrounds"),
        (PathKind.Benchmark, "bench benches benchmark benchmarks benchsuite treeshake"),
        (PathKind.Tool, "scripts buildsrc build-logic xtask"),
        (PathKind.Vendored, "node_modules bower_components vendor vendors vendored _vendor _vendored third_party third-party thirdparty 3rdparty external_libs jspm_packages site-packages pods carthage .yarn"),
        (PathKind.Generated, "dist __generated__ __snapshots__ single_include"));

    /// <summary>At the top only: deeper down they are as likely a part of the product.</summary>
    private static readonly FrozenDictionary<string, PathKind> AtTop = Table(
        (PathKind.Test, "its t xt"),
        (PathKind.Template, "templates starters"),
        (PathKind.Benchmark, "perf"),
        (PathKind.Tool, "build eng tools hack ci contrib misc script tool dev utils util-scripts build-tools dev-tools committer-tools release-tools gradle cmake site builder dependencies"));

    /// <summary>Last words that tell as well: Acme.Samples, acme-examples.</summary>
    private static readonly FrozenSet<string> LastWords = Set(
        "doc docs documentation website tutorial tutorials sample samples example examples demo demos playground playgrounds bench benches benchmark benchmarks benchsuite scripts testdata testassets fixture fixtures");

    /// <summary>First words that tell: docs_src, example-app.</summary>
    private static readonly FrozenSet<string> FirstWords = Set("docs example examples sample samples demo demos benchmark benchmarks");

    /// <summary>Words that tell in the middle of a dotted name: Acme.Tests.Shared.</summary>
    private static readonly FrozenSet<string> DottedWords = Set("tests samples examples benchmarks");

    /// <summary>Words that end in "test" and mean something else: superlatives and the like, and tests that are a product.</summary>
    private static readonly FrozenSet<string> NoTestWords = Set(
        "latest contest attest detest protest greatest fastest shortest lightest brightest slightest tightest smartest sweetest neatest cutest softest swiftest strictest fittest hottest wettest flattest fattest quietest stoutest straightest exactest intest speedtest pentest backtest");

    private static readonly FrozenSet<string> Workspaces = Set("packages crates apps");

    private static readonly FrozenSet<string> SourceFolders = Set("src source sources app lib pages components");

    /// <summary>A folder of that name, in lower case, holds source and no projects.</summary>
    public static bool IsSource(string name) => SourceFolders.Contains(name);

    /// <summary>What the folder says, by its name and where it stands.</summary>
    /// <param name="above">What the folders above say.</param>
    public static PathKind Of(Segment folder, PathKind above)
    {
        var (name, written, parent, depth, _, inSource) = folder;
        var words = OfWords(name, written);
        // src/pages/hub-demo is a page of the product; a project in src has dots in its name.
        if (inSource && !name.Contains('.', StringComparison.Ordinal)) words &= ~(PathKind.Example | PathKind.Documentation);
        var kinds = OfName(name) | words;
        if (depth == 0) kinds |= AtTop.GetValueOrDefault(name);
        // Copied libraries, a folder each; a package of that name has its files in it.
        if (folder.HasFolders && (name == "deps" || depth == 0 && name is ("external" or "extern"))) kinds |= PathKind.Vendored;
        if (name == "integration" && (depth == 0 || Workspaces.Contains(parent))) kinds |= PathKind.Test;
        // src/jvmTest, src/testFixtures
        if (parent == "src" && TestSourceSet().IsMatch(written)) kinds |= PathKind.Test;
        // npm's initializers ("create-vase") carry the packages that they write.
        if (name.StartsWith("template-", StringComparison.Ordinal) && parent.StartsWith("create-", StringComparison.Ordinal)) kinds |= PathKind.Template;
        if (name is "snapshots" or "golden" && (above & PathKind.Test) != PathKind.Product) kinds |= PathKind.TestData;
        // .github, .devcontainer
        if (name.Length > 1 && name[0] == '.' && name != "..") kinds |= PathKind.Tool;
        return kinds;
    }

    /// <summary>What the name says alone, wherever it stands.</summary>
    public static PathKind OfName(string name) => Anywhere.GetValueOrDefault(name);

    /// <summary>What the words of a folder's or a project's name say.</summary>
    public static PathKind OfWords(string name, string written)
    {
        if (TestWords().IsMatch(name) || TestsWritten().IsMatch(written)) return PathKind.Test;
        var mark = name.AsSpan().LastIndexOfAny('.', '-', '_');
        if (mark <= 0) return PathKind.Product;
        var last = name[(mark + 1)..];
        var kinds = LastWords.Contains(last) ? Anywhere[last] : PathKind.Product;
        if (last is "templates" && name[mark] == '.') kinds |= PathKind.Template;
        if (name.AsSpan().IndexOfAny('-', '_') is var first and > 0 && FirstWords.Contains(name[..first])) kinds |= Anywhere[name[..first]];
        if (name.Contains('.', StringComparison.Ordinal))
            foreach (var word in name.Split('.')[..^1])
                if (DottedWords.Contains(word)) kinds |= Anywhere[word];
        return kinds;
    }

    /// <summary>Go's name of a package that tests are written with: httptest, iotest. Only sure where the folder has Go in it.</summary>
    /// <param name="name">Lower case.</param>
    public static bool IsGoTestPackage(string name) => name.Length > 5 && name.EndsWith("test", StringComparison.Ordinal) && name.All(char.IsAsciiLetterOrDigit) && !NoTestWords.Contains(name);

    /// <summary>Only the place says it.</summary>
    public static bool IsByPlace(string folder) => AtTop.ContainsKey(folder);

    private static FrozenDictionary<string, PathKind> Table(params (PathKind Kind, string Words)[] rows) =>
        rows.SelectMany(row => row.Words.Split(' ').Select(word => (word, row.Kind))).ToFrozenDictionary(pair => pair.word, pair => pair.Kind, StringComparer.Ordinal);

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"[.\-_](unit|integration|functional|acceptance)?tests?$|^tests?[-_.]|[.\-_]test(s|ing)?[.\-_](support|app|utils?|helpers?|fixtures?|common|suite|harness)$|^__tests?_[a-z]+__$|[.\-_](e2e|fuzz)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestWords();

    /// <summary>UnitTests, ShopApiTests.</summary>
    [GeneratedRegex(@"[A-Za-z0-9]Tests$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestsWritten();

    /// <summary>Gradle's source sets: <c>src/jvmTest</c>, <c>src/integrationTest</c>, <c>src/testFixtures</c>.</summary>
    [GeneratedRegex(@"[a-z0-9]Tests?$|^test[A-Z]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestSourceSet();
}
