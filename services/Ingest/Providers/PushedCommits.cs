using System.Text.Json;

namespace Charterhouse.Ingest.Providers;

/// <summary>What a push says of its commits; GitHub and GitLab write it alike.</summary>
internal static class PushedCommits
{
    /// <summary>GitHub lists at most this many commits (docs.github.com, payload of "push").</summary>
    public const int GitHubMost = 2048;

    /// <summary>GitLab lists at most this many (docs.gitlab.com, "Push events").</summary>
    public const int GitLabMost = 20;

    private const int MostShas = 100;
    private const int MostPaths = 2000;

    /// <summary>The commits beside the head, the first ones.</summary>
    public static IReadOnlyList<string> Shas(IEnumerable<JsonElement> commits, string head) =>
        [.. commits.Select(commit => commit.Sha("id")).OfType<string>().Where(sha => sha != head).Distinct(StringComparer.Ordinal).TakeLast(MostShas)];

    /// <summary>The files that they touched; null where that may not be all.</summary>
    /// <param name="most">As many commits as the forge lists: so many may be cut.</param>
    /// <param name="complete">False when the commits listed are not all there is to the push.</param>
    public static IReadOnlyList<string>? Paths(IEnumerable<JsonElement> commits, int most, bool complete)
    {
        if (!complete) return null;
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        var count = 0;
        foreach (var commit in commits)
        {
            if (++count >= most) return null;
            foreach (var list in (ReadOnlySpan<string>)["added", "modified", "removed"])
            {
                foreach (var path in commit.Items(list))
                {
                    if (path.Text() is { } text) paths.Add(text);
                    if (paths.Count > MostPaths) return null;
                }
            }
        }
        return count == 0 ? null : [.. paths];
    }
}
