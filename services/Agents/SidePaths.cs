using System.Text.RegularExpressions;

namespace Charterhouse.Agents;

/// <summary>Places whose packages are not what a repository is about.</summary>
internal static partial class SidePaths
{
    /// <summary>True for tests, samples, documentation, benchmarks and tools of the build.</summary>
    public static bool Contains(string path) => Side().IsMatch(path);

    [GeneratedRegex(@"(^|/)([^/]*[.\-_])?(tests?|testing|testassets|specs?|__tests__|samples?|examples?|demos?|docs?|documentation|website|playground|bench|benchmarks?|perf|fixtures?|templates?|eng|build|tools|scripts?|e2e|integration|its|fuzz|treeshake|internal|testdata)([.\-_][^/]*)?(/|\.[a-z]+proj$)|[.\-_]?tests?\.[a-z]+proj$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Side();
}
