using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Where a credential or a program is likely to be there for show.</summary>
internal static partial class Places
{
    /// <summary>True for tests, documentation, samples and what belongs to them.</summary>
    public static bool IsAside(FileFact file) =>
        (file.Flags & (FileFlags.Test | FileFlags.Documentation | FileFlags.Vendored)) != FileFlags.None || Aside().IsMatch(file.Path);

    /// <summary>The same, of a path alone.</summary>
    public static bool IsAside(string path) => Aside().IsMatch(path);

    [GeneratedRegex(@"(^|/)[^/]*(tests?|testing|testdata|testassets|spec|specs|mocks?|fixtures?|cassettes|samples?|examples?|demos?|docs?|documentation|website|tutorials?|playground|bench|benchmarks?|e2e|detectors|snapshots?)([.\-_][^/]*)?/|\.(md|mdx|markdown|rst|adoc|ipynb|snap|golden|example|sample|template|dist)$|(^|/|[._-])(tests?|mock|fixtures?|examples?|sample|spec)[._-][^/]*$|[._-](tests?|mock|examples?|sample|spec)(\.[^/]*)?$|Tests?\.[a-z]+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Aside();
}
