using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Sentinel;

/// <summary>The sentinel's question to the classification of paths: where a credential or a program is likely to be there for show.</summary>
internal static partial class ShownPlaces
{
    private const PathKind ForShow = PathKind.Test | PathKind.TestData | PathKind.Documentation | PathKind.Example | PathKind.Template | PathKind.Benchmark;

    /// <summary>True for tests, documentation, samples and what belongs to them.</summary>
    public static bool Contains(FileFact file) => (file.Flags & (FileFlags.Test | FileFlags.Documentation | FileFlags.Vendored)) != FileFlags.None || Contains(file.Path);

    /// <summary>The same, of a path alone. Stricter than the kinds: here a name is enough that says test or sample anywhere.</summary>
    public static bool Contains(string path) => (PathKinds.Of(path) & ForShow) != PathKind.Product || NamedForShow().IsMatch(path[(path.LastIndexOf('/') + 1)..]) || FolderForShow().IsMatch(path);

    [GeneratedRegex(@"(^|[._-])(tests?|mock|fixtures?|examples?|sample|spec)[._-]|[._-](tests?|mock|examples?|sample|spec)$|Tests?\.[a-z]+$|\.(ipynb|snap)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NamedForShow();

    /// <summary>dummyserver, fake-ca, mock_certs: whatever is in such a folder pretends to be something.</summary>
    [GeneratedRegex(@"(^|/)([^/]{0,100}[._-])?(dummy|fake|mock|bench|sample)(s|([._-]?(server|client|service|api|app|ca|cert|certificate|key|data|auth|host)s?))?/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex FolderForShow();
}
