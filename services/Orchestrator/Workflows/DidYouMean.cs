namespace Charterhouse.Orchestrator.Workflows;

/// <summary>The known name that a mistyped one is closest to.</summary>
internal static class DidYouMean
{
    private const int LongestCompared = 64;

    /// <summary>"Did you mean …?" when a name is close enough, else <paramref name="otherwise"/>.</summary>
    public static string Or(string typed, IEnumerable<string> known, string otherwise) =>
        Closest(typed, known) is { } name ? $"Did you mean '{name}'?" : otherwise;

    public static string? Closest(string typed, IEnumerable<string> known)
    {
        if (typed.Length is 0 or > LongestCompared) return null;
        var best = known
            .Where(name => name.Length <= LongestCompared)
            .Select(name => (name, distance: Distance(typed.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.distance <= Math.Max(1, typed.Length / 3))
            .OrderBy(candidate => candidate.distance)
            .FirstOrDefault().name;
        // 'historian' for 'agent/historian': the last part alone is a common slip.
        return best ?? known.FirstOrDefault(name => name.EndsWith("/" + typed, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours.</summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[left.Length, right.Length];
    }
}
