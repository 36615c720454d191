namespace Charterhouse.Platform.Configuration;

/// <summary>Finds what a misspelt name was meant to be.</summary>
public static class Suggestion
{
    // Nobody means a name this long by a slip, and the comparison is quadratic.
    private const int LongestCompared = 64;

    /// <summary>"Did you mean …?" when a name is near, else <paramref name="otherwise"/>.</summary>
    public static string Or(string typed, IEnumerable<string> known, string otherwise) =>
        Nearest(typed, known) is { } name ? $"Did you mean '{name}'?" : otherwise;

    /// <summary>The nearest known name, or null when none is near (a third of the letters may differ, whatever their case).</summary>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        if (typed.Length is 0 or > LongestCompared) return null;
        var names = known.Where(name => name.Length <= LongestCompared).ToList();
        return names
            .Select(name => (name, distance: Distance(typed.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.distance <= Math.Max(1, typed.Length / 3))
            .OrderBy(candidate => candidate.distance).ThenBy(candidate => candidate.name, StringComparer.Ordinal)
            .Select(candidate => candidate.name)
            .FirstOrDefault()
            // 'historian' for 'agent/historian': the last part alone is a common slip.
            ?? names.Find(name => name.EndsWith("/" + typed, StringComparison.OrdinalIgnoreCase));
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
