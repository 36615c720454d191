using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Keys of tests whose README, in their folder or the one above, says that they are for tests or how they are made: nobody need ask.</summary>
internal sealed partial class ExplainedKeys
{
    private readonly HashSet<string> _folders;

    public ExplainedKeys(RepositoryFacts facts) =>
        _folders = facts.Excerpts.Where(file => ExcerptChoice.IsKeyReadme(file.Path) && Explains().IsMatch(file.Text)).Select(file => FolderOf(file.Path)).ToHashSet(StringComparer.Ordinal);

    /// <summary>True for a file beside or below such a README.</summary>
    public bool Contains(string path) => FolderOf(path) is { Length: > 0 } folder && (_folders.Contains(folder) || FolderOf(folder) is { Length: > 0 } above && _folders.Contains(above));

    private static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    [GeneratedRegex(@"\btest(s|ing)?\b[^.\n]{0,60}\b(keys?|certificates?|certs?)\b|\b(keys?|certificates?|certs?)\b[^.\n]{0,80}\b(tests?|testing|generated?|example)\b|\bgenerat(e|ed|es|ing)\b[^.\n]{0,60}\b(keys?|certificates?|certs?)\b|\bopenssl (req|genrsa|genpkey|x509|ecparam)\b|\bself-signed\b|\bmkcert\b|\bssh-keygen\b|\bkeytool -gen", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Explains();
}
