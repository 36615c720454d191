using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Keys of tests whose README, in their folder or the one above, says that they are for tests or how they are made: nobody need ask.</summary>
internal sealed partial class ExplainedKeys
{
    private readonly HashSet<string> _folders;
    private readonly HashSet<string> _ofTests;

    public ExplainedKeys(RepositoryFacts facts)
    {
        var readmes = facts.Excerpts.Where(file => ExcerptChoice.IsKeyReadme(file.Path) && Explains().IsMatch(file.Text)).ToArray();
        _folders = readmes.Select(file => FolderOf(file.Path)).ToHashSet(StringComparer.Ordinal);
        _ofTests = readmes.Where(file => Tests().IsMatch(file.Text)).Select(file => FolderOf(file.Path)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>True for a file beside or below such a README.</summary>
    public bool Contains(string path) => IsIn(path, _folders);

    /// <summary>The README also has a word on tests: enough for a key that does not lie in a folder of tests.</summary>
    public bool IsOfTests(string path) => IsIn(path, _ofTests);

    private static bool IsIn(string path, HashSet<string> folders) => FolderOf(path) is { Length: > 0 } folder && (folders.Contains(folder) || FolderOf(folder) is { Length: > 0 } above && folders.Contains(above));

    private static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    [GeneratedRegex(@"\btest(s|ing)?\b[^.\n]{0,60}\b(keys?|certificates?|certs?)\b|\b(keys?|certificates?|certs?)\b[^.\n]{0,80}\b(tests?|testing|generated?|example)\b|\bgenerat(e|ed|es|ing)\b[^.\n]{0,60}\b(keys?|certificates?|certs?)\b|\bopenssl (req|genrsa|genpkey|x509|ecparam)\b|\bself-signed\b|\b(mkcert|trustme|cfssl|certstrap|minica)\b|\bssh-keygen\b|\bkeytool -gen", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Explains();

    [GeneratedRegex(@"\btest(s|ing)?\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Tests();
}
