using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// Tells a repository that is samples as a whole: its README begins with that, and its folders stand side by side, each with a manifest or composition of its
/// own and nothing that builds them together. What rules forgive samples they forgive all of it.
/// </summary>
internal static partial class SampleCollection
{
    private const int FewestFolders = 6;
    private const int Beginning = 2_000;
    private static readonly PerFacts<object> Made = new(facts => Read(facts));

    /// <summary>True for such a repository.</summary>
    public static bool Is(RepositoryFacts facts) => Made.Of(facts) is true;

    private static bool Read(RepositoryFacts facts)
    {
        if (!facts.Excerpts.Any(file => ExcerptChoice.IsReadme(file.Name) && ExcerptChoice.Depth(file.Name) == 0 && Says().IsMatch(file.Text[..Math.Min(file.Text.Length, Beginning)]))) return false;
        var (folders, own) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var file in facts.Files)
        {
            var slash = file.Path.IndexOf('/', StringComparison.Ordinal);
            var stands = file.IsFile && (ExcerptChoice.IsManifest(file.Path) || ContainerFiles.IsCompose(file.Path));
            if (slash < 0)
            {
                if (stands || ExcerptChoice.IsSolution(file.Path)) return false;
                continue;
            }
            if (file.Path[0] == '.') continue;
            folders.Add(file.Path[..slash]);
            if (stands && ExcerptChoice.Depth(file.Path) <= 2) own.Add(file.Path[..slash]);
        }
        return own.Count >= FewestFolders && own.Count * 3 >= folders.Count * 2;
    }

    [GeneratedRegex(@"\b(list|collection|set|selection|repository|repo)\b[^.\n]{0,60}\b(samples|examples|demos)\b|\b(these|following) (samples|examples|demos)\b|\bnot (be |intended |meant |ready )?((used|deployed) )?(for|in) production\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Says();
}
