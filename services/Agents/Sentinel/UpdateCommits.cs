using System.Globalization;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Commits in which an automation of the project's own raised versions: it changed manifests with their lock files, and again.</summary>
internal static class UpdateCommits
{
    private const int Repeatedly = 3;
    /// <summary>A release changes versions as well, and writes down what is new.</summary>
    private static readonly string[] ReleaseStems = ["changelog", "changes", "history", "news", "release_notes", ".release_please_manifest"];

    /// <summary>Whose they are, as a tool's name; null for none.</summary>
    public static string? Of(RepositoryFacts facts)
    {
        var history = facts.History;
        var counts = new Dictionary<int, int>();
        foreach (var commit in history.Recent)
        {
            if (commit.Author < 0 || commit.Author >= history.Authors.Count || history.Authors[commit.Author] is not { Bot: true } author || author.Name.Contains("release", StringComparison.OrdinalIgnoreCase)) continue;
            var paths = commit.Files.Where(file => file >= 0 && file < facts.Files.Count).Select(file => facts.Files[file].Path).ToArray();
            if (!paths.Any(IsRaised) || paths.Any(path => ReleaseStems.Contains(PathKinds.Stem(NameOf(path)), StringComparer.Ordinal))) continue;
            var count = counts[commit.Author] = counts.GetValueOrDefault(commit.Author) + 1;
            if (count == Repeatedly) return string.Create(CultureInfo.InvariantCulture, $"commits of {author.Name} to manifests");
        }
        return null;
    }

    private static bool IsRaised(string path) => !PathKinds.IsBeside(path) && (PathKinds.IsLockFile(NameOf(path)) || ExcerptChoice.IsManifest(path));

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
}
