using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Secrets;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Keys that open nothing but the machine of whoever works on the repository.</summary>
internal sealed partial class LocalKeys
{
    private readonly Dictionary<string, bool> _pairs = new(StringComparer.Ordinal);

    /// <summary>Whether all certificates of a folder are local.</summary>
    private readonly Dictionary<string, bool> _folders = new(StringComparer.Ordinal);
    private readonly ExplainedKeys _explained;

    public LocalKeys(RepositoryFacts facts, ExplainedKeys explained)
    {
        _explained = explained;
        foreach (var details in facts.Details)
            foreach (var row in DetailRows.Parse(details.Rows, Certificates.Kind))
            {
                var pair = PairOf(facts.Files[details.File].Path);
                var isLocal = row[0] == Certificates.Local;
                _pairs[pair] = isLocal && _pairs.GetValueOrDefault(pair, true);
                var folder = pair[..(pair.LastIndexOf('/') + 1)];
                _folders[folder] = isLocal && _folders.GetValueOrDefault(folder, true);
            }
    }

    /// <summary>Why such a key is one, as the end of a sentence; null when nothing says so.</summary>
    public string? ReasonOf(string path) =>
        IsPaired(PairOf(path)) ? "the certificate beside it is for this machine or an example alone" : IsNamed(path) ? "by its name for tests or a single machine"
        : _explained.Contains(path) ? "a README says how it is made" : null;

    /// <summary>A key that is called nothing but key belongs to any of the certificates around it.</summary>
    private bool IsPaired(string pair) => _pairs.TryGetValue(pair, out var isLocal) ? isLocal : pair.Length == 0 || pair[^1] == '/' ? _folders.GetValueOrDefault(pair) : false;

    /// <summary>The name says it.</summary>
    public static bool IsNamed(string path) => Named().IsMatch(path[(path.LastIndexOf('/') + 1)..]);

    /// <summary>What a key's path has in common with its certificate's: <c>tls/server-key.pem</c> and <c>tls/server.crt</c>.</summary>
    private static string PairOf(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        var name = path[slash..].ToLowerInvariant();
        var stem = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : name;
        return path[..slash] + string.Join('-', stem.Split(['.', '-', '_'], StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("key" or "cert" or "crt" or "certificate" or "private" or "privkey" or "fullchain" or "chain")));
    }

    [GeneratedRegex(@"(^|[._-])(demo|dummy|fake|mock|sample|bench|benchmark|localhost|snake-?oil|self-?signed|insecure|testing|local-?dev)([._-]|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named();
}
